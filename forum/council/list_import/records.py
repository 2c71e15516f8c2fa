"""What the three readers share: the record of a case, numbers, dates, links, and the marks of what is exempt."""

import re
from dataclasses import dataclass, field
from datetime import date

from django.utils.functional import Promise

from trepart.text import normal

#: Characters in what is read as a title at all.
LONGEST_LINE = 1000

#: Series a council numbers its cases in; "sak" and "KS" only say that it is one.
_SERIES = r"(?:PS|RS|RF|FO|OS|ORS|DS|MS|GK|PSK|(?-i:[A-ZÆØÅ]{2,5}))"
_SAYS_CASE = r"(?:utvalgssaksn(?:ummer|r)|m[øo]tesaksn(?:ummer|r)|saksn(?:ummer|r)|sak(?:\s*nr)?|K-?sak|KST|KS)"
#: "PS 45/26", "45/26", "Sak 045/2026", "KS-45/26".
NUMBER = re.compile(
    rf"(?:(?P<said>{_SAYS_CASE})\b[\s.:–-]*)?(?:(?P<series>{_SERIES})\b[\s.:–-]*)?(?P<n>\d{{1,4}})\s?/\s?(?P<year>(?:20)?[2-4]\d)(?![\d/])",
    re.IGNORECASE,
)
#: "26/1234", "2026/1234-5": the folder in the archive, year first.
ARCHIVE = re.compile(r"(?<![\d/])(?P<folder_year>(?:20)?\d{2})/(?P<sequence>\d{1,6})(?:-\d{1,4})?(?![\d/])")
LINK = re.compile(r"https?://[^\s<>\"']+", re.IGNORECASE)
_EXEMPT = re.compile(
    (
        r"unntatt\s+(?:fra\s+)?offentlighet|unnateke\s+offentlegheit|u\.\s?off|\blukket\b|\blukka\b|(?:off(?:l|"
        r"entleglova|entlighetsloven)?\.?|koml\.?|kommuneloven|fvl\.?)\s*(?:lova|loven)?\s*§"
    ),
    re.IGNORECASE,
)
_OPEN = re.compile(r"^(?:[åa]pen|[åa]pent|offentlig|ope|open|nei|no|false|0|u|)$", re.IGNORECASE)
_MONTHS = {name: number for number, name in enumerate(
    (
        "januar", "februar", "mars", "april", "mai", "juni", "juli", "august", "september", "oktober", "november",
        "desember",
    ), start=1
)}  # fmt: skip
_DAY = re.compile(r"\b(\d{1,2})\.\s?(\d{1,2})\.\s?((?:20)?\d{2})\b")
_DAY_IN_WORDS = re.compile(rf"\b(\d{{1,2}})\.?\s+({'|'.join(_MONTHS)})\s+(20\d{{2}})\b", re.IGNORECASE)
_DAY_ISO = re.compile(r"\b(20\d{2})-(\d{2})-(\d{2})(?:\b|T)")


@dataclass(frozen=True)
class Line:
    """One line that is no case: which it is, from 1, what stands there, and why it was not understood as one."""

    at: int
    text: str
    why: str | Promise


@dataclass
class Found:
    """One case of the council's, as it was read. ``at`` are the lines it stands on, from 1."""

    number: str
    title: str
    archive: str = ""
    url: str = ""
    #: What was said of it being exempt; the words are the source's, the legal basis is chosen by who takes it in.
    exempt: str = ""
    at: tuple[int, ...] = ()

    @property
    def key(self) -> str:
        """Return what tells the case apart on its list, however the number was written."""
        return key_of(self.number)


@dataclass
class Reading:
    """A list that has been read. ``source`` is text, csv or json; ``day`` the day of the council's
    meeting, where it was said."""

    source: str
    cases: list[Found] = field(default_factory=list)
    others: list[Line] = field(default_factory=list)
    day: date | None = None


def tidy(text: str) -> str:
    """Return ``text`` on one line, in its normal form."""
    return normal.line(text)


def number_of(match: re.Match[str]) -> str:
    """Return a matched number as it is written here: "PS 45/26", or "45/26" where no series was said."""
    series = (match["series"] or "").upper()
    return f"{series} {int(match['n'])}/{match['year'][-2:]}".strip()


def read_number(text: str) -> str:
    """Return the number that is all of ``text``, tidied; empty where it is no number."""
    match = NUMBER.fullmatch(tidy(text))
    return number_of(match) if match else ""


def key_of(number: str) -> str:
    """Return what a number is recognised by: without a series it is a case for decision."""
    found = read_number(number)
    if not found:
        return tidy(number).casefold()[:40]
    return found if " " in found else f"PS {found}"


def read_archive(text: str) -> str:
    """Return the folder number in ``text``; empty where there is none."""
    match = ARCHIVE.search(text)
    return match[0] if match else ""


def read_day(text: str) -> date | None:
    """Return the first day that stands in ``text``, in one of the ways days are written; None where none does."""
    if match := _DAY_ISO.search(text):
        return _date(int(match[1]), int(match[2]), int(match[3]))
    if match := _DAY.search(text):
        year = int(match[3])
        return _date(year + 2000 if year < 100 else year, int(match[2]), int(match[1]))
    if match := _DAY_IN_WORDS.search(text):
        return _date(int(match[3]), _MONTHS[match[2].lower()], int(match[1]))
    return None


def _date(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def read_exempt(text: str) -> str:
    """Return the words of ``text`` that say it is exempt; empty where nothing does."""
    return tidy(text) if _EXEMPT.search(text) else ""


def says_exempt(cell: str) -> str:
    """Return what a column about access says: empty where it says that the case is open."""
    said = tidy(cell)
    return "" if _OPEN.match(said) else said


def is_link(text: str) -> bool:
    """Say whether ``text`` is an address on the web and nothing else."""
    return LINK.fullmatch(text.strip()) is not None
