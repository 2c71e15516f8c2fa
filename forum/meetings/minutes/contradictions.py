"""What the record of a meeting says against itself, found before minutes are published (koml § 11-4; R11-R13)."""

import re
from collections.abc import Iterable, Mapping, Sequence

from django.utils.translation import gettext as _

from forum.meetings.core import attendance_records, participants, presence, voting
from forum.meetings.core.models import AgendaItem, Attendance, Meeting
from forum.meetings.core.vote_models import Ballot
from forum.meetings.core.voter import Voter
from forum.meetings.enums import ItemKind, MotionPurpose, MovementKind
from forum.meetings.minutes import results
from forum.meetings.minutes.corrections.services import GONE_ON, may_change_resolution
from forum.meetings.session.models import Movement

#: Words that claim a result, in bokmål and nynorsk: that nobody was against, and in figures.
_UNANIMOUS = re.compile(r"\b(?:enstemmig|einstemmig|samrøystes)\b", re.I)
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
    rows, movements = attendance_records.attended(meeting), attendance_records.movements(meeting)
    met = [Voter(row.membership, row.stands_for) for row in rows if row.membership.seated or row.stands_for_id]
    order = presence.order_of_treatment(meeting)
    said = _in_the_roll(meeting, rows, movements)
    for item in items:
        ballots = [ballot for ballot in item.ballots.all() if ballot.motion.purpose == MotionPurpose.CASE]
        if ballots:
            table = presence.after(met, presence.up_to(item, movements, order))
            there = participants.taking_part(table, item.recusals.all())
            said += _in_the_votes(item, ballots, {voter.pk: voter.membership.person.name for voter in there})
    return said


def _in_the_roll(meeting: Meeting, rows: Sequence[Attendance], movements: Sequence[Movement]) -> list[str]:
    there = {row.membership_id for row in rows}
    came = {movement.membership_id for movement in movements if movement.kind == MovementKind.CAME}
    twice = [row.stands_for.person.name for row in rows if row.stands_for is not None and row.stands_for_id in there]
    said = [_("%(name)s met, and so did a deputy for the same seat.") % {"name": name} for name in twice]
    if rows and meeting.presiding is not None and meeting.presiding_id not in there | came:
        said.append(_("%(name)s presided, and was absent.") % {"name": meeting.presiding.person.name})
    return said


def _in_the_votes(item: AgendaItem, ballots: Iterable[Ballot], entitled: dict[int, str]) -> list[str]:
    said = []
    for ballot in ballots:
        votes = {vote.membership_id: vote.name for vote in ballot.votes.all()}
        too_many = [name for pk, name in votes.items() if pk not in entitled]
        lacking = [name for pk, name in entitled.items() if pk not in votes]
        words = {"item": item.label or item.title}
        if too_many:
            names = {**words, "names": ", ".join(too_many)}
            said.append(_("%(item)s: voted, and did not take part in the case: %(names)s.") % names)
        if lacking:
            names = {**words, "names": ", ".join(lacking)}
            said.append(_("%(item)s: took part in the case, and has no vote: %(names)s.") % names)
    return said


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
        found = _UNANIMOUS.search(text)
        if found and not any(tally.unanimous or tally.for_ == 0 for tally in tallies):
            said.append(_("%(item)s: the text says “%(claim)s”, and no vote was.") % {**words, "claim": found.group()})
        counted = {frozenset((tally.for_, tally.against)) for tally in tallies}
        for one in _FIGURES.finditer(text):
            if frozenset((int(one.group(1)), int(one.group(2)))) not in counted:
                claim = " ".join(one.group().split())
                said.append(
                    _("%(item)s: the text says “%(claim)s”, and no vote came to that.") % {**words, "claim": claim}
                )
    return said
