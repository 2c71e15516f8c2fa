"""Who met, as a spreadsheet for allowances: one row a person and meeting, and a sum for each person (R4, R13).

Money goes by person: two of the same name are two, in the sum too, and each is told apart by the address they sign in
with. Why somebody was absent is not in it: whoever pays has no use for it (R51). Names are what people have typed: a
cell is always text, never a formula, whatever it begins with.
"""

import io
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _
from openpyxl import Workbook
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter

from forum.meetings.allowances.hours import hours, stays
from forum.meetings.attendance import in_one_case
from forum.meetings.core.closed.access import KEPT
from forum.meetings.core.models import AgendaItem, Attendance, Meeting
from forum.meetings.enums import MeetingKind, MovementKind
from forum.meetings.session.models import Attendee, Movement
from forum.organisation.models import Membership
from trepart.access.models import User

#: The widest a column gets, in characters.
_WIDEST = 60


@dataclass(frozen=True)
class Line:
    """One person at one meeting."""

    #: Who it is, and in which body: numbers, since names are not anybody's alone.
    person: int
    of_body: int
    name: str
    #: What tells the person from another of the same name.
    address: str
    role: str
    party: str
    part: str
    body: str
    begins: datetime
    ends: datetime | None
    present: bool
    met_for: str
    #: How long somebody was there; None where it is not known, as of who sat in single cases.
    hours: float | None
    #: Whose seats it was (ids of places), and who else was in one of them at the same meeting, by name.
    seats: frozenset[int]
    shared_with: str = ""
    #: Which cases somebody sat in only, or was out of.
    cases: str = ""


@dataclass(frozen=True)
class GuestLine:
    """Somebody who was at a meeting without a seat: no claim to what members are paid, and so no hours."""

    name: str
    role: str
    body: str
    day: datetime
    cases: str = ""


def guests(attendances: Iterable[Attendance]) -> list[GuestLine]:
    """Return who was at the meetings of ``attendances`` without a seat, meeting by meeting: user representatives, and
    those who attended, spoke or informed (koml §§ 6-1, 13-1, 13-4). Who did so in a case that is kept is left out: who
    pays has no part in it. Two queries."""
    rows = list(attendances)
    meetings = {row.meeting_id: row.meeting for row in rows}
    invited = in_one_case.guests_in(rows)
    found: dict[int, list[GuestLine]] = {pk: [] for pk in meetings}
    for row in rows:
        if in_one_case.is_guest(row) and row.present:
            role = str(row.membership.get_role_display())
            found[row.meeting_id].append(
                GuestLine(row.who.name, role, row.meeting.body.name, _began(row.meeting), invited.get(row.pk, ""))
            )
    open_items = AgendaItem.objects.filter(~KEPT, meeting__in=list(meetings)).order_by()
    attended = Attendee.objects.filter(meeting__in=list(meetings)).select_related("item")
    for one in attended.filter(Q(item__isnull=True) | Q(item__in=open_items.values("pk"))).order_by("pk"):
        meeting = meetings[one.meeting_id]
        cases = _("only in %(item)s") % {"item": one.item.label} if one.item is not None else ""
        role = one.title or str(one.get_capacity_display())
        found[one.meeting_id].append(GuestLine(one.name, role, meeting.body.name, _began(meeting), cases))
    return [line for of_one in found.values() for line in of_one]


def _began(meeting: Meeting) -> datetime:
    return meeting.opened_at or meeting.starts_at


def lines(attendances: Iterable[Attendance]) -> list[Line]:
    """Return what stands in the sheet, meeting by meeting in the order they were given: those in the roll call, then
    whoever took a seat later or for one case; :func:`guests` stand by themselves. Members, the meeting and its body are
    fetched along."""
    rows = [row for row in attendances if not in_one_case.is_guest(row)]
    meetings = {row.meeting_id: row.meeting for row in rows}
    recusals, movements = defaultdict(list), defaultdict(list)
    for recusal in in_one_case.recusals_of(list(meetings.values())):
        recusals[recusal.item.meeting_id].append(recusal)
    for movement in _movements(meetings):
        movements[movement.meeting_id].append(movement)
    found: dict[int, list[Line]] = {pk: [] for pk in meetings}
    for row in rows:
        membership = row.membership
        moved = [m for m in movements[row.meeting_id] if m.membership_id == membership.pk]
        came = any(m.kind == MovementKind.CAME for m in moved)
        left = [m for m in moved if m.only and m.kind == MovementKind.LEFT]
        out = [in_one_case.out(m) for m in left]
        found[row.meeting_id].append(
            _line(
                row.meeting,
                membership,
                who=row.who,
                present=row.present or came,
                at_roll_call=row.present,
                moved=moved,
                met_for=row.stands_for.person.name if row.stands_for is not None else "",
                seats={row.stands_for_id or row.membership_id},
                cases=", ".join([*out, *in_one_case.out_of(membership, recusals[row.meeting_id])]),
            )
        )
    for pk, meeting in meetings.items():
        known = [row.membership_id for row in rows if row.meeting_id == pk]
        for one in in_one_case.sat_in(known, movements[pk], recusals[pk]):
            found[pk].append(
                _line(
                    meeting, one.membership, present=True, at_roll_call=False, met_for=one.met_for, cases=one.note,
                    moved=[m for m in movements[pk] if m.membership_id == one.membership.pk], seats=set(one.seats),
                )
            )  # fmt: skip
    return [line for of_one in found.values() for line in _sharing(of_one)]


def _sharing(found: Sequence[Line]) -> list[Line]:
    """Return the lines of one meeting with who else was in the same seat: one seat is not paid twice unseen."""
    return [
        replace(
            line,
            shared_with=", ".join(
                other.name for other in found if other is not line and other.present and line.seats & other.seats
            ),
        )
        if line.present
        else line
        for line in found
    ]


def _movements(meetings: Iterable[int]) -> list[Movement]:
    people = ("membership__person", "membership__party", "stands_for__person", "item")
    return list(Movement.objects.in_order().filter(meeting__in=list(meetings)).select_related(*people))


def _line(
    meeting: Meeting,
    membership: Membership,
    *,
    present: bool,
    at_roll_call: bool,
    moved: Sequence[Movement],
    met_for: str,
    seats: Collection[int],
    cases: str,
    who: User | None = None,
) -> Line:
    began, ended = _began(meeting), meeting.ended_at
    there = stays(began=began, ended=ended, present=at_roll_call, movements=moved)
    return Line(
        # Whoever stood in met, and not the holder of the place.
        person=(who or membership.person).pk,
        of_body=meeting.body_id,
        name=(who or membership.person).name,
        address=(who or membership.person).email,
        role=str(membership.get_role_display()),
        party=membership.party.short if membership.party is not None else "",
        part=str(membership.get_part_display()) if membership.part else "",
        body=meeting.body.name,
        begins=there[0].begins if there else began,
        ends=there[-1].ends if there else ended,
        present=present,
        met_for=met_for,
        # Of a meeting that was written down afterwards nobody knows when it began and ended.
        hours=None if meeting.kind == MeetingKind.LOG else hours(there),
        seats=frozenset(seats),
        cases=cases,
    )


def workbook(found: Sequence[Line], without_a_seat: Sequence[GuestLine] = ()) -> bytes:
    """Return the spreadsheet: a sheet with every line, one with the number of meetings and hours of each person, and
    one with who was there without a seat, where there were any."""
    names = _told_apart(found)
    book = Workbook()
    sheet = book.active
    sheet.title = _("Attendance")
    _write(
        sheet,
        [
            _("Name"),
            _("Role"),
            _("Political party"),
            _("Part"),
            _("Body"),
            _("Date"),
            _("From"),
            _("To"),
            _("Hours"),
            _("Met"),
            _("Met for"),
            _("Cases"),
            _("Same seat as"),
        ],
        (
            [
                names[line.person],
                line.role,
                line.party,
                line.part,
                line.body,
                _day(line.begins),
                _clock(line.begins),
                _clock(line.ends),
                line.hours,
                _("yes") if line.present else _("no"),
                line.met_for,
                line.cases,
                line.shared_with,
            ]
            for line in found
        ),
    )
    total: dict[tuple[int, int], list[Line]] = defaultdict(list)
    for line in found:
        if line.present:
            total[line.person, line.of_body].append(line)
    sums = sorted(total.values(), key=lambda rows: (names[rows[0].person], rows[0].body))
    _write(
        book.create_sheet(_("Sum")),
        [_("Name"), _("Body"), _("Meetings"), _("Hours"), _("Meetings where the seat was shared")],
        (
            [
                names[rows[0].person],
                rows[0].body,
                len(rows),
                round(sum(row.hours or 0 for row in rows), 2),
                sum(bool(row.shared_with) for row in rows),
            ]
            for rows in sums
        ),
    )
    if without_a_seat:
        _write(
            book.create_sheet(_("Without a seat")),
            [_("Name"), _("Role"), _("Body"), _("Date"), _("Cases")],
            ([one.name, one.role, one.body, _day(one.day), one.cases] for one in without_a_seat),
        )
    kept = io.BytesIO()
    book.save(kept)
    return kept.getvalue()


def _told_apart(found: Sequence[Line]) -> dict[int, str]:
    """Return what each person is called in the spreadsheet: the name, with the address where another has it too."""
    named = {line.person: line for line in found}
    often = Counter(line.name for line in named.values())
    return {
        person: f"{line.name} ({line.address})" if often[line.name] > 1 else line.name for person, line in named.items()
    }


def _write(sheet: Any, headers: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    widths = [len(header) for header in headers]
    for number, row in enumerate([headers, *rows], start=1):
        for column, value in enumerate(row, start=1):
            _put(sheet.cell(row=number, column=column), value)
            widths[column - 1] = max(widths[column - 1], len(str(value or "")))
    for cell in sheet[1]:
        cell.font = Font(bold=True)
    for column, width in enumerate(widths, start=1):
        sheet.column_dimensions[get_column_letter(column)].width = min(width + 2, _WIDEST)
    sheet.freeze_panes = "A2"
    sheet.auto_filter.ref = sheet.dimensions


def _put(cell: Any, value: Any) -> None:
    """Write one value. Text is marked as text, so that a name beginning with = + - or @ is never reckoned with, here or
    where the cell is copied to."""
    if isinstance(value, str):
        text = ILLEGAL_CHARACTERS_RE.sub("", value)
        cell.value = text
        if text:
            cell.data_type = "s"
            cell.quotePrefix = text[0] in "=+-@\t\r"
    else:
        cell.value = value


def _day(moment: datetime) -> str:
    return f"{timezone.localtime(moment):%d.%m.%Y}"


def _clock(moment: datetime | None) -> str:
    return f"{timezone.localtime(moment):%H.%M}" if moment is not None else ""
