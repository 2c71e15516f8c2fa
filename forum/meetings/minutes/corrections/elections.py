"""Rounds of elections put right after the meeting: who voted for whom, and what was counted in writing (koml §§ 7-8,
8-1, 11-9; R11, R29). What came of a round has happened, and no correction turns it."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from forum.meetings.core import participants
from forum.meetings.core.models import AgendaItem
from forum.meetings.core.quorum import is_quorate
from forum.meetings.core.voter import Voter
from forum.meetings.enums import Corrected
from forum.meetings.minutes.corrections.models import RecordCorrection
from forum.meetings.minutes.corrections.services import Change, hold_ended, keep
from forum.meetings.minutes.corrections.votes import TOO_FEW, voters_at
from forum.meetings.session.elections.models import Count, Round, Voice
from forum.meetings.session.elections.rules import Outcome, outcome
from forum.meetings.session.elections.services import NOT_STANDING, check_all_counted
from trepart import audit
from trepart.audit.models import Event
from trepart.refusals import GuardRefused

if TYPE_CHECKING:
    from forum.meetings.core.locking import Hold
    from trepart.access.models import User

#: A blank vote, as it is sent and kept: the word is the same in every language of the portal.
BLANK = "blank"
_ACTIONS = {
    (True, True): "forum.voice_corrected",
    (True, False): "forum.voice_taken_out",
    (False, True): "forum.voice_put_in",
}


def who_may_have_voted(item: AgendaItem, round_: Round) -> list[Voter]:
    """Return everybody a vote in an openly held ``round_`` can be recorded for: those who have one, those at the table
    when it was held, and the deputies called for the item by then."""
    return voters_at(item, round_.moment, voted=round_.voices.values_list("membership", flat=True))


def took_part(item: AgendaItem, round_: Round) -> list[Voter]:
    """Return who took part in ``item`` when ``round_`` was held, as the record has it now: they must have voted (koml §
    8-1)."""
    return participants.entitled(item, moment=round_.moment)


def correct_voices(
    round_: Round, *, choices: Mapping[int, str], reason: str, actor: "User", seen: int | None = None
) -> list[RecordCorrection]:
    """Put right who voted for whom in an openly held round. ``choices`` has, by membership id, the candidate's id or
    ``BLANK``; empty is that they did not vote. Whoever is not named stays as recorded.

    Raises ``GuardRefused`` without a reason, where nothing is changed, for somebody who was not at the table or does
    not stand, where one who took part would not have voted (§ 8-1), where fewer than half of the members would have
    voted (§ 11-9), and where the round would have come to something else: what followed from it has happened.
    """
    with hold_ended(round_.election.item, actor=actor, reason=reason, seen=seen) as (held, fresh):
        kept = _of(fresh, round_, secret=False)
        counts = _counts(kept)
        names = {str(count.candidate_id): count.candidate.name for count in counts}
        voices = {voice.membership_id: voice for voice in kept.voices.order_by("pk")}
        voters = {voter.pk: voter for voter in who_may_have_voted(fresh, kept)}
        if any(pk not in voters for pk in choices):
            raise GuardRefused(_("Somebody among these was not at the table in this case."))
        if any(choice not in ("", BLANK, *names) for choice in choices.values()):
            raise GuardRefused(NOT_STANDING)
        changed = {pk: choice for pk, choice in choices.items() if choice != choice_of(voices.get(pk))}
        if not changed:
            raise GuardRefused(_("Nothing is changed."))
        _must_have_voted(fresh, kept, [pk for pk, choice in changed.items() if not choice])
        corrections = [
            _correct(held, fresh, kept, voters[pk], voices.get(pk), choice, names, reason)
            for pk, choice in changed.items()
        ]
        chosen: list[int | None] = list(kept.voices.values_list("candidate", flat=True))
        tally = {count.candidate_id: chosen.count(count.candidate_id) for count in counts}
        # What the counts now say follows from the last vote that was put right, and belongs to its event.
        with audit.under(Event.objects.get(pk=corrections[-1].event_id or 0)):
            _count_again(held, kept, counts, tally, blank=chosen.count(None), entitled=len(chosen))
    return corrections


def correct_counts(
    round_: Round,
    *,
    counts: Mapping[int, int],
    blank: int,
    reason: str,
    actor: "User",
    seen: int | None = None,
) -> RecordCorrection:
    """Put right what was counted in a round held in writing. ``counts`` has each candidate's votes by id; a candidate
    who is not named stays as recorded. The sum is the number of those who took part, as the record has it now.

    Raises ``GuardRefused`` as :func:`correct_voices` does, and where the votes are not as many as those who took part.
    """
    with hold_ended(round_.election.item, actor=actor, reason=reason, seen=seen) as (held, fresh):
        kept = _of(fresh, round_, secret=True)
        rows = _counts(kept)
        names = {count.candidate_id: count.candidate.name for count in rows}
        if any(pk not in names for pk in counts):
            raise GuardRefused(NOT_STANDING)
        before = {count.candidate_id: count.votes for count in rows}
        tally = {**before, **counts}
        if (tally, blank) == (before, kept.blank):
            raise GuardRefused(_("Nothing is changed."))
        entitled = len(took_part(fresh, kept))
        check_all_counted(entitled, sum(tally.values()) + blank)
        was, now = _in_figures(names, before, kept.blank), _in_figures(names, tally, blank)
        data = {**_where(kept), "before": was, "after": now}
        with held.about("forum.count_corrected", fresh, data=data, text={"reason": reason.strip()}):
            _count_again(held, kept, rows, tally, blank=blank, entitled=entitled)
            return keep(held, Change(kind=Corrected.COUNT, was=was, now=now, item=fresh, round=kept), reason)


def choice_of(voice: Voice | None) -> str:
    """Return what somebody voted as it is sent: the candidate's id, ``BLANK``, or empty where they did not."""
    if voice is None:
        return ""
    return BLANK if voice.candidate_id is None else str(voice.candidate_id)


def _of(item: AgendaItem, round_: Round, *, secret: bool) -> Round:
    return Round.objects.select_related("election").get(pk=round_.pk, election__item=item, secret=secret)


def _counts(round_: Round) -> list[Count]:
    return list(round_.counts.select_related("candidate").order_by("pk"))


def _where(round_: Round) -> dict[str, object]:
    return {"round": round_.pk, "place": round_.election.place, "number": round_.number}


def _in_figures(names: Mapping[int, str], tally: Mapping[int, int], blank: int) -> str:
    said = [f"{names[pk]} {votes}" for pk, votes in tally.items()]
    return ", ".join([*said, f"{BLANK} {blank}"] if blank else said)


def _must_have_voted(item: AgendaItem, round_: Round, silent: Sequence[int]) -> None:
    there = {voter.pk: voter.membership.person.name for voter in took_part(item, round_)} if silent else {}
    found = [there[pk] for pk in silent if pk in there]
    if found:
        raise GuardRefused(
            _(
                "By the record these took part in the case: %(names)s. Those present must vote; here they may vote "
                "blank (Local Government Act § 8-1). Correct first who was there."
            )
            % {"names": ", ".join(found)}
        )


def _correct(
    held: "Hold",
    item: AgendaItem,
    round_: Round,
    voter: Voter,
    voice: Voice | None,
    choice: str,
    names: Mapping[str, str],
    reason: str,
) -> RecordCorrection:
    was, now = (names.get(one, one) for one in (choice_of(voice), choice))
    name = voice.name if voice is not None else voter.membership.person.name
    data = {
        **_where(round_),
        "name": name,
        **({"before": was} if was else {}),
        **({"after": now} if now else {}),
    }
    with held.about(_ACTIONS[bool(was), bool(now)], item, data=data, text={"reason": reason.strip()}):
        candidate = int(choice) if choice in names else None
        if voice is None:
            Voice.objects.create(round=round_, membership=voter.membership, name=name, candidate_id=candidate)
        elif choice:
            voice.candidate_id = candidate
            voice.save()
        else:
            voice.delete()
        change = Change(
            kind=Corrected.VOICE, was=was, now=now, name=name, item=item, round=round_, membership=voter.membership
        )
        return keep(held, change, reason)


def _count_again(
    held: "Hold", round_: Round, counts: Sequence[Count], tally: Mapping[int, int], *, blank: int, entitled: int
) -> None:
    """Store what ``round_`` now says, inside the running event."""
    seats = participants.number_of_seats(held.meeting)
    if entitled == 0 or not is_quorate(held.meeting.body, voters=entitled, seats=seats):
        raise GuardRefused(TOO_FEW)
    before = outcome(round_.number, {count.candidate_id: count.votes for count in counts}, round_.blank)
    came_to = outcome(round_.number, tally, blank)
    if (came_to.elected, set(came_to.lot)) != (before.elected, set(before.lot)):
        raise GuardRefused(_turned(came_to, {count.candidate_id: count.candidate.name for count in counts}))
    for count in counts:
        if count.votes != tally[count.candidate_id]:
            count.votes = tally[count.candidate_id]
            count.save()
    if (round_.blank, round_.entitled) != (blank, entitled):
        round_.blank, round_.entitled = blank, entitled
        round_.save()


def _turned(came_to: Outcome, names: Mapping[int, str]) -> str:
    if came_to.elected is not None:
        said = _("%(name)s would have been elected.") % {"name": names[came_to.elected]}
    elif came_to.lot:
        said = _("It would have been a draw between %(names)s.") % {"names": ", ".join(names[pk] for pk in came_to.lot)}
    else:
        said = _("Nobody would have been elected.")
    what_then = _(
        "What followed from the round has happened, and a correction does not undo it. Let the votes stand as they "
        "were recorded, write in the treatment of the case what was wrong, and put the election on a new agenda, so "
        "that the body decides anew."
    )
    return f"{said} {what_then}"
