"""What a round of a majority election comes to, as plain functions (koml § 7-8; R11).

Proportional election (§§ 7-5, 7-6) is not held in the portal.
"""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Outcome:
    """What a round came to: somebody elected, a second round needed, or a lot between those who got as many."""

    elected: int | None = None
    lot: tuple[int, ...] = ()

    @property
    def again(self) -> bool:
        """Say whether there must be another round."""
        return self.elected is None and not self.lot


def outcome(number: int, votes: Mapping[int, int], blank: int) -> Outcome:
    """Return what round ``number`` came to. ``votes`` is how many each candidate got, by id.

    In the first round it takes more than half of the votes cast, blank ones counted; in the second the most, and as
    many are decided by lot. Raises ``ValueError`` where there is nothing to count.
    """
    cast = sum(votes.values()) + blank
    if not votes or cast == 0:
        raise ValueError("There are no votes to count.")
    most = max(votes.values())
    leading = tuple(candidate for candidate, got in votes.items() if got == most)
    if len(leading) == 1 and most * 2 > cast:
        return Outcome(elected=leading[0])
    if number < 2 or most == 0:
        return Outcome()
    return Outcome(elected=leading[0]) if len(leading) == 1 else Outcome(lot=leading)
