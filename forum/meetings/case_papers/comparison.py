"""What differs between two versions of a case paper, paragraph by paragraph, as one reader may read them."""

from collections.abc import Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher

from django.utils.translation import gettext as _

from forum.meetings.case_papers.queries import Reading
from forum.meetings.enums import PaperSection
from trepart.text import plain as plain_text
from trepart.text.dates import date_text

#: Pairs of paragraphs that are held against each other, at most: a thousand in each of the two.
_MOST_HELD = 1_000_000


@dataclass(frozen=True)
class Line:
    """One paragraph: ``kind`` is "same", "out" (only in the older) or "in" (only in the newer)."""

    kind: str
    words: str


@dataclass(frozen=True)
class Difference:
    """What differs in one section."""

    label: str
    lines: tuple[Line, ...]


def differences(old: Reading, new: Reading) -> list[Difference]:
    """Return the sections that differ, in the order they are read, each as paragraphs that stayed, went and came;
    attachments and the discussion as well."""
    found = [
        _difference(
            str(section.label),
            plain_text.paragraphs_of(old.html_of(section)),
            plain_text.paragraphs_of(new.html_of(section)),
        )
        for section in PaperSection
    ]
    found.append(_difference(_("Discussion with the unions"), _discussion(old), _discussion(new)))
    found.append(_difference(_("Attachments"), [a.title for a in old.attachments], [a.title for a in new.attachments]))
    return [one for one in found if any(line.kind != "same" for line in one.lines)]


def _discussion(reading: Reading) -> list[str]:
    said = [_("The case must be discussed with the unions")] if reading.needs_discussion else []
    if reading.discussed_on is not None:
        said.append(f"{date_text(reading.discussed_on, year=True)}: {reading.discussed_with}")
    return said


def _difference(label: str, old: list[str], new: list[str]) -> Difference:
    return Difference(label, tuple(_lines(old, new)))


def _lines(old: list[str], new: list[str]) -> Iterator[Line]:
    """Yield what stayed, went and came; where more than `_MOST_HELD` pairs would have to be held against each other,
    what is between the equal beginning and the equal end went and came as a whole."""
    shorter = min(len(old), len(new))
    begins = next((n for n in range(shorter) if old[n] != new[n]), shorter)
    left = shorter - begins
    ends = next((n for n in range(left) if old[-1 - n] != new[-1 - n]), left)
    yield from (Line("same", words) for words in old[:begins])
    before, after = old[begins : len(old) - ends], new[begins : len(new) - ends]
    if len(before) * len(after) > _MOST_HELD:
        codes: list[tuple[str, int, int, int, int]] = [("replace", 0, len(before), 0, len(after))]
    else:
        codes = list(SequenceMatcher(None, before, after, autojunk=False).get_opcodes())
    for kind, a, b, c, d in codes:
        if kind == "equal":
            yield from (Line("same", words) for words in before[a:b])
        else:
            yield from (Line("out", words) for words in before[a:b])
            yield from (Line("in", words) for words in after[c:d])
    yield from (Line("same", words) for words in old[len(old) - ends :])
