"""Rows and columns of a workbook's sheet that whoever opens it does not see: filtered away, hidden, or of no size.

The part is read as text, since a sheet that is read row by row does not say it, and one that is read whole can claim
millions of cells.
"""

import posixpath
import re
import zipfile
from dataclasses import dataclass

_SHEET = re.compile(rb"<(?:\w{1,20}:)?sheet\s([^<>]{1,2000})>")
_RELATION = re.compile(rb"<(?:\w{1,20}:)?Relationship\s([^<>]{1,4000})>")
_LINE = re.compile(rb"<(?:\w{1,20}:)?(row|col)\s([^<>]{1,2000})>")
_ATTRIBUTE = re.compile(rb"""([\w:]{1,40})\s*=\s*(?:"([^"]*)"|'([^']*)')""")
#: A sheet has no more rows, and no more columns.
_MOST = {b"row": 1_048_576, b"col": 16_384}


@dataclass(frozen=True)
class Hidden:
    """Numbers, from 1, of rows and columns that are not seen."""

    rows: frozenset[int] = frozenset()
    columns: frozenset[int] = frozenset()


def of_first_sheet(parts: zipfile.ZipFile) -> Hidden:
    """Return what is hidden of the first sheet that can be seen; nothing where the workbook does not say which."""
    names = set(parts.namelist())
    if not {"xl/workbook.xml", "xl/_rels/workbook.xml.rels"} <= names:
        return Hidden()
    relations = [_said(found[1]) for found in _RELATION.finditer(parts.read("xl/_rels/workbook.xml.rels"))]
    targets = {one.get("Id", ""): one["Target"] for one in relations if one.get("Type", "").endswith("/worksheet")}
    for found in _SHEET.finditer(parts.read("xl/workbook.xml")):
        said = _said(found[1])
        target = targets.get(next((value for key, value in said.items() if key.endswith(":id")), ""))
        if target is not None and said.get("state", "visible") == "visible":
            path = posixpath.normpath(posixpath.join("xl", target)) if target[:1] != "/" else target[1:]
            return hidden_in(parts.read(path)) if path in names else Hidden()
    return Hidden()


def hidden_in(sheet: bytes) -> Hidden:
    """Return what is hidden of the sheet in this part."""
    rows: set[int] = set()
    columns: set[int] = set()
    row = 0
    for found in _LINE.finditer(sheet):
        said = _said(found[2])
        is_row = found[1] == b"row"
        if is_row:
            row = _number(said.get("r", ""), _MOST[b"row"]) or row + 1
        unseen = said.get("hidden", "").lower() in ("1", "true") or _is_nothing(said.get("ht" if is_row else "width"))
        if unseen and is_row:
            rows.add(row)
        elif unseen:
            first, last = (_number(said.get(name, ""), _MOST[b"col"]) for name in ("min", "max"))
            columns.update(range(first, min(last, 100) + 1) if first else ())
    return Hidden(frozenset(rows), frozenset(columns))


def _said(attributes: bytes) -> dict[str, str]:
    return {
        found[1].decode(): (found[2] or found[3] or b"").decode("utf-8", "replace")
        for found in _ATTRIBUTE.finditer(attributes)
    }


def _number(text: str, most: int) -> int:
    return min(int(text), most) if text.isascii() and text.isdigit() and len(text) < 9 else 0


def _is_nothing(said: str | None) -> bool:
    return bool(said) and not str(said).strip("0.")
