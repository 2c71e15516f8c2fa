"""What minutes from before R51 told of why people were absent: never shown, however it was stored.

Versions never change (R29), so the words stay where they are, and are left out each time a version is read. Only what
the portal itself wrote is kept in the lines of who met, left and came; everything else there was somebody's reason.
"""

import re
from collections.abc import Collection, Mapping
from typing import Any

from forum.organisation.models import PoliticalParty

#: The mark of a structure that has held no reasons from the day it was built.
MARK = "tells_no_reasons"
# The words that stood in versions then, in each of the languages: what the catalogues say today is another matter.
_OWN = re.compile(
    r"(?:møtte for|met for|stedfortreder for|stadfortredar for|standing in for) .+"
    r"|(?:gikk før|gjekk før|left before|kom før|came before|ikke i|ikkje i|not in|bare i|berre i|only in) .*\d+/\d+.*"
)
_WHY = re.compile(r" (?:Årsak|Reason): ")
_TOOK = re.compile(r"(?<=\. )[^.]+ (?:tok plassen|took the seat)\.")
_END = re.compile(
    r".*?(?: (?:tok plassen|took the seat|møtte som vara i sak(?:en|a)|met as deputy in this case)\."
    r"|(?: og møtte for | and met for )[^.]+\.)"
)


def holds(stored: Mapping[str, Any]) -> bool:
    """Say whether the structure of a version says why somebody was absent, left or was passed over."""
    return not stored.get(MARK) and any(stored.get(name) != value for name, value in _rewritten(stored).items())


def left_out(stored: Mapping[str, Any]) -> dict[str, Any]:
    """Return the structure of a version without why anybody was absent, left or was passed over (R51)."""
    return {**stored, **({} if stored.get(MARK) else _rewritten(stored)), MARK: True}


def _rewritten(stored: Mapping[str, Any]) -> dict[str, Any]:
    parties = frozenset(PoliticalParty.objects.values_list("short", flat=True))
    return {
        **{
            name: [{**line, "note": _note(line["note"], parties)} for line in stored[name]]
            for name in ("present", "absent")
        },
        "items": [
            {**item, **{name: list(map(_sentence, item[name])) for name in ("comings", "recusals") if name in item}}
            for item in stored["items"]
        ],
    }


def _note(note: str, parties: Collection[str]) -> str:
    """Return the role, the party, and what the portal wrote of for whom somebody met, coming and going."""
    role, *rest = note.split(", ")
    kept = [one for at, one in enumerate(rest) if (at == 0 and one in parties) or _OWN.fullmatch(one)]
    return ", ".join([role, *kept])


def _sentence(said: str) -> str:
    """Return who left, came or stepped aside, and who took the seat, without why."""
    why = _WHY.search(said)
    if why is not None:
        took = _TOOK.search(said, why.end())
        return said[: why.start()] + (f" {took.group()}" if took is not None else "")
    end = _END.match(said)
    return end.group() if end is not None else said
