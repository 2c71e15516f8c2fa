"""Putting right what was recorded at a meeting that has ended: who met, partiality, decisions (koml § 11-4; R13, R29).

Each takes a reason, stands in the trail, and is kept as a `RecordCorrection`, which the minutes print. A version that
is out stays as it is: what is corrected afterwards comes with the next one.
"""

from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from forum.cases.case_owners import is_carried_out_by_owner, owner_of
from forum.cases.enums import Resolution
from forum.meetings.attendance.deputy_lists import deputies, list_of
from forum.meetings.core import outcome_words, participants, presence
from forum.meetings.core.closed import preparing
from forum.meetings.core.locking import Hold, hold, hold_item, lock_case
from forum.meetings.core.models import AgendaItem, Attendance, Decision, Meeting, Recusal
from forum.meetings.core.vote_models import Ballot
from forum.meetings.enums import Corrected, Ground, MeetingKind, MeetingStatus, RecusalKind
from forum.meetings.follow_up import services as follow_up
from forum.meetings.follow_up.models import FollowUp
from forum.meetings.minutes import results
from forum.meetings.minutes.corrections.models import RecordCorrection
from forum.meetings.session.decisions import authority
from forum.meetings.session.decisions.services import FIELD_LABELS, ballot_for, check_as_voted, required, resolutions
from forum.meetings.session.elections.models import Round
from forum.organisation.models import Membership
from trepart import clock, languages
from trepart.refusals import GuardRefused
from trepart.workflow import reserve_pk

if TYPE_CHECKING:
    from trepart.access.models import User

RIGHT = "forum.publish_minutes"
ENDED = (MeetingStatus.ENDED,)
#: What a decision may be corrected to, and from, where no case has gone on because of it.
AT_HOME = (Resolution.ADOPT, Resolution.DECLINE, Resolution.NOTED, Resolution.POSTPONE)
PRESENT, ABSENT = "present", "absent"
#: What is to be done where the votes turned after the case had gone on.
GONE_ON = _(
    "The case has gone on as the decision said, and a correction does not call it back. Let the votes stand as they "
    "were recorded, tell in the remarks of the minutes how it was voted, and put the case on the next agenda, so that "
    "the body decides anew."
)


@dataclass(frozen=True, kw_only=True)
class Change:
    """One thing put right: what kind, about whom, what it was and what it is."""

    kind: Corrected
    was: str
    now: str
    name: str = ""
    item: AgendaItem | None = None
    ballot: Ballot | None = None
    round: Round | None = None
    membership: Membership | None = None
    ground: Ground | str = ""


def keep(held: Hold, change: Change, reason: str) -> RecordCorrection:
    """Keep ``change`` with its ``reason``, inside the event that tells of it."""
    kept = RecordCorrection(
        pk=reserve_pk(RecordCorrection),
        meeting=held.meeting,
        item=change.item,
        ballot=change.ballot,
        round=change.round,
        membership=change.membership,
        kind=change.kind,
        name=change.name,
        was=change.was,
        now=change.now,
        reason=reason.strip(),
        ground=change.ground,
        made_by=held.actor,
        at=clock.now(),
    )
    kept.save(force_insert=True)
    return kept


@contextmanager
def hold_ended(
    item: AgendaItem, *, actor: "User", reason: str, seen: int | None, own: bool = False
) -> Iterator[tuple[Hold, AgendaItem]]:
    """Hold an item of a meeting that has ended. Raises ``GuardRefused`` without a reason, for a log, and for who has
    stepped aside in the case (fvl § 6), unless it is that very record of the ``own`` that is put right;
    ``NotPermitted``, or ``WrongState``."""
    with transaction.atomic():
        if item.referral is not None:
            lock_case(item.referral.case_id)
        with hold_item(item, actor=actor, permission=RIGHT, at=ENDED, seen=seen) as (held, fresh):
            _may_be_corrected(held.meeting, reason)
            if not own:
                preparing.check(held.actor, fresh)
            yield held, fresh


def _may_be_corrected(meeting: Meeting, reason: str) -> None:
    if meeting.kind == MeetingKind.LOG:
        raise GuardRefused(_("A logged meeting has no minutes that are published in versions."))
    if not reason.strip():
        raise GuardRefused(_("Say what was wrong, and why."))


def correct_attendance(
    meeting: Meeting, *, present: Mapping[int, bool], reason: str, actor: "User"
) -> list[RecordCorrection]:
    """Put right who met when the meeting began. ``present`` says it by the row's id; rows not named stay as they are.

    Raises ``GuardRefused`` without a reason, where nothing is changed, or where two would have met for the same seat;
    ``WrongState`` before the meeting has ended, ``NotPermitted``.
    """
    with hold(meeting, actor=actor, permission=RIGHT, at=ENDED) as held:
        _may_be_corrected(held.meeting, reason)
        rows = list(
            Attendance.objects.filter(meeting=held.meeting)
            .select_related("membership__person", "stand_in__person", "stands_for__person")
            .order_by("pk")
        )
        changed = [row for row in rows if present.get(row.pk, row.present) != row.present]
        if not changed:
            raise GuardRefused(_("Nothing is changed."))
        for row in changed:
            row.present = not row.present
        seats = Counter(row.stands_for or row.membership for row in rows if row.present)
        twice = [seat.person.name for seat, count in seats.items() if count > 1]
        if twice:
            raise GuardRefused(_("More than one would have met for the seat of %(name)s.") % {"name": ", ".join(twice)})
        kept = []
        # Those who were absent first: a seat has one deputy at a time.
        for row in sorted(changed, key=lambda row: row.present):
            action = "forum.met_after_all" if row.present else "forum.did_not_meet_after_all"
            with held.about_meeting(action, data={"name": row.who.name}, text={"reason": reason.strip()}):
                row.save()
                was, now = (ABSENT, PRESENT) if row.present else (PRESENT, ABSENT)
                kept.append(
                    keep(
                        held,
                        Change(kind=Corrected.PRESENT, was=was, now=now, name=row.who.name, membership=row.membership),
                        reason,
                    )
                )
    return kept


def put_in_the_roll(
    meeting: Meeting, *, membership: Membership, stands_for: Membership | None, reason: str, actor: "User"
) -> RecordCorrection:
    """Put in somebody who met when the meeting began, and whom the roll call did not have: a member, or a deputy for
    ``stands_for``. Their votes are corrected by themselves.

    Raises ``GuardRefused`` without a reason, for somebody who is in the roll call or has no place in the body that day,
    and for a deputy of another list, or for a seat that is taken (koml §§ 7-10, 8-1; R4).
    """
    with hold(meeting, actor=actor, permission=RIGHT, at=ENDED) as held:
        _may_be_corrected(held.meeting, reason)
        name, everyone = membership.person.name, deputies(held.meeting)
        rows = list(Attendance.objects.filter(meeting=held.meeting).select_related("stands_for"))
        if any(row.membership_id == membership.pk for row in rows):
            raise GuardRefused(_("%(name)s is in the roll call. Correct it there.") % {"name": name})
        if stands_for is None and membership not in participants.seats(held.meeting):
            raise GuardRefused(_("%(name)s has no seat at this meeting.") % {"name": name})
        if stands_for is not None and membership not in list_of(stands_for, everyone):
            raise GuardRefused(
                _("Say for whom %(name)s met: a member of the same list (Local Government Act § 7-10).")
                % {"name": name}
            )
        seat = stands_for or membership
        if seat.pk in {row.stands_for_id or row.membership_id for row in rows if row.present}:
            raise GuardRefused(_("The seat of %(name)s is taken already.") % {"name": seat.person.name})
        action = "forum.met_after_all"
        with held.about_meeting(action, data={"name": name}, text={"reason": reason.strip()}):
            Attendance.objects.create(meeting=held.meeting, membership=membership, stands_for=stands_for, present=True)
            change = Change(kind=Corrected.PRESENT, was="", now=PRESENT, name=name, membership=membership)
            return keep(held, change, reason)


def correct_recusal(
    item: AgendaItem,
    *,
    membership: Membership,
    kind: RecusalKind,
    basis: str,
    reason: str,
    actor: "User",
    seen: int | None = None,
) -> RecordCorrection:
    """Put right whether, and on what basis, somebody did not take part in an item; an empty ``basis`` is that they took
    part (R12). Their vote is corrected by itself: until it is, the minutes cannot be published.

    Raises ``GuardRefused`` without a reason, where it stands so already, or for somebody who was not at the meeting.
    """
    own = membership.person_id == actor.pk
    with hold_ended(item, actor=actor, reason=reason, seen=seen, own=own) as (held, fresh):
        there = fresh.recusals.filter(membership=membership).first()
        words, was = basis.strip(), there.basis if there is not None else ""
        before = RecusalKind(there.kind) if there is not None else kind
        if (there is None and not words) or (there is not None and (there.basis, there.kind) == (words, kind)):
            raise GuardRefused(_("Nothing is changed."))
        name = membership.person.name
        if not Attendance.objects.filter(meeting=held.meeting, membership=membership, present=True).exists() and (
            not held.meeting.movements.filter(membership=membership).exists()
        ):
            raise GuardRefused(_("%(name)s was not at the meeting.") % {"name": name})
        action = "forum.recused" if words else "forum.recusal_lifted"
        data = {"name": name, "basis": words, "kind": kind} if words else {"name": name}
        with held.about(action, fresh, data=data, text={"reason": reason.strip()}) as event:
            if there is None:
                moment = presence.on_the_case(fresh) or event.pk
                Recusal.objects.create(item=fresh, membership=membership, kind=kind, basis=words, moment=moment)
            elif words:
                there.basis, there.kind = words, kind
                there.save()
            else:
                there.delete()
            if was and words and before != kind:  # the same words may say the one and the other
                with languages.municipal():
                    was, words = f"{before.label}, {was}", f"{kind.label}, {words}"
            change = Change(kind=Corrected.RECUSAL, was=was, now=words, name=name, item=fresh, membership=membership)
            return keep(held, change, reason)


def open_resolutions(item: AgendaItem) -> list[Resolution]:
    """Return what the decision in ``item`` may be corrected to be: everything that sets nothing in motion where no case
    has gone on because of it; where a case will, and has not yet, what needs no more than an answer. Empty where the
    case has gone on."""
    decision = item.decided
    if decision is None:
        return []
    before = Resolution(decision.resolution)
    if owner_of(item.referral) is None and item.approves_id is None and before in AT_HOME:
        return list(AT_HOME)
    if item.settled_at is not None:
        heard = (Resolution.ADOPT, Resolution.NOTED)
        owned = is_carried_out_by_owner(item.referral) or item.referral is None
        # A report is heard, and the commission concluded, whatever the body decided because of it.
        return list(heard) if before in heard and not owned else []
    offered = [one for one, why in resolutions(item) if why is None and set(required(item, one)) <= {"answer"}]
    return [before, *(one for one in offered if one != before)]


def may_change_resolution(item: AgendaItem) -> bool:
    """Say whether a correction may change what the decision in ``item`` does: only where nobody else has gone on with
    the case because of it."""
    return bool(open_resolutions(item))


def correct_decision(
    item: AgendaItem,
    *,
    text: str,
    resolution: Resolution,
    differs: str,
    answer: str = "",
    reason: str,
    ground: Ground | str = "",
    rests: authority.Rests | None = None,
    actor: "User",
    seen: int | None = None,
) -> RecordCorrection:
    """Put right the words of a decision, and what it is, where no case has gone on because of it. ``answer`` is what
    the proposer is told of the new outcome, where somebody is; ``ground`` is why, as everybody may read it. ``rests``
    is what it rests on; where it says nothing, what the same outcome rested on stands.

    What was out already is told of anew: the case's story says so, whoever carries it out or goes on with it gets a
    mail, and whoever answered a proposer has it on their page to send a corrected answer (R18).

    Raises ``GuardRefused`` without words or a reason, where nothing is changed, where it would not be what was voted on
    and ``differs`` does not say why, where what became of the case would contradict the votes, for another resolution
    in a case that has gone on, and, as in the meeting, without the authority or the vote that the outcome needs (R34,
    R35).
    """
    with hold_ended(item, actor=actor, reason=reason, seen=seen) as (held, fresh):
        decision = fresh.decided
        if decision is None or not text.strip():
            raise GuardRefused(_("Write what was decided."))
        before = Resolution(decision.resolution)
        may_be = open_resolutions(fresh)
        if resolution != before and resolution not in may_be:
            raise GuardRefused(
                _(
                    "The case has gone on as the decision said. Put it on a new agenda; here you can correct the "
                    "words, and say why they differ from the vote."
                )
            )
        if not may_be and (said := results.against_the_votes(fresh, resolution, text)):
            raise GuardRefused(" ".join([*said, str(GONE_ON)]))
        if resolution != before and "answer" in required(fresh, resolution) and not answer.strip():
            raise GuardRefused(_("The decision lacks %(what)s.") % {"what": FIELD_LABELS["answer"]})
        unlike = check_as_voted(fresh, resolution, text, differs=differs)
        why = differs.strip() if unlike else ""
        rested = authority.standing(decision)
        if rests is None and resolution == before:
            rests = rested
        if rests != rested or resolution != before:
            rests = authority.rest(fresh, resolution, **(vars(rests) if rests else {}))
        if (text.strip(), resolution, why, rests) == (decision.text, before, decision.differs, rested):
            raise GuardRefused(_("Nothing is changed."))
        ballot = ballot_for(held.meeting, fresh, resolution) if resolution != before else decision.ballot
        anew = resolution == before and rests != rested
        with languages.municipal():
            was = _in_words(decision, anew=anew)
        with held.about(
            "forum.decision_corrected",
            fresh,
            data={
                "resolution": resolution,
                "before": before,
                "delegation": rests.delegation.pk if rests.delegation else None,
                "amount": rests.amount,
            },
            text={"decision": text.strip(), "was": decision.text, "differs": why, "reason": reason.strip()},
        ) as event:
            decision.text, decision.resolution, decision.differs = text.strip(), resolution, why
            decision.ballot = ballot
            if resolution != before:
                _leave_behind(decision, resolution, answer.strip())
            _lay(decision, rests)
            decision.save()
            with languages.municipal():
                now = _in_words(decision, anew=anew)
            kept = keep(held, Change(kind=Corrected.DECISION, was=was, now=now, item=fresh, ground=ground), reason)
            at_home = not is_carried_out_by_owner(fresh.referral)
            turned = resolution != before and at_home and fresh.settled_at is not None
            if fresh.settled_at is not None:
                held.about_case("forum.case_decision_corrected", fresh)
                lapsed = FollowUp.objects.filter(decision=decision, lapsed=True).exists()
                over = at_home and resolution != Resolution.ADOPT and (resolution != before or lapsed)
                follow_up.tell_corrected(held, fresh, event, over=over)
        if turned:
            _carry_along(held, fresh, resolution, reason)
    return kept


def _in_words(decision: Decision, *, anew: bool) -> str:
    """Return ``decision`` as a correction keeps it; with what it rests on, where that is corrected and the outcome is
    not (``anew``)."""
    said = f"{decision.text} ({Resolution(decision.resolution).label})"
    if not anew:
        return said
    own = capfirst(_("the body's own affairs")) + "." if decision.options.get("own_affairs") else ""
    return f"{said} {own or outcome_words.rests_on(decision)}".strip()


def _leave_behind(decision: Decision, resolution: Resolution, answer: str) -> None:
    """Take away what only the outcome before had: who carries it out, to whom it was recommended."""
    decision.goes_to = decision.goes_to_name = ""
    if resolution != Resolution.ADOPT:
        decision.responsible = decision.due_on = None
    if answer:
        decision.answer = answer


def _lay(decision: Decision, rests: authority.Rests) -> None:
    """Let ``decision`` rest on ``rests``."""
    decision.delegation, decision.amount = rests.delegation, rests.amount
    decision.options.pop("own_affairs", None)
    if rests.own_affairs:
        decision.options["own_affairs"] = True


def _carry_along(held: Hold, item: AgendaItem, resolution: Resolution, reason: str) -> None:
    """Let what follows from a decision that is out follow: a measure that nobody has decided lapses, one that was
    decided after all begins (R16). What is not out yet begins when it is carried out."""
    if resolution == Resolution.ADOPT:
        follow_up.begin(held, item)
    else:
        follow_up.lapse(held, item, reason=reason)
