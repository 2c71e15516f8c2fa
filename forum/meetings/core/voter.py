"""Somebody with a vote in an item, and the seat it is cast from."""

from dataclasses import dataclass

from forum.organisation.models import Membership


@dataclass(frozen=True)
class Voter:
    """Somebody who sits at the table in an item: a member, or a deputy and the seat the deputy has."""

    membership: Membership
    stands_for: Membership | None = None
    #: The deputy was called for this one item, because the member is disqualified or exempted (R12).
    for_item: bool = False

    @property
    def pk(self) -> int:
        """Return the membership's id: what votes are keyed on."""
        return int(self.membership.pk)

    @property
    def seat(self) -> Membership:
        """Return the seat that is filled: the member's own, or the one a deputy has taken. Parts and
        sides are counted by it."""
        return self.stands_for or self.membership
