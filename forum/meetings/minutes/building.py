"""The minutes built as a structure from what was recorded, for the screen and for print (R13, koml § 11-4).

The structure holds plain text, dates as text and stored part values, nothing else, so that a published version can be
kept as JSON and read back as it was.
"""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime

from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import get_language, ngettext, pgettext
from django.utils.translation import gettext as _

from forum.cases.enums import Resolution
from forum.meetings.attendance import in_one_case
from forum.meetings.core import legality_review, outcome_words, voting
from forum.meetings.core.models import AgendaItem, Attendance, Decision, Meeting
from forum.meetings.core.queries import day_of
from forum.meetings.core.vote_models import Ballot, Motion, Vote
from forum.meetings.enums import URGENT_KINDS, Corrected, MeetingKind, MotionPurpose
from forum.meetings.minutes import participants as people
from forum.meetings.minutes import results
from forum.meetings.minutes.approvals import queries as approval_queries
from forum.meetings.minutes.comings import comings_in
from forum.meetings.minutes.corrections import wording
from forum.meetings.minutes.corrections.models import RecordCorrection
from forum.meetings.minutes.recorded import Recorded, recorded
from forum.meetings.minutes.structure import (
    Audience,
    BallotBlock,
    Correction,
    ItemBlock,
    MinutesDocument,
    SignatureLine,
    VoteRow,
)
from forum.meetings.minutes.told import Told
from forum.meetings.session import narrative
from forum.meetings.session.models import Movement
from forum.organisation import parity
from forum.organisation.enums import SEATED
from forum.organisation.models import Body
from trepart.text.dates import date_text, time_text


def _late_because(item: AgendaItem) -> str:
    """Return who wanted a late case, and why it could not wait (koml § 11-3, R7); empty where nobody was asked."""
    late = getattr(item, "lateness", None)
    if late is None:
        return ""
    return _("Wanted by %(who)s: %(why)s") % {"who": late.wanted_by, "why": late.reason}


def build(
    meeting: Meeting,
    audience: Audience,
    *,
    record: Recorded | None = None,
    version: int = 0,
    notice: str = "",
    corrections: Iterable[Correction] = (),
    signatures: Iterable[SignatureLine] = (),
) -> MinutesDocument:
    """Build the minutes of ``meeting`` for ``audience`` from what was recorded; works for a draft as well as for
    what is to be published. ``record``: what `recorded` has fetched already, where more than one is built."""
    record = record or recorded(meeting)
    attendances, movements, corrected = record.attendances, record.movements, record.corrected
    body, opened = meeting.body, people.opening_of(meeting)
    planned = parse_datetime(str(opened.data.get("planned", ""))) if opened is not None else None
    begins = timezone.localtime(meeting.opened_at or meeting.starts_at)
    return MinutesDocument(
        audience=audience.value,
        title=called(meeting) + f", {body.name} {date_text(day_of(meeting), year=True)}",
        body=body.name,
        legal_basis=str(body.get_legal_basis_display()).replace("§ ", "§\u00a0"),
        date=date_text(day_of(meeting), year=True),
        # Of what was written down afterwards only the day was asked for.
        began="" if meeting.kind == MeetingKind.LOG else time_text(begins),
        ended=time_text(timezone.localtime(meeting.ended_at))
        # What was settled in writing was settled at one moment.
        if meeting.ended_at and meeting.kind not in (MeetingKind.LOG, MeetingKind.WRITTEN)
        else "",
        place=meeting.place,
        called=_called(meeting, planned),
        presiding=_presiding(meeting, attendances),
        secretary=people.secretary(meeting, opened),
        quorum=_quorum(meeting, attendances),
        present=people.present(
            attendances, movements, in_one_case.recusals_of([meeting]), inside=audience == Audience.INTERNAL
        ),
        absent=people.absent(attendances, movements),
        others=meeting.others_present,
        remarks=meeting.remarks,
        items=tuple(
            replace(_item(item, audience, meeting, corrected, movements), took_part=_took_part(item, record))
            for item in record.items
        ),
        by_consensus=body.by_consensus,
        signers=people.signers(meeting),
        signature_lines=approval_queries.signature_lines(meeting),
        roll_corrected=_corrected(corrected, Corrected.PRESENT),
        others_corrected=_corrected(corrected, Corrected.OTHERS),
        remarks_corrected=_corrected(corrected, Corrected.REMARKS),
        notice=notice,
        version=version,
        corrections=tuple(corrections),
        attendees=narrative.attendees(meeting),
        recordings=narrative.recordings(meeting),
        remote=meeting.remote,
        in_writing=meeting.kind == MeetingKind.WRITTEN,
        signatures=tuple(signatures),
        language=get_language() or "",
        tells_no_reasons=True,
    )


def called(meeting: Meeting) -> str:
    """Return what is written of ``meeting`` is called: of a group that wrote it down itself, by another word."""
    return pgettext("of a group that agrees", "Minutes") if meeting.kind == MeetingKind.LOG else _("Minutes")


def _corrected(corrections: Iterable[RecordCorrection], kind: Corrected) -> tuple[str, ...]:
    return tuple(wording.said(one) for one in corrections if one.kind == kind)


def _called(meeting: Meeting, planned: datetime | None) -> str:
    """Return when the meeting was called; where it was held on another day or at another hour, for when, which is what
    the notice is judged by (koml § 11-3, R6)."""
    if meeting.called_at is None:
        return ""
    if meeting.kind in URGENT_KINDS:
        return narrative.urgent(meeting)
    called = timezone.localtime(meeting.called_at)
    begins = timezone.localtime(planned or meeting.starts_at)
    days = (begins.date() - called.date()).days
    words = {"date": date_text(called, year=True), "day": date_text(begins, year=True), "time": time_text(begins)}
    said = (_("Called %(date)s for %(day)s at %(time)s") if planned else _("Called %(date)s")) % words
    if days < meeting.body.notice_days:
        said += ", " + _("later than the body's %(days)s days of notice") % {"days": meeting.body.notice_days}
    return said + "."


def _presiding(meeting: Meeting, attendances: list[Attendance]) -> str:
    # Nobody was asked who presided where it was written down afterwards.
    if meeting.presiding is None or meeting.kind == MeetingKind.LOG:
        return ""
    name = next(
        (a.who.name for a in attendances if a.membership_id == meeting.presiding_id), meeting.presiding.person.name
    )
    role = _("elected for this meeting") if meeting.presiding_elected else meeting.presiding.get_role_display()
    return f"{name} ({role})"


def _quorum(meeting: Meeting, attendances: list[Attendance]) -> str:
    if meeting.body.by_consensus:
        return ""
    seats = sum(1 for a in attendances if a.membership.role in SEATED)
    present = sum(1 for a in attendances if a.present)
    if meeting.kind == MeetingKind.WRITTEN:
        return _("%(present)s of %(seats)s members answered.") % {"present": present, "seats": seats}
    said = ngettext(
        "%(present)s of %(seats)s member met when the meeting was opened, deputies included.",
        "%(present)s of %(seats)s members met when the meeting was opened, deputies included.",
        seats,
    ) % {"present": present, "seats": seats}
    there = parity.unequal(meeting.body, [(a.stands_for or a.membership).part for a in attendances if a.present])
    return f"{said} {there}".strip()


def _took_part(item: AgendaItem, record: Recorded) -> str:
    """Return how many took part in ``item`` when it was settled: what its extract says of the quorum (koml § 11-9)."""
    if item.meeting.body.by_consensus or item.meeting.kind != MeetingKind.ORDINARY or item.decided is None:
        return ""
    seats = sum(1 for row in record.attendances if row.membership.role in SEATED)
    present = people.took_part(item, record.attendances, record.movements)
    return ngettext(
        "%(present)s of %(seats)s member took part in the case, deputies included.",
        "%(present)s of %(seats)s members took part in the case, deputies included.",
        seats,
    ) % {"present": present, "seats": seats}


def _item(
    item: AgendaItem,
    audience: Audience,
    meeting: Meeting,
    corrected: Sequence[RecordCorrection] = (),
    movements: Sequence[Movement] = (),
) -> ItemBlock:
    corrected = [one for one in corrected if one.item_id == item.pk]
    exempt_basis = "" if item.is_withheld_by_doors else item.withheld_basis
    doors = tuple(narrative.doors(period) for period in item.door_periods.all())
    door_votes = tuple(
        _ballot(ballot, meeting.body, corrected)
        for ballot in item.ballots.all()
        if ballot.motion.purpose == MotionPurpose.DOORS
    )
    if item.is_withheld and audience == Audience.PUBLIC:
        return ItemBlock(
            label=item.label,
            title=item.title_outside,
            hidden=True,
            closed_basis=item.closed_basis,
            proposed=item.is_proposed_closed,
            exempt_basis=exempt_basis,
            doors=doors,
            door_votes=door_votes,
            # Who was disqualified, and by what, is told without what the case is about (koml § 11-4, R13).
            recusals=tuple(narrative.recusal(recusal) for recusal in item.recusals.all()),
            recusals_corrected=_corrected(corrected, Corrected.RECUSAL),
        )
    if item.withdrawn_at:
        return ItemBlock(
            label=item.label,
            title=item.title,
            withdrawn=item.withdrawn_reason,
            closed_basis=item.closed_basis,
            proposed=item.is_proposed_closed,
            exempt_basis=exempt_basis,
        )
    decision = item.decided
    case = item.folder
    told = Told.of(item, audience)
    comings = comings_in(item, movements)
    return ItemBlock(
        label=item.label,
        title=item.title,
        closed_basis=item.closed_basis,
        proposed=item.is_proposed_closed,
        exempt_basis=exempt_basis,
        case=case.reference if case else "",
        recommendation=item.recommendation,
        recommended_by=item.recommended_by,
        recusals=tuple(narrative.recusal(recusal) for recusal in item.recusals.all()),
        late=item.late,
        late_because=_late_because(item),
        papers_late=item.papers_late,
        objections=narrative.objections(item),
        comings=comings.first,
        comings_after=comings.last,
        doors=doors,
        door_votes=door_votes,
        procedure=tuple(
            _ballot(ballot, meeting.body, corrected)
            for ballot in told.ballots
            if ballot.motion.purpose not in (MotionPurpose.CASE, MotionPurpose.DOORS)
        ),
        presided=_presided(item, meeting),
        informed=told.informed,
        answers=narrative.answers(item),
        discussion=told.discussion,
        motions=tuple(
            (m.text, _moved_by(m, told.ballots, is_decided=decision is not None))
            for m in told.motions
            if not m.is_recommendation and m.purpose == MotionPurpose.CASE
        ),
        ballots=tuple(
            _ballot(b, meeting.body, corrected, comings.before.get(b.moment, ()))
            for b in told.ballots
            if b.motion.purpose == MotionPurpose.CASE
        ),
        comings_corrected=_corrected(corrected, Corrected.MOVEMENT),
        recusals_corrected=_corrected(corrected, Corrected.RECUSAL),
        decision_corrected=_corrected(corrected, Corrected.DECISION),
        # Of a text it is not known which of it was said behind doors that opened again (R8).
        discussion_corrected=()
        if audience == Audience.PUBLIC and item.door_periods.all()
        else _corrected(corrected, Corrected.TREATMENT),
        elections=tuple(
            narrative.election(one, comings.before, wording.of_rounds(corrected)) for one in told.elections
        ),
        additions=told.additions,
        together=narrative.together(item),
        partly_hidden=told.partly,
        function=item.function.name if item.function else "",
        decision=decision.text if decision else results.no_conclusion(item)[1],
        outcome=results.outcome(item, decision, meeting.body) if decision else "",
        recommends=decision is not None and decision.resolution == Resolution.TO_COUNCIL,
        rests_on=outcome_words.rests_on(decision) if decision else "",
        heading=results.heading(decision, by_consensus=meeting.body.by_consensus)
        if decision
        else results.no_conclusion(item)[0],
        settled=narrative.settled(decision) if decision else "",
        # What each held is for the body itself; the bodies that go on with the case read it there (R24).
        positions=results.positions(decision) if decision and audience == Audience.INTERNAL else (),
        disagreed_about=results.disagreed_about(decision) if decision and audience == Audience.INTERNAL else (),
        consent=outcome_words.consent(decision) if decision else "",
        differs="" if told.partly else results.differs(item),
        follow_up=_follow_up(decision),
        review_until=_review_until(item),
    )


def _moved_by(motion: Motion, ballots: Sequence[Ballot], *, is_decided: bool) -> str:
    """Return who moved ``motion``, and what became of it where no vote tells."""
    mover = {"mover": voting.mover_of(motion)}
    if motion.withdrawn_at is not None:
        return _("%(mover)s, withdrawn") % mover
    voted = any(motion.pk in (ballot.motion_id, ballot.opponent_id) for ballot in ballots)
    return mover["mover"] if voted or not is_decided else _("%(mover)s, not voted on") % mover


def _presided(item: AgendaItem, meeting: Meeting) -> str:
    """Return who presided over an item where it was not the one who presided over the meeting;
    empty otherwise (R11)."""
    others = {
        ballot.presiding_id: ballot.presiding.person.name
        for ballot in item.ballots.all()
        if ballot.presiding_id != meeting.presiding_id
    }
    return ", ".join(others.values())


def _ballot(
    ballot: Ballot, body: Body, corrected: Sequence[RecordCorrection] = (), comings: tuple[str, ...] = ()
) -> BallotBlock:
    votes = list(ballot.votes.all())
    corrected = [one for one in corrected if one.ballot_id == ballot.pk]
    tally = voting.tally_of(ballot)
    motion = ballot.motion
    if ballot.opponent is not None:
        result, by_party = voting.contest(ballot, tally), ""
    else:
        said = voting.words(tally, is_recommendation=motion.is_recommendation, moved_by=voting.mover_of(motion))
        result, by_party = f"{voting.figures(tally)}. {said}", "" if tally.unanimous else _by_party(tally)
    if motion.concerns_id is not None and not tally.adopted:
        result = f"{result} {_('The member takes part in the case.')}"
    return BallotBlock(
        motion=motion.text,
        against=ballot.opponent.text if ballot.opponent is not None else "",
        result=result,
        parts=" ".join(
            [
                parity.unequal(body, [vote.part for vote in votes]),
                *(voting.overruled_words(ballot) if motion.purpose == MotionPurpose.CASE else ()),
            ]
        ).strip(),
        by_party=by_party,
        rows=() if ballot.unanimous and not corrected else _rows(ballot, votes, corrected),
        comings=comings,
    )


def _rows(ballot: Ballot, votes: Sequence[Vote], corrected: Sequence[RecordCorrection]) -> tuple[VoteRow, ...]:
    """Return the table of votes, with what was put right in the row it stands in; a vote taken out keeps its row."""
    said: dict[int | None, list[str]] = {}
    for one in corrected:
        said.setdefault(one.membership_id, []).append(wording.said(one, ballot))
    rows = [
        VoteRow(
            name=vote.name,
            part=vote.part,
            party=vote.party.short if vote.party else "",
            note=_("for %(name)s") % {"name": vote.stands_for} if vote.stands_for else "",
            choice=wording.choice_words(ballot, vote.choice),
            corrected=" ".join(said.pop(vote.membership_id, ())),
        )
        for vote in votes
    ]
    gone = {one.membership_id: one.name for one in corrected}
    return (
        *rows,
        *(VoteRow(gone[pk], "", "", "", wording.choice_words(ballot, ""), " ".join(said[pk])) for pk in said),
    )


def _by_party(tally: voting.Tally) -> str:
    """Say which political parties voted for what, with names where one splits (§ 11-4)."""
    sides = []
    for words, in_favour in ((_("For: %(groups)s."), True), (_("Against: %(groups)s."), False)):
        groups = []
        for group in tally.by_party:
            names = group.for_ if in_favour else group.against
            if names:
                groups.append(f"{group.label} ({', '.join(names)})" if group.split else f"{group.label} ({len(names)})")
        if groups:
            sides.append(words % {"groups": ", ".join(groups)})
    return " ".join(sides)


def _follow_up(decision: Decision | None) -> str:
    if decision is None or decision.responsible is None:
        return ""
    said = _("Responsible: %(name)s") % {"name": decision.responsible.name}
    if decision.due_on:
        said += ", " + _("by %(date)s") % {"date": date_text(decision.due_on, year=True)}
    return said + "."


def _review_until(item: AgendaItem) -> str:
    return " ".join(legality_review.sentence(what, last) for what, last in legality_review.last_days(item).items())
