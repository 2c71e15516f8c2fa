"""What a person's memberships give today. Guardian says which role has which right on which body; the memberships say whether it runs."""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.contrib.auth.models import Permission as DjangoPermission
from guardian.models import GroupObjectPermission

from trepart import clock
from trepart.access import standing

#: The model the grants are given on, as Django's table of models names it: it lives in a room above.
_BODY = ("forum", "body")


@dataclass(frozen=True)
class Grants:
    """Everything one person may on one day, by permission."""

    on: date
    by_body: dict[str, frozenset[int]] = field(default_factory=dict)
    offices: frozenset[str] = frozenset()
    standings: tuple[standing.Standing, ...] = ()

    def bodies(self, permission: str) -> frozenset[int]:
        """Return the bodies in which the person has ``permission``."""
        return self.by_body.get(permission, frozenset())

    def everywhere(self, permission: str) -> bool:
        """Say whether an office gives the person ``permission`` in the whole municipality."""
        return permission in self.offices


def of(person: Any) -> Grants:
    """Return what ``person`` may today; three queries the first time a person object is asked, none after that.

    The answer is kept on the object, and an object lives for one request. The executor asks with a person fetched afresh.
    """
    today = clock.today()
    kept: Grants | None = getattr(person, "_grants", None)
    if kept is None or kept.on != today:
        kept = _load(person, today)
        person._grants = kept
    return kept


def forget(person: Any) -> None:
    """Let the next question about ``person`` be answered from the database."""
    person.__dict__.pop("_grants", None)


def _load(person: Any, today: date) -> Grants:
    if not person.is_authenticated or not person.is_active:
        return Grants(on=today)
    standings = tuple(standing.source().running(person, today))
    if not standings:
        return Grants(on=today)
    running = {(place.body_id, place.role) for place in standings}
    by_body: defaultdict[str, set[int]] = defaultdict(set)
    # Only what is granted on bodies: the number of another kind of thing says nothing about a body of that number.
    rows = GroupObjectPermission.objects.filter(
        group__user=person, content_type__app_label=_BODY[0], content_type__model=_BODY[1]
    ).values_list("permission__codename", "object_pk", "group__role_group__role")
    for codename, object_pk, role in rows:
        if (int(object_pk), role) in running:
            by_body[codename].add(int(object_pk))
    held = DjangoPermission.objects.filter(group__user=person, group__role_group__body=None).values_list(
        "codename", "group__role_group__role"
    )
    offices = frozenset(codename for codename, role in held if role and (None, role) in running)
    return Grants(today, {name: frozenset(ids) for name, ids in by_body.items()}, offices, standings)


def places(permission: str, *, bodies: Collection[int | None]) -> list[tuple[int | None, str]]:
    """Return the (body, role) pairs that carry ``permission`` in one of ``bodies`` (None among them: the offices)."""
    found: list[tuple[int | None, str]] = []
    inside = [str(pk) for pk in bodies if pk is not None]
    if inside:
        rows = GroupObjectPermission.objects.filter(
            permission__codename=permission,
            object_pk__in=inside,
            content_type__app_label=_BODY[0],
            content_type__model=_BODY[1],
        )
        found += [(int(pk), role) for pk, role in rows.values_list("object_pk", "group__role_group__role") if role]
    if None in bodies:
        groups = DjangoPermission.objects.filter(codename=permission, group__role_group__body=None)
        found += [(None, role) for role in groups.values_list("group__role_group__role", flat=True) if role]
    return found
