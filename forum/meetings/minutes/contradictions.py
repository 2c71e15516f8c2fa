"""What the record of a meeting says against itself, found before minutes are published (koml § 11-4; R11-R13)."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

from django.utils.translation import gettext as _

from forum.meetings.core import attendance_records, participants, presence, voting
from forum.meetings.core.models import AgendaItem, Attendance, Meeting
from forum.meetings.core.voter import Voter
from forum.meetings.enums import ItemKind, MotionPurpose, MovementKind
from forum.meetings.minutes import results
from forum.meetings.minutes.corrections.services import GONE_ON, may_change_resolution
from forum.meetings.session.elections.models import Round
from forum.meetings.session.models import Movement

#: Words that claim a result, in bokmål and nynorsk: that nobody was against, and in figures.
_UNANIMOUS = re.compile(r"\b(?:enstemmig|einstemmig|samrøystes)\b(?:\s+(\w+))?", re.I)
#: What may follow: that something was adopted, for which nobody may have been against.
_ADOPTED = re.compile(r"vedt\w+|godkjen\w+|tilrå\w+|innstil\w+", re.I)
_FIGURES = re.compile(r"\b(\d{1,2})\s+(?:stemmer\s+|røyster\s+)?(?:mot|imot)\s+(\d{1,2})\b", re.I)


def of_decision(item: AgendaItem) -> list[str]:
    """Return where the decision in ``item`` is not what was voted on, and nothing says why; and, whatever is said,
    where what became of the case contradicts the votes, with what to do where the case has gone on."""
    decision = item.decided
    if decision is None:
        return []
    if said := of_outcome(item):
        return said
    return [] if decision.differs.strip() else results.contradictions(item)


def of_outcome(item: AgendaItem) -> list[str]:
    """Return where what became of the case in ``item`` contradicts the votes, with what to do where the case has gone
    on; for the decision list too."""
    said = results.against_the_votes(item)
    return [*said, str(GONE_ON)] if said and not may_change_resolution(item) else said


def around_the_table(meeting: Meeting, items: Iterable[AgendaItem]) -> list[str]:
    """Return where it is not so that those who were there took part, and nobody else did: in the roll, and in every
    vote on a case of ``items`` (koml § 8-1)."""
    if meeting.body.by_consensus:
        return []
    record = _Record.of(meeting)
    said = _in_the_roll(meeting, record.rows, record.movements)
    for item in items:
        for ballot in item.ballots.all():
            if ballot.motion.purpose == MotionPurpose.CASE:
                votes = {vote.membership_id: vote.name for vote in ballot.votes.all()}
                said += _in_a_vote(record, item, ballot.moment, votes)
    return said


def beside_the_cases(meeting: Meeting, items: Iterable[AgendaItem]) -> list[str]:
    """Return the same of the votes on how ``items`` were treated, and in elections. What followed from them has
    happened, and a correction can do no more than say who voted what: they are asked about, and told in the treatment
    where they stand."""
    if meeting.body.by_consensus:
        return []
    record, said = _Record.of(meeting), []
    for item in items:
        for ballot in item.ballots.all():
            purpose = MotionPurpose(ballot.motion.purpose)
            if purpose != MotionPurpose.CASE:
                votes = {vote.membership_id: vote.name for vote in ballot.votes.all()}
                # Those whose part in the case it is about have no vote in it (fvl § 8).
                all_vote = purpose != MotionPurpose.IMPARTIALITY
                said += _in_a_vote(record, item, ballot.moment, votes, all_vote=all_vote, about=str(purpose.label))
        for election in item.elections.all():
            for round_ in election.rounds.all():
                if round_.secret:
                    said += _counted(record, item, round_)
                else:
                    voices = {voice.membership_id: voice.name for voice in round_.voices.all()}
                    said += _in_a_vote(record, item, round_.moment, voices, about=election.place)
    return said


@dataclass(frozen=True)
class _Record:
    """Who met, and who came and went, read once for all the votes of a meeting."""

    rows: Sequence[Attendance]
    movements: Sequence[Movement]

    @classmethod
    def of(cls, meeting: Meeting) -> "_Record":
        return cls(attendance_records.attended(meeting), attendance_records.movements(meeting))

    def there(self, item: AgendaItem, moment: int) -> dict[int, str]:
        """Return who took part in ``item`` at ``moment``, by the membership's id."""
        rows = (row for row in self.rows if row.membership.seated or row.stands_for_id)
        met = [Voter(row.membership, row.stands_for) for row in rows]
        table = presence.after(met, presence.up_to(moment, item.pk, self.movements))
        recusals = [recusal for recusal in item.recusals.all() if recusal.moment <= moment]
        return {voter.pk: voter.membership.person.name for voter in participants.taking_part(table, recusals)}

    def left(self, item: AgendaItem, moment: int) -> set[int]:
        """Return who had left by ``moment``, also those who came back."""
        return {
            one.membership_id
            for one in presence.up_to(moment, item.pk, self.movements)
            if one.kind == MovementKind.LEFT
        }


def _in_the_roll(meeting: Meeting, rows: Sequence[Attendance], movements: Sequence[Movement]) -> list[str]:
    there = {row.membership_id for row in rows}
    came = {movement.membership_id for movement in movements if movement.kind == MovementKind.CAME}
    twice = [row.stands_for.person.name for row in rows if row.stands_for is not None and row.stands_for_id in there]
    said = [_("%(name)s met, and so did a deputy for the same seat.") % {"name": name} for name in twice]
    if rows and meeting.presiding is not None and meeting.presiding_id not in there | came:
        said.append(_("%(name)s presided, and was absent.") % {"name": meeting.presiding.person.name})
    return said


def _in_a_vote(
    record: _Record,
    item: AgendaItem,
    moment: int,
    votes: Mapping[int, str],
    *,
    all_vote: bool = True,
    about: str = "",
) -> list[str]:
    """Return who had a vote at ``moment`` and should not have had one, by name, and who lacks one."""
    entitled, left = record.there(item, moment), record.left(item, moment)
    label = item.label or item.title
    where = f"{label} ({about})" if about else label
    found = [
        (
            _("%(item)s: voted, and had left: %(names)s."),
            [name for pk, name in votes.items() if pk not in entitled and pk in left],
        ),
        (
            _("%(item)s: voted, and did not take part in the case: %(names)s."),
            [name for pk, name in votes.items() if pk not in entitled and pk not in left],
        ),
        (
            _("%(item)s: took part in the case, and has no vote: %(names)s."),
            [name for pk, name in entitled.items() if all_vote and pk not in votes],
        ),
    ]
    return [words % {"item": where, "names": ", ".join(names)} for words, names in found if names]


def _counted(record: _Record, item: AgendaItem, round_: Round) -> list[str]:
    there = len(record.there(item, round_.moment))
    if there == round_.entitled:
        return []
    words = {"item": f"{item.label or item.title} ({round_.election.place})", "voted": round_.entitled, "there": there}
    return [_("%(item)s: %(voted)s voted in writing, and %(there)s took part in the case.") % words]


def claims(items: Iterable[AgendaItem], *, by_consensus: bool, texts: Mapping[int, str] | None = None) -> list[str]:
    """Return what the free text of ``items`` says of a vote that no vote recorded there came to. It may speak of
    another body's, so it is asked about, not refused. ``texts`` has what the treatment of an item (by id) is about to
    say."""
    if by_consensus:
        return []
    said = []
    for item in items:
        if item.kind != ItemKind.PS:
            continue
        discussion = (texts or {}).get(item.pk, item.discussion)
        text = "\n".join([discussion, item.decided.text if item.decided is not None else ""])
        tallies = [voting.tally_of(ballot) for ballot in item.ballots.all()]
        words = {"item": item.label or item.title}
        rounds = [round_ for election in item.elections.all() for round_ in election.rounds.all()]
        for found in _UNANIMOUS.finditer(text):
            adopted = found.group(1) is not None and _ADOPTED.fullmatch(found.group(1)) is not None
            if any(tally.unanimous or (tally.for_ == 0 and not adopted) for tally in tallies):
                continue
            if any(count.votes == round_.entitled for round_ in rounds for count in round_.counts.all()):
                continue
            claim = " ".join(found.group().split()) if adopted else found.group().split()[0]
            said.append(_("%(item)s: the text says “%(claim)s”, and no vote was.") % {**words, "claim": claim})
            break
        counted = {frozenset((tally.for_, tally.against)) for tally in tallies}
        for round_ in rounds:
            got = [count.votes for count in round_.counts.all()]
            counted |= {frozenset(pair) for pair in combinations(got, 2)}
        for one in _FIGURES.finditer(text):
            if frozenset((int(one.group(1)), int(one.group(2)))) not in counted:
                claim = " ".join(one.group().split())
                said.append(
                    _("%(item)s: the text says “%(claim)s”, and no vote came to that.") % {**words, "claim": claim}
                )
    return said
