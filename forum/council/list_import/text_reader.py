"""Reads the municipal council's case list from text copied from a web page or a PDF.

A number and a title to a line, among everything else that stood there.
"""

import re

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from forum.council.list_import.records import (
    ARCHIVE,
    LINK,
    LONGEST_LINE,
    NUMBER,
    Found,
    Line,
    Reading,
    number_of,
    read_day,
    read_exempt,
    tidy,
)
from trepart import clock

#: What stands before the number: a bullet, or the place on the list ("3. ").
_BULLET = re.compile(r"^(?:[\-–—•·*▪>|]+\s*|\d{1,3}[.)]\s+)+")
#: What stands after the title: dots and a page number, what a column said. Each is held against the end of the line.
_DIVIDES = ("\t", "|", "  ")
_COLUMN = re.compile(r"(?:[åa]pent?|ope|offentlig|vedtak|behandlet|til behandling|last ned|pdf|\d{1,4})", re.IGNORECASE)
_DATE = re.compile(r"\d{1,2}\.\s?\d{1,2}\.\s?(?:20)?\d{2}")
#: A case may have gone on in its folder for so many years.
_YEARS_OF_FOLDERS = 15
#: What a column says has at most so many letters.
_COLUMN_LENGTH = 20

_NOISE: tuple[tuple[re.Pattern[str], str | Promise], ...] = (
    (re.compile(r"^(?:side|page)\s*\d+", re.IGNORECASE), _("A page number.")),
    (re.compile(r"^\d{1,4}$"), _("A page number.")),
    (re.compile(r"^(?:vedlegg|attachments?)\b", re.IGNORECASE), _("About attachments.")),
    (
        re.compile(
            r"^(?:saksbehandl\w*|saksansvarl\w*|arkivsak\w*|arkivref\w*|journalpost\w*|dok\w*nr)\b", re.IGNORECASE
        ),
        _("About how the case is kept."),
    ),
    (
        re.compile(r"^(?:last ned|vis|les mer|skriv ut|del|tilbake|neste|forrige|søk|meny|hopp til)\b", re.IGNORECASE),
        _("A button of the web page."),
    ),
    (
        re.compile(
            (
                r"^(?:sakliste|saksliste|møteinnkalling|innkalling|saksnr|saksnummer|utvalgssaksnr|tittel|innhold|"
                r"arkivsaksnr)\b"
            ),
            re.IGNORECASE,
        ),
        _("A heading."),
    ),
)


def read(text: str) -> Reading:
    """Read pasted text, line by line."""
    reading = Reading("text")
    waiting: Found | None = None  # a number whose title is to come on a line of its own
    latest: Found | None = None  # the case on the line before this one, which may go on here
    for at, raw in enumerate(text.split("\n"), start=1):
        line = raw.strip()
        if not tidy(line):
            latest = None
            if line:
                reading.others.append(Line(at, line[:500], _("There are no words on it.")))
            continue
        found = _case(line, at)
        if found is not None:
            _give_up(reading, waiting)
            waiting, latest = (None, found) if found.title else (found, None)
            if found.title:
                _take(reading, found, line)
            continue
        if (owner := waiting or latest) is not None and (url := LINK.fullmatch(line)):
            owner.url, owner.at = owner.url or url[0].rstrip(".,;)"), (*owner.at, at)
            continue
        why = _noise(line)
        if why is None and waiting is not None:
            waiting, latest = _title(reading, waiting, line, at)
            continue
        if why is None and latest is not None and line[0].islower() and len(latest.title) <= LONGEST_LINE:
            latest.title, latest.at = _clean(_joined(latest.title, line)), (*latest.at, at)
            latest.exempt = latest.exempt or read_exempt(latest.title)
            continue
        if why is None and latest is not None and latest.at[-1] == at - 1 and read_day(line) is None:
            why = _("Perhaps the title of %(number)s goes on here. Add it there if it does.") % {
                "number": latest.number
            }
            reading.others.append(Line(at, tidy(line)[:500], why))
            latest = None
            continue
        latest = None if why is None else latest
        reading.others.append(Line(at, tidy(line)[:500], why or _why(reading, line)))
    _give_up(reading, waiting)
    reading.others.sort(key=lambda other: other.at)
    return reading


def _case(line: str, at: int) -> Found | None:
    """Return the case that begins on ``line``; without a title where the line is the number alone. None
    where no case begins here."""
    url = match[0].rstrip(".,;)") if (match := LINK.search(line)) else ""
    rest = _BULLET.sub("", LINK.sub(" ", line).strip())
    number, archive = NUMBER.match(rest), ""
    first = ARCHIVE.match(rest)
    if first is not None and _is_folder(rest, number, first):
        # The folder came first, and the number after it.
        after = rest[first.end() :].lstrip(" \t:|,;–-")
        number = NUMBER.match(after)
        if number is None:
            return None
        archive, rest = first[0], after
    if number is None:
        return None
    rest = rest[number.end() :].lstrip(" \t:|,;.–—-")
    inner = rest.lstrip("([")
    if not archive and (second := ARCHIVE.match(inner)) and not _begins_a_title(inner, second):
        archive, rest = second[0], inner[second.end() :].lstrip(" \t:|,;.–—-)]")
    return Found(number_of(number), _clean(rest), archive, url, read_exempt(rest), (at,))


def _is_folder(rest: str, number: re.Match[str] | None, first: re.Match[str]) -> bool:
    """Say whether what looks like a folder is one: no number by its look, or followed by a better one."""
    if number is None or "-" in first[0]:
        return True
    if number["series"] or number["said"]:
        return False
    following = NUMBER.match(rest[first.end() :].lstrip(" \t:|,;–-"))
    if following is None:
        return False
    if following["series"]:
        return True
    # Two alike, such as "26/31  57/26": the folder begins with the year that the number ends with, which is nearer.
    now, year = clock.today().year % 100, int(following["year"]) % 100
    return int(first["folder_year"]) % 100 == year and abs(year - now) < abs(int(number["year"]) % 100 - now)


def _begins_a_title(rest: str, folder: re.Match[str]) -> bool:
    """Say whether what looks like a folder is the first word of a title: "24/7-bemanning", "2026/27: skoleruta"."""
    after = rest[folder.end() :]
    if re.match(r"[-–]\w", after):
        return True
    if len(folder["folder_year"]) == 4 and len(folder["sequence"]) == 2:  # a school year, a winter
        return int(folder["sequence"]) == (int(folder["folder_year"]) + 1) % 100
    # Nobody's archive is that young or old; a folder of one figure stands in a column of its own.
    far = abs(int(folder["folder_year"]) % 100 - clock.today().year % 100) > _YEARS_OF_FOLDERS
    return far or (len(folder["sequence"]) == 1 and after.startswith(" ") and not after.startswith(("  ", " |")))


def _clean(rest: str) -> str:
    rest = _without_column(_without_column(rest.rstrip(), _COLUMN), _DATE)
    return tidy(_without_leaders(rest))


def _without_column(rest: str, column: re.Pattern[str]) -> str:
    """Take away what a column beside the title said: after a tab, a line or several spaces, at the end."""
    tail = rest[-_COLUMN_LENGTH - 2 :]
    for divider in _DIVIDES:
        at = tail.rfind(divider)
        if at >= 0 and column.fullmatch(tail[at + len(divider) :].strip()):
            return rest[: len(rest) - len(tail) + at].rstrip()
    return rest


def _without_leaders(rest: str) -> str:
    """Take away dots that lead to a page number, and the number."""
    digits = len(rest) - len(rest.rstrip("0123456789"))
    before = rest[: len(rest) - digits].rstrip() if digits <= 4 else rest
    leads = len(before) - len(before.rstrip(".·…_")) >= 3
    return before.rstrip(" \t.·…_") if leads else rest


def _joined(title: str, line: str) -> str:
    """Return a title that goes on in the next line; a word that was divided at the end of the line is put together."""
    divided = title.endswith("-") and not line.lower().startswith(("og ", "eller ", "til "))
    return f"{title[:-1]}{line}" if divided else f"{title} {line}"


def _title(reading: Reading, waiting: Found, line: str, at: int) -> tuple[Found | None, Found | None]:
    """Let ``line`` be the title of the number before it; a folder number on a line of its own comes between."""
    waiting.at = (*waiting.at, at)
    if not waiting.archive and (folder := ARCHIVE.match(line)) and not _begins_a_title(line, folder):
        waiting.archive = folder[0]
        line = line[folder.end() :].lstrip(" \t:|,;.–—-")
        if not tidy(line):
            return waiting, None
    waiting.title, waiting.exempt = _clean(line), read_exempt(line)
    _take(reading, waiting, line)
    return None, waiting


def _take(reading: Reading, found: Found, line: str) -> None:
    if len(found.title) > LONGEST_LINE:
        reading.others.append(Line(found.at[-1], tidy(line)[:500], _("The line is too long to be a title.")))
        if len(found.at) > 1:
            reading.others.extend(
                Line(at, found.number, _("A number without a title after it.")) for at in found.at[:-1]
            )
        return
    reading.cases.append(found)


def _give_up(reading: Reading, waiting: Found | None) -> None:
    if waiting is not None:
        said = " ".join(part for part in (waiting.number, waiting.archive, waiting.url) if part)
        reading.others.extend(Line(at, said, _("A number without a title after it.")) for at in waiting.at)


def _noise(line: str) -> str | Promise | None:
    return next((why for pattern, why in _NOISE if pattern.search(_BULLET.sub("", line))), None)


def _why(reading: Reading, line: str) -> str | Promise:
    day = read_day(line)
    if day is not None:
        reading.day = reading.day or day
        return _("A day, read as the day of the meeting.") if reading.day == day else _("A day.")
    if ARCHIVE.match(_BULLET.sub("", line)):
        return _("There is a folder number, but no case number before the title.")
    return _("It does not begin with a case number, such as PS 45/26.")
