"""What may never stand in a version for the public: identity numbers, what closed cases are about (R8, R25, R27).

Asked as minutes and decision lists are printed. The portal does not read what people mean; it finds what can be found
for certain, and says in which case it stands.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import asdict
from typing import Any

from django.utils.translation import gettext as _

from forum.meetings.core.models import Attendance, Meeting
from trepart.refusals import GuardRefused

#: Eleven digits, in one or as six and five; a longer number (an account, a telephone with its country) is none.
_ELEVEN = re.compile(r"(?<![\d.])(\d{6})[ \u00a0]?(\d{5})(?!\d)")
_FIRST, _SECOND = (3, 7, 6, 1, 8, 9, 4, 5, 2), (5, 4, 3, 2, 7, 6, 5, 4, 3, 2)


def has_identity_number(text: str) -> bool:
    """Say whether ``text`` holds a Norwegian national identity number or a D-number: the date and both
    check digits are right."""
    return any(_is_one(f"{one}{other}") for one, other in _ELEVEN.findall(text))


def _is_one(digits: str) -> bool:
    numbers = [int(digit) for digit in digits]
    day, month = int(digits[:2]), int(digits[2:4])
    if not (1 <= (day - 40 if day > 40 else day) <= 31 and 1 <= month % 40 <= 12):
        return False
    first = -sum(w * n for w, n in zip(_FIRST, numbers, strict=False)) % 11
    second = -sum(w * n for w, n in zip(_SECOND, numbers, strict=False)) % 11
    return (first, second) == (numbers[9], numbers[10])


def found_in(document: Any, titles: Iterable[str]) -> list[str]:
    """Return in sentences what ``document`` must not say to the public: identity numbers, and any of ``titles`` (what
    closed cases are called inside)."""
    # One or two words may be anybody's ("Personalsak"); a title of three is known again.
    kept = [re.compile(rf"(?<!\w){re.escape(title.strip())}(?!\w)", re.I) for title in titles if len(title.split()) > 2]
    said = []
    whole = asdict(document)
    items = whole.pop("items")
    for label, part in [
        (_("The head of the minutes"), whole),
        *((item.get("label") or item.get("number", ""), item) for item in items),
    ]:
        text = "\n".join(_strings(part))
        if has_identity_number(text):
            said.append(_("%(where)s: a national identity number.") % {"where": label})
        if any(title.search(text) for title in kept):
            said.append(_("%(where)s: the title of a case that is kept from the public.") % {"where": label})
    return said


def named_with(document: Any, labels: Iterable[str], names: Iterable[str]) -> list[str]:
    """Return in sentences where what is written freely in ``document`` (its remarks, and why this version is out) says
    a number of ``labels``, cases kept from the public, together with one of ``names``. What earlier versions said is
    out, and stays as it is."""
    corrections = getattr(document, "corrections", ())
    reasons = [one.reason for one in corrections if one.version == document.version]
    lines = [line for text in (getattr(document, "remarks", ""), *reasons) for line in text.splitlines()]
    people = [re.compile(rf"(?<!\w){re.escape(name)}(?!\w)", re.I) for name in names if name.strip()]
    said = []
    for label in filter(None, labels):
        number = re.compile(rf"(?<!\w){re.escape(label)}(?!\w)", re.I)
        if any(number.search(line) and any(name.search(line) for name in people) for line in lines):
            said.append(
                _("%(label)s: the name of somebody, in a case that is kept from the public.") % {"label": label}
            )
    return said


def _strings(part: object) -> Iterator[str]:
    if isinstance(part, str):
        yield part
    elif isinstance(part, dict):
        for value in part.values():
            yield from _strings(value)
    elif isinstance(part, list | tuple):
        for value in part:
            yield from _strings(value)


def check_public(meeting: Meeting, document: Any) -> None:
    """Raise ``GuardRefused`` where ``document``, the version of the minutes or the decision list of ``meeting`` for the
    public, holds what is exempt, with where it is."""
    withheld = [item for item in meeting.items.select_related("case", "referral__case") if item.is_withheld]
    said = found_in(document, [item.title for item in withheld])
    if withheld:
        met = Attendance.objects.filter(meeting=meeting).values_list(
            "membership__person__name", "stand_in__person__name"
        )
        names = {name for row in met for name in row if name}
        names.update(meeting.movements.values_list("membership__person__name", flat=True))
        said += named_with(document, [item.label for item in withheld], sorted(names))
    if said:
        raise GuardRefused(
            _(
                "The version for the public would hold what is exempt from public access (Freedom of "
                "Information Act §§ 13 and 26, and the regulations § 7). Take it out first. %(list)s"
            )
            % {"list": " ".join(said)}
        )
