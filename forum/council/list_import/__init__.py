"""The municipal council's case list, read from pasted text, a CSV file or JSON (docs/council-list.md).

Nothing here knows the database. What comes in is text that anybody can have written; what comes out is the
cases that were understood, and every line that was not, with why. No line is ever lost: each stands in a
case, or among the others.
"""

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from forum.council.list_import import csv_reader, json_reader, text_reader
from forum.council.list_import.records import Found, Line, Reading, tidy
from trepart.reading import encodings, outside_json
from trepart.text import normal

#: Bytes of a file or a paste: far above any agenda.
MOST_BYTES = 1_000_000
#: Lines that are read: an agenda of a hundred cases copied with all that surrounds it is some hundreds.
MOST_LINES = 5_000
#: Cases taken in at a time; the largest councils have under a hundred on a day.
MOST_CASES = 120

#: What files of other kinds begin with, so that it can be said what to do with them.
_OTHER_KINDS = (b"%PDF", b"PK\x03\x04", b"\xd0\xcf\x11\xe0", b"\x89PNG", b"\xff\xd8\xff")


def decode(content: bytes) -> str:
    """Return a file's text (`trepart.reading.encodings`). Raises ``ValidationError`` where it is too large, or none."""
    if len(content) > MOST_BYTES:
        raise ValidationError(_("The file is larger than 1 MB. A case list is far smaller: is it the right file?"))
    if content.startswith(_OTHER_KINDS):
        raise ValidationError(
            _(
                "This is a PDF, a spreadsheet or a picture. Open it, copy the list, and paste it instead; or "
                "save the spreadsheet as CSV."
            )
        )
    try:
        return encodings.decode(content)
    except ValueError:
        raise ValidationError(_("This is no text file. Save it as CSV or JSON, and try again.")) from None


def read(text: str) -> Reading:
    """Read a case list in whichever of the three shapes it has. Raises ``ValidationError`` where there is nothing
    in it, or far too much."""
    text = normal.lines(text)
    if len(text.encode("utf-8", "replace")) > MOST_BYTES:
        raise ValidationError(_("The text is larger than 1 MB. A case list is far smaller: is it the right one?"))
    if not text.strip():
        raise ValidationError(_("There is nothing in it."))
    lines = text.count("\n") + 1
    if lines > MOST_LINES:
        raise ValidationError(
            _("There are %(count)s lines. At most %(most)s are read: paste only the list itself."),
            params={"count": lines, "most": MOST_LINES},
        )
    reading = _by_shape(text)
    if len(reading.cases) > MOST_CASES:
        raise ValidationError(
            _("There are %(count)s cases in it. At most %(most)s are taken in at a time: divide the list."),
            params={"count": len(reading.cases), "most": MOST_CASES},
        )
    return reading


def _by_shape(text: str) -> Reading:
    if text.lstrip()[:1] in ("[", "{"):
        try:
            return json_reader.read(outside_json.read(text))
        except ValueError as error:
            if text.lstrip()[:1] == "{" or text.lstrip()[1:2] in ("{", '"', "\n"):
                deep = isinstance(error, outside_json.TooMuch)
                raise ValidationError(
                    _("This looks like JSON, but cannot be read (%(where)s). Is the whole file there?"),
                    params={"where": _("it is nested too deeply") if deep else getattr(error, "msg", "")},
                ) from error
    return csv_reader.read(text) or text_reader.read(text)


__all__ = ["MOST_BYTES", "MOST_CASES", "MOST_LINES", "Found", "Line", "Reading", "decode", "read", "tidy"]
