"""What a person's memberships give today.

Guardian says which role has which right on which body; the memberships say whether it runs.
"""

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING, Any

from django.contrib.auth.models import Permission as DjangoPermission
from django.db import connection
from guardian.models import GroupObjectPermission

from trepart import clock
from trepart.access import role_assignments

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from trepart.access.models import User


#: The model the grants are given on, as Django's table of models names it: it lives in a room above.
_BODY = ("organisation", "body")


@dataclass(frozen=True)
class Grants:
    """Everything one person may on one day, by permission."""

    on: date
    by_body: dict[str, frozenset[int]] = field(default_factory=dict)
    offices: frozenset[str] = frozenset()
    standings: tuple[role_assignments.Standing, ...] = ()
    #: Where the person is employed, by the workplace's id: whether the person leads it.
    workplaces: Mapping[int, bool] = field(default_factory=dict)

    def bodies(self, permission: str) -> frozenset[int]:
        """Return the bodies in which the person has ``permission``."""
        return self.by_body.get(permission, frozenset())

    def everywhere(self, permission: str) -> bool:
        """Say whether an office gives the person ``permission`` in the whole municipality."""
        return permission in self.offices


def of(person: Any) -> Grants:
    """Return what ``person`` may today; two queries the first time a person object is asked, none after that.

    The answer is kept on the object, and an object lives for one request. The executor asks
    with a person fetched afresh.
    """
    today = clock.today()
    kept: Grants | None = getattr(person, "_grants", None)
    if kept is None or kept.on != today:
        kept = _load(person, today)
        person._grants = kept
    return kept


def forget(person: "User | AnonymousUser") -> None:
    """Let the next question about ``person`` be answered from the database."""
    person.__dict__.pop("_grants", None)


#: What a person's groups are granted: on bodies (what is granted on another kind of thing says nothing about a body of
#: that number), and as offices. Written by hand, step by step and a row for each place: it is asked on every page and
#: in every write, and the ORM's own work on it, and the database's search for the best way through all of it at once,
#: cost more than the answer.
_GRANTED = """
WITH held AS MATERIALIZED (
    SELECT place.group_id, place.body, place.role
    FROM access_user_groups member JOIN access_rolegroup place ON place.group_id = member.group_id
    WHERE member.user_id = %s
), given AS (
    SELECT granted.object_pk::bigint AS body, held.role, granted.permission_id
    FROM held JOIN guardian_groupobjectpermission granted ON granted.group_id = held.group_id
        AND granted.content_type_id = (SELECT id FROM django_content_type WHERE app_label = %s AND model = %s)
    UNION ALL
    SELECT NULL, held.role, granted.permission_id
    FROM held JOIN auth_group_permissions granted ON granted.group_id = held.group_id
    WHERE held.body IS NULL
)
SELECT body, role, array_agg((SELECT codename FROM auth_permission WHERE id = given.permission_id)) FROM given
GROUP BY body, role
"""


def _load(person: "User | AnonymousUser", today: date) -> Grants:
    if not person.is_authenticated or not person.is_active:
        return Grants(on=today)
    running = role_assignments.source().running(person, today)
    if not running.places:
        return Grants(on=today, workplaces=running.workplaces)
    stands = {(place.body_id, place.role) for place in running.places}
    by_body: defaultdict[str, set[int]] = defaultdict(set)
    offices: set[str] = set()
    with connection.cursor() as cursor:
        cursor.execute(_GRANTED, [person.pk, *_BODY])
        for body, role, names in cursor.fetchall():
            if (body, role) not in stands:
                continue
            if body is None:
                offices.update(names)
            else:
                for name in names:
                    by_body[name].add(body)
    held = {name: frozenset(bodies) for name, bodies in by_body.items()}
    return Grants(today, held, frozenset(offices), running.places, running.workplaces)


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
