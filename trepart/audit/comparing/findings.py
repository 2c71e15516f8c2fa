"""What a verification of the trail can come up with."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.translation import gettext as _

#: No list of findings of one sort in one table is longer: what is wrong is clear by then. How many more there are is
#: said, and counted.
ENOUGH = 100


@dataclass(frozen=True)
class Finding:
    """One thing that is not as it was written, with a sentence for people.

    ``event_id`` and ``seal`` name the first row concerned, where one can be named. ``kind`` is one of: changed,
    removed, inserted, cut, content (an event's words), seal, log (the log of seals), witness, expect (another seal on
    paper), status (a thing's status against its events), stored (a row against its event), view (the log of who
    looked), guard. ``stands_for`` is how many it tells of: more than one where it is the rest of a long list.
    """

    event_id: int | None
    seal: int | None
    message: str
    kind: str
    stands_for: int = 1


def with_the_rest(found: list[Finding], total: int) -> list[Finding]:
    """Return ``found``, the first of ``total``, and one more that says how many are left where there are any."""
    left = total - len(found)
    if left <= 0 or not found:
        return found
    message = _("… and %(count)s more of the same kind as the ones before.") % {"count": left}
    return [*found, Finding(None, None, message, found[-1].kind, stands_for=left)]


def count(found: Iterable[Finding]) -> int:
    """Return how many things are not as they were written: with those that are told of together."""
    return sum(one.stands_for for one in found)
