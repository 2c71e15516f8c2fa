"""Minutes as a structure: built once from what was recorded, shown on the screen and printed from the same (R13, koml § 11-4).

The structure holds plain text, dates as text and stored part values, nothing else, so that a published version can be kept as JSON and read back as it was.
"""

from collections.abc import Iterable
from dataclasses import asdict, dataclass, field, replace
from enum import StrEnum
from typing import Any

from django.utils import timezone
from django.utils.translation import get_language, ngettext, override
from django.utils.translation import gettext as _

from forum import equality, legality, voting
from forum.enums import SEATED, Choice, ItemKind, MeetingKind, RecusalKind
from forum.models import AgendaItem, Attendance, Ballot, Body, Meeting, Membership, Recusal
from trepart.templatetags.trepart_ui import date_text, time_text


class Audience(StrEnum):
    """Who a rendering of the minutes is for."""

    INTERNAL = "internal"
    PUBLIC = "public"


@dataclass(frozen=True)
class PersonLine:
    """One person in the minutes."""

    name: str
    part: str = ""
    note: str = ""


@dataclass(frozen=True)
class VoteRow:
    """One entitled person's vote."""

    name: str
    part: str
    party: str
    note: str
    choice: str


@dataclass(frozen=True)
class BallotBlock:
    """One vote: over what, how, and the result in words with the political parties (R13)."""

    motion: str
    result: str
    by_party: str = ""
    rows: tuple[VoteRow, ...] = ()
    #: That the three parts were not equal in it, where they are to be (R2).
    parts: str = ""


@dataclass(frozen=True)
class ItemBlock:
    """One case in the minutes. ``hidden`` says that its content is not for this audience: number and basis are all there is."""

    label: str
    title: str
    hidden: bool = False
    closed_basis: str = ""
    #: The case is exempt from public access on this basis (R25), whatever the doors.
    exempt_basis: str = ""
    case: str = ""
    recommendation: str = ""
    recommended_by: str = ""
    recusals: tuple[str, ...] = ()
    discussion: str = ""
    motions: tuple[tuple[str, str], ...] = ()
    ballots: tuple[BallotBlock, ...] = ()
    decision: str = ""
    outcome: str = ""
    follow_up: str = ""
    withdrawn: str = ""
    #: Put on the agenda after the notice, and treated all the same (koml § 11-3, R7).
    late: bool = False
    #: Until when a review of the decision's legality can be asked for (koml § 27-1, R15); empty where it is not a final one.
    review_until: str = ""
    #: As what the body treated it, where it is several things.
    function: str = ""


@dataclass(frozen=True)
class Correction:
    """What a later version changed, and why (R29)."""

    version: int
    date: str
    reason: str


@dataclass(frozen=True)
class SignatureLine:
    """Somebody who has approved the minutes: name, role, and the day."""

    name: str
    role: str
    date: str


@dataclass(frozen=True)
class MinutesDocument:
    """The whole of one meeting's minutes for one audience."""

    audience: str
    title: str
    body: str
    legal_basis: str
    date: str
    began: str
    ended: str
    place: str
    called: str
    presiding: str
    quorum: str
    present: tuple[PersonLine, ...]
    absent: tuple[PersonLine, ...]
    others: str
    remarks: str
    items: tuple[ItemBlock, ...]
    by_consensus: bool
    signers: tuple[str, ...]
    notice: str = ""
    version: int = 0
    corrections: tuple[Correction, ...] = field(default=())
    #: Who has approved them, each with the day; empty until they are approved, and where the next meeting did it.
    signatures: tuple[SignatureLine, ...] = field(default=())
    #: The language its words are in; versions from before it was kept are in the municipality's.
    language: str = ""

    def as_json(self) -> dict[str, Any]:
        """Return the structure as what JSON can hold."""
        return asdict(self)


def from_json(stored: dict[str, Any]) -> MinutesDocument:
    """Return the structure a published version was stored as; the inverse of :meth:`MinutesDocument.as_json`."""
    blocks = []
    for item in stored["items"]:
        ballots = tuple(
            BallotBlock(**{**ballot, "rows": tuple(VoteRow(**row) for row in ballot["rows"])})
            for ballot in item["ballots"]
        )
        motions = tuple((text, mover) for text, mover in item["motions"])
        blocks.append(
            ItemBlock(**{**item, "ballots": ballots, "motions": motions, "recusals": tuple(item["recusals"])})
        )
    return MinutesDocument(
        **{
            **stored,
            "present": tuple(PersonLine(**line) for line in stored["present"]),
            "absent": tuple(PersonLine(**line) for line in stored["absent"]),
            "items": tuple(blocks),
            "signers": tuple(stored["signers"]),
            "corrections": tuple(Correction(**line) for line in stored["corrections"]),
            "signatures": tuple(SignatureLine(**line) for line in stored.get("signatures", ())),
        }
    )


def extract(document: MinutesDocument, label: str) -> MinutesDocument | None:
    """Return what ``document`` says of the one case numbered ``label`` (saksprotokoll), or None where it says nothing of it to its audience."""
    found = tuple(item for item in document.items if item.label == label and not item.hidden)
    if not label or not found:
        return None
    with override(document.language or None):
        title = _("Extract of the minutes: %(label)s") % {"label": label}
    return replace(document, title=title, items=found, remarks="", others="")


def roll_call(document: MinutesDocument) -> MinutesDocument:
    """Return only how it was voted: the cases with a vote, each vote with who voted what, and what came of it."""
    voted = tuple(
        replace(
            item,
            recommendation="",
            recommended_by="",
            recusals=(),
            discussion="",
            motions=(),
            follow_up="",
            review_until="",
        )
        for item in document.items
        if item.ballots and not item.hidden
    )
    with override(document.language or None):
        title = _("Votes in the meeting")
    return replace(document, title=title, items=voted, remarks="", others="", corrections=(), signatures=())


def loaded(meeting: Meeting) -> list[AgendaItem]:
    """Return the meeting's items in order with everything the minutes need, in a constant number of queries."""
    return list(
        AgendaItem.objects.filter(meeting=meeting)
        .select_related("decision__responsible", "case", "referral__case", "function", "meeting__body")
        .prefetch_related(
            "motions__moved_by__person",
            "motions__moved_by__party",
            "recusals__membership__person",
            "recusals__deputy__person",
            "ballots__motion__moved_by__person",
            "ballots__motion__moved_by__party",
            "ballots__presiding__person",
            "ballots__votes__party",
        )
        .order_by("position", "id")
    )


def build(
    meeting: Meeting,
    audience: Audience,
    *,
    version: int = 0,
    notice: str = "",
    corrections: Iterable[Correction] = (),
    signatures: Iterable[SignatureLine] = (),
) -> MinutesDocument:
    """Build the minutes of ``meeting`` for ``audience`` from what was recorded; works for a draft as well as for what is to be published."""
    attendances = list(
        meeting.attendances.select_related(
            "membership__person", "membership__party", "stands_for__person", "stand_in__person"
        ).order_by("id")
    )
    body = meeting.body
    begins = timezone.localtime(meeting.opened_at or meeting.starts_at)
    return MinutesDocument(
        audience=audience.value,
        title=_("Minutes") + f", {body.name} {date_text(begins, year=True)}",
        body=body.name,
        legal_basis=str(body.get_legal_basis_display()).replace("§ ", "§\u00a0"),
        date=date_text(begins, year=True),
        began=time_text(begins),
        ended=time_text(timezone.localtime(meeting.ended_at))
        if meeting.ended_at and meeting.kind != MeetingKind.LOG
        else "",
        place=meeting.place,
        called=_called(meeting),
        presiding=_presiding(meeting, attendances),
        quorum=_quorum(meeting, attendances),
        present=tuple(_person(a) for a in attendances if a.present),
        absent=tuple(_person(a) for a in attendances if not a.present),
        others=meeting.others_present,
        remarks=meeting.remarks,
        items=tuple(_item(item, audience) for item in loaded(meeting)),
        by_consensus=body.by_consensus,
        signers=_signers(meeting),
        notice=notice,
        version=version,
        corrections=tuple(corrections),
        signatures=tuple(signatures),
        language=get_language() or "",
    )


def _called(meeting: Meeting) -> str:
    if meeting.called_at is None:
        return ""
    called = timezone.localtime(meeting.called_at)
    days = (timezone.localtime(meeting.starts_at).date() - called.date()).days
    said = _("Called %(date)s") % {"date": date_text(called, year=True)}
    if days < meeting.body.notice_days:
        said += ", " + _("later than the body's %(days)s days of notice") % {"days": meeting.body.notice_days}
    return said + "."


def _presiding(meeting: Meeting, attendances: list[Attendance]) -> str:
    if meeting.presiding is None:
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
    said = ngettext(
        "%(present)s of %(seats)s member met, deputies included.",
        "%(present)s of %(seats)s members met, deputies included.",
        seats,
    ) % {"present": present, "seats": seats}
    there = equality.unequal(meeting.body, [a.membership.part for a in attendances if a.present])
    return f"{said} {there}".strip()


def _person(attendance: Attendance) -> PersonLine:
    membership = attendance.membership
    notes = [str(membership.get_role_display())]
    if membership.party:
        notes.append(membership.party.short)
    if attendance.stands_for:
        notes.append(_("met for %(name)s") % {"name": attendance.stands_for.person.name})
    if attendance.stand_in:
        notes.append(_("standing in for %(name)s") % {"name": membership.person.name})
    if attendance.skipped_reason:
        notes.append(attendance.skipped_reason)
    if not attendance.present and attendance.absence_reason:
        notes.append(attendance.absence_reason)
    return PersonLine(name=attendance.who.name, part=membership.part, note=", ".join(notes))


def _signers(meeting: Meeting) -> tuple[str, ...]:
    if meeting.kind == MeetingKind.LOG or meeting.presiding is None:
        return ()
    return (meeting.presiding.person.name,)


def _item(item: AgendaItem, audience: Audience) -> ItemBlock:
    exempt_basis = "" if item.is_closed else item.kept_basis
    if item.is_kept and audience == Audience.PUBLIC:
        return ItemBlock(
            label=item.label,
            title=item.title_outside,
            hidden=True,
            closed_basis=item.closed_basis,
            exempt_basis=exempt_basis,
        )
    if item.withdrawn_at:
        return ItemBlock(
            label=item.label,
            title=item.title,
            withdrawn=item.withdrawn_reason,
            closed_basis=item.closed_basis,
            exempt_basis=exempt_basis,
        )
    decision = item.decided
    case = item.folder
    return ItemBlock(
        label=item.label,
        title=item.title,
        closed_basis=item.closed_basis,
        exempt_basis=exempt_basis,
        case=case.reference if case else "",
        recommendation=item.recommendation,
        recommended_by=item.recommended_by,
        recusals=tuple(_recusal(recusal) for recusal in item.recusals.all()),
        late=item.late,
        function=item.function.name if item.function else "",
        discussion=item.discussion,
        motions=tuple((m.text, _mover(m.moved_by)) for m in item.motions.all() if not m.is_recommendation),
        ballots=tuple(_ballot(ballot, item.meeting.body) for ballot in item.ballots.all()),
        decision=decision.text if decision else "",
        outcome=str(decision.get_resolution_display()) if decision else "",
        follow_up=_follow_up(decision),
        review_until=_review_until(decision, item.meeting),
    )


def _recusal(recusal: Recusal) -> str:
    words = (
        _("%(name)s was disqualified (%(basis)s) and did not take part.")
        if recusal.kind == RecusalKind.PARTIALITY
        else _("%(name)s was exempted (%(basis)s) and did not take part.")
    )
    said = words % {"name": recusal.membership.person.name, "basis": recusal.basis}
    if recusal.deputy is not None:
        said += " " + _("%(name)s met as deputy in this case.") % {"name": recusal.deputy.person.name}
    if recusal.skipped_reason:
        said += f" {recusal.skipped_reason}"
    return said


def _mover(membership: Membership | None) -> str:
    if membership is None:
        return ""
    return f"{membership.person.name} ({membership.party.short})" if membership.party else membership.person.name


def _ballot(ballot: Ballot, body: Body) -> BallotBlock:
    votes = list(ballot.votes.all())
    tally = voting.tally_of(ballot)
    motion = ballot.motion
    said = voting.words(tally, is_recommendation=motion.is_recommendation, moved_by=_mover(motion.moved_by))
    return BallotBlock(
        motion=motion.text,
        result=f"{voting.figures(tally)}. {said}",
        parts=equality.unequal(body, [vote.part for vote in votes]),
        by_party="" if tally.unanimous else _by_party(tally),
        rows=()
        if ballot.unanimous
        else tuple(
            VoteRow(
                name=vote.name,
                part=vote.part,
                party=vote.party.short if vote.party else "",
                note=_("for %(name)s") % {"name": vote.stands_for} if vote.stands_for else "",
                choice=str(Choice(vote.choice).label),
            )
            for vote in votes
        ),
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


def _follow_up(decision: Any) -> str:
    if decision is None or decision.responsible is None:
        return ""
    said = _("Responsible: %(name)s") % {"name": decision.responsible.name}
    if decision.due_on:
        said += ", " + _("by %(date)s") % {"date": date_text(decision.due_on, year=True)}
    return said + "."


def _review_until(decision: Any, meeting: Meeting) -> str:
    last = legality.deadline(decision, meeting.body) if decision is not None else None
    if last is None:
        return ""
    said = _(
        "Three members of the municipal council can ask for a review of its legality until %(date)s (Local Government Act § 27-1)."
    )
    return (said % {"date": date_text(last, year=True)}).replace("§ ", "§\u00a0")


def missing(meeting: Meeting) -> list[str]:
    """Return what § 11-4 asks for and the record does not hold yet; empty when the minutes can be published (R13)."""
    lacking = []
    if not meeting.place.strip():
        lacking.append(_("The place of the meeting."))
    if meeting.opened_at is None or meeting.ended_at is None:
        lacking.append(_("When the meeting began and ended."))
    if meeting.presiding_id is None:
        lacking.append(_("Who presided."))
    lacking += _missing_people(meeting)
    items = [item for item in loaded(meeting) if item.withdrawn_at is None]
    if not items:
        lacking.append(_("Which cases were treated."))
    for item in items:
        lacking += _missing_in(item, by_consensus=meeting.body.by_consensus)
    return lacking


def _missing_people(meeting: Meeting) -> list[str]:
    day = timezone.localtime(meeting.starts_at).date()
    seats = {
        m.pk: m
        for m in Membership.objects.running(day).filter(body=meeting.body, role__in=SEATED).select_related("person")
    }
    noted = list(meeting.attendances.values_list("membership_id", "present"))
    lacking = []
    if not any(present for _pk, present in noted):
        lacking.append(_("Who met."))
    unknown = sorted(seats[pk].person.name for pk in seats.keys() - {pk for pk, _present in noted})
    if unknown and noted:
        lacking.append(_("Whether these met or were absent: %(names)s.") % {"names": ", ".join(unknown)})
    return lacking


def _missing_in(item: AgendaItem, *, by_consensus: bool) -> list[str]:
    what = {"item": item.label or item.title}
    decision = item.decided
    if decision is None or not decision.text.strip():
        return [_("%(item)s: what was decided.") % what]
    lacking = []
    postponed_or_noted = decision.resolution in ("noted", "postpone")
    if item.kind == ItemKind.PS and not by_consensus and not postponed_or_noted and not item.ballots.all():
        lacking.append(_("%(item)s: the result of the vote.") % what)
    if any(not recusal.basis.strip() for recusal in item.recusals.all()):
        lacking.append(_("%(item)s: the legal basis of the disqualification.") % what)
    return lacking
