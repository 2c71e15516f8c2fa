"""Who met, as a spreadsheet for allowances: one row a person and meeting, and a sum for each person (R4, R13).

Why somebody was absent is not in it: whoever pays has no use for it (R51). Names are what people have typed: a cell is
always text, never a formula, whatever it begins with.
"""

import io
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from openpyxl import Workbook
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter

from forum.meetings.core.models import Attendance

#: The widest a column gets, in characters.
_WIDEST = 60


@dataclass(frozen=True)
class Line:
    """One person at one meeting."""

    name: str
    role: str
    party: str
    part: str
    body: str
    begins: datetime
    ends: datetime | None
    present: bool
    met_for: str

    @property
    def hours(self) -> float | None:
        """Return how long the meeting lasted, in hours; None where it is not known."""
        return None if self.ends is None else round((self.ends - self.begins).total_seconds() / 3600, 2)


def lines(attendances: Iterable[Attendance]) -> list[Line]:
    """Return what stands in the sheet, in the order it was given; members, the meeting and its
    body are fetched along."""
    found = []
    for row in attendances:
        meeting, membership = row.meeting, row.membership
        found.append(
            Line(
                name=membership.person.name,
                role=str(membership.get_role_display()),
                party=membership.party.short if membership.party is not None else "",
                part=str(membership.get_part_display()) if membership.part else "",
                body=meeting.body.name,
                begins=meeting.opened_at or meeting.starts_at,
                ends=meeting.ended_at,
                present=row.present,
                met_for=row.stands_for.person.name if row.stands_for is not None else "",
            )
        )
    return found


def workbook(found: Sequence[Line]) -> bytes:
    """Return the spreadsheet: a sheet with every line, and one with the number of meetings and hours of each person."""
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
        ],
        (
            [
                line.name,
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
            ]
            for line in found
        ),
    )
    total: dict[tuple[str, str], list[Line]] = defaultdict(list)
    for line in found:
        if line.present:
            total[line.name, line.body].append(line)
    _write(
        book.create_sheet(_("Sum")),
        [_("Name"), _("Body"), _("Meetings"), _("Hours")],
        (
            [name, body, len(rows), round(sum(row.hours or 0 for row in rows), 2)]
            for (name, body), rows in sorted(total.items())
        ),
    )
    kept = io.BytesIO()
    book.save(kept)
    return kept.getvalue()


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
