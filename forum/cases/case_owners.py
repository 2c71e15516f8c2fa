"""The port for whoever owns a case: what a body may decide in it, and what that sets in motion.

`forum` holds meetings and knows nothing of proposals. A higher room registers an owner in ``AppConfig.ready``; the
first that claims a referral decides.
"""

from collections.abc import Iterable
from typing import TYPE_CHECKING, Protocol

from django.utils.functional import Promise

from forum.cases.enums import Resolution
from forum.cases.matters import Matter
from forum.cases.models import Referral

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from forum.meetings.core.models import AgendaItem
    from trepart.access.models import User


class CaseOwner(Protocol):
    """What a room that owns cases answers."""

    def owns(self, referral: Referral) -> bool:
        """Say whether the case of ``referral`` is this room's."""

    def resolutions(self, referral: Referral) -> list[tuple[Resolution, str | Promise | None]]:
        """Return what the body may decide, in the order it is offered, each with the reason it is shut (None: open)."""

    def fields(self, resolution: Resolution) -> tuple[str, ...]:
        """Return which of ``answer``, ``responsible``, ``due_on``, ``recommendation`` and ``back_to`` a decision
        of this kind must have."""

    def matter(self, referral: Referral) -> Matter | None:
        """Return what a delegation is held against in the case; None where nothing is decided for the municipality."""

    def answers_somebody(self) -> bool:
        """Say whether somebody waits for a word about what becomes of the case: its proposer."""

    def asks_for_views(self) -> bool:
        """Say whether what a body says in the case is a view to whoever decides it elsewhere, and no decision."""

    def back_to(self, referral: Referral) -> list[tuple[int, str]]:
        """Return the bodies (id, name) a case can be sent back to."""

    def settle(self, item: "AgendaItem", *, actor: "User") -> None:
        """Set the case in motion as the decision in ``item`` says. Repeatable without harm; raises
        ``trepart.refusals.Refused`` where it cannot be done."""

    def carries_out(self) -> bool:
        """Say whether the room sees to it that what is decided in the case is carried out; where it does not, the body
        follows it up as it does in a case nobody owns."""

    def goes_on_with(self, referral: Referral) -> Iterable["User"]:
        """Return who carries out or goes on with what a body decided in the case: told when that is corrected."""

    def summary(self, referral: Referral) -> str:
        """Return what the case is about, in the proposer's words, for the case paper."""

    def url(self, referral: Referral) -> str:
        """Return the page of the case."""


_owners: list[CaseOwner] = []
_related: list[str] = []


def register(owner: CaseOwner, *, related: tuple[str, ...] = ()) -> None:
    """Register an owner of cases. ``related`` names what it reads from a referral ("case__proposal"), so that a
    list fetches it along."""
    _owners.append(owner)
    _related.extend(related)


def related(prefix: str) -> tuple[str, ...]:
    """Return what the owners read of a referral, for ``select_related`` of rows that lead to one by ``prefix``."""
    return tuple(f"{prefix}{name}" for name in _related)


def with_cases(referrals: "QuerySet[Referral]") -> "QuerySet[Referral]":
    """Return ``referrals`` fetched with what :func:`owner_of` and the owners read, so that a list of thirty asks no
    more than one of three."""
    return referrals.select_related("case", *_related)


def owner_of(referral: Referral | None) -> CaseOwner | None:
    """Return who owns the case of ``referral``; None for an item that sets nothing in motion."""
    if referral is None:
        return None
    return next((owner for owner in _owners if owner.owns(referral)), None)


def is_carried_out_by_owner(referral: Referral | None) -> bool:
    """Say whether whoever owns the case of ``referral`` sees to it that what is decided is carried out."""
    owner = owner_of(referral)
    return owner is not None and owner.carries_out()


def is_view(referral: Referral | None) -> bool:
    """Say whether what a body says in the case of ``referral`` is a view, and no decision of its own."""
    owner = owner_of(referral)
    return owner is not None and owner.asks_for_views()
