"""Groups and grants kept in step with memberships: what is wanted is computed, and the difference applied."""

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from django.apps import apps
from django.contrib.auth.models import Group
from django.contrib.auth.models import Permission as DjangoPermission
from django.contrib.contenttypes.models import ContentType
from django.db import transaction
from guardian.models import GroupObjectPermission

from trepart import audit, clock
from trepart.access import policy, role_assignments
from trepart.access.models import RoleGroup, User
from trepart.access.roles import ROLES

#: The model the grants are given on. Named, not imported: it lives in a room above.
BODY = "organisation.Body"

Place = tuple[int | None, str]
Grant = tuple[int | None, str, str]
Seat = tuple[int | None, str, int]


@dataclass(frozen=True)
class Difference:
    """What would have to change for the groups to say what the memberships say."""

    grants_to_add: frozenset[Grant]
    grants_to_remove: frozenset[Grant]
    seats_to_add: frozenset[Seat]
    seats_to_remove: frozenset[Seat]

    def __bool__(self) -> bool:
        return bool(self.grants_to_add or self.grants_to_remove or self.seats_to_add or self.seats_to_remove)

    def lines(self) -> list[str]:
        """Return the difference in words, a line each."""
        said = []
        for sign, grants in (("+", self.grants_to_add), ("-", self.grants_to_remove)):
            said += [f"{sign} {role} in body {body or '-'} may {name}" for body, role, name in sorted(grants, key=str)]
        for sign, seats in (("+", self.seats_to_add), ("-", self.seats_to_remove)):
            said += [f"{sign} person {pk} is {role} in body {body or '-'}" for body, role, pk in sorted(seats, key=str)]
        return said


def difference(bodies: Iterable[int | None] | None = None) -> Difference:
    """Compare what is wanted with what is there; ``bodies`` limits both sides (None inside it: the offices)."""
    only = None if bodies is None else set(bodies)

    def inside(body: int | None) -> bool:
        return only is None or body in only

    scopes = [(body, kind) for body, kind in role_assignments.source().scopes() if inside(body)]
    wanted = {
        (body, role, name)
        for body, kind in scopes
        for (of_kind, role), names in ROLES.items()
        if of_kind == kind
        for name in names
    }
    known = {(body, role) for body, role, _name in wanted}
    seats = {
        (s.body_id, s.role, s.person_id)
        for s in role_assignments.source().lasting(clock.today(), only)
        if (s.body_id, s.role) in known
    }
    if inside(None):
        # The group of an office is made with the first who holds it: before that, nothing is amiss.
        made = set(RoleGroup.objects.filter(body=None).values_list("role", flat=True))
        made |= {role for body, role, _person in seats if body is None}
        wanted = {(body, role, name) for body, role, name in wanted if body is not None or role in made}
    there: set[Grant] = set()
    rows = GroupObjectPermission.objects.filter(content_type=_content_type(), group__role_group__isnull=False)
    through = User.groups.through._default_manager.filter(group__role_group__isnull=False)
    if only is not None:
        rows = rows.filter(object_pk__in=[str(body) for body in only if body is not None])
        if None not in only:
            through = through.filter(group__role_group__body__in=only)
    for object_pk, role, codename in rows.values_list("object_pk", "group__role_group__role", "permission__codename"):
        if inside(int(object_pk)):
            there.add((int(object_pk), role or "", codename))
    if inside(None):
        held = Group.objects.filter(role_group__isnull=False, role_group__body=None)
        for role, codename in held.values_list("role_group__role", "permissions__codename"):
            if codename:
                there.add((None, role or "", codename))
    seated: set[Seat] = set()
    for body, role, person in through.values_list("group__role_group__body", "group__role_group__role", "user_id"):
        if inside(body):
            seated.add((body, role, person))
    return Difference(
        frozenset(wanted - there), frozenset(there - wanted), frozenset(seats - seated), frozenset(seated - seats)
    )


@transaction.atomic
def apply(diff: Difference) -> None:
    """Carry out exactly ``diff``."""
    places = {
        (b, r) for b, r, _ in diff.grants_to_add | diff.grants_to_remove | diff.seats_to_add | diff.seats_to_remove
    }
    groups = _groups(places)
    names = {name for _, _, name in diff.grants_to_add | diff.grants_to_remove}
    permissions = _permissions(names)
    content_type = _content_type()
    GroupObjectPermission.objects.bulk_create(
        [
            GroupObjectPermission(
                group=groups[body, role], permission=permissions[name], content_type=content_type, object_pk=str(body)
            )
            for body, role, name in sorted(diff.grants_to_add, key=str)
            if body is not None
        ],
        ignore_conflicts=True,
    )
    for body, role, name in diff.grants_to_remove:
        if body is not None:
            GroupObjectPermission.objects.filter(
                group=groups[body, role], permission=permissions[name], object_pk=str(body)
            ).delete()
        else:
            groups[body, role].permissions.remove(permissions[name])
    for body, role, name in diff.grants_to_add:
        if body is None:
            groups[body, role].permissions.add(permissions[name])
    through = User.groups.through
    through._default_manager.bulk_create(
        [through(user_id=person, group_id=groups[body, role].pk) for body, role, person in diff.seats_to_add],
        ignore_conflicts=True,
    )
    leaving: defaultdict[Place, list[int]] = defaultdict(list)
    for body, role, person in diff.seats_to_remove:
        leaving[body, role].append(person)
    for place, people in leaving.items():
        through._default_manager.filter(group_id=groups[place].pk, user_id__in=people).delete()


@transaction.atomic
def mend(diff: Difference) -> None:
    """Carry out ``diff`` where groups and memberships had drifted apart, with an event for every
    group that was not right.

    What a service changes with a membership needs none: it follows from the service's own event.
    """
    apply(diff)
    added, removed = (
        Counter((body, role) for body, role, _what in changes)
        for changes in (
            [*diff.grants_to_add, *diff.seats_to_add],
            [*diff.grants_to_remove, *diff.seats_to_remove],
        )
    )
    for place in sorted(added.keys() | removed.keys(), key=str):
        group = RoleGroup.objects.get(body=place[0], role=place[1])
        counted = {"added": added[place], "removed": removed[place]}
        audit.write("access.grants_synced", actor=None, subject=group, data=counted)


def keep_in_step(*bodies: int | None) -> None:
    """Bring the groups of ``bodies`` in step; called by every service that changes a membership."""
    apply(difference(bodies))


def _groups(places: set[Place]) -> dict[Place, Group]:
    found = {(rg.body, rg.role): rg.group for rg in RoleGroup.objects.select_related("group")}
    missing = sorted(places - found.keys(), key=str)
    made = Group.objects.bulk_create([Group(name=f"{body or 'office'}:{role}") for body, role in missing])
    RoleGroup.objects.bulk_create(
        [RoleGroup(group=group, body=body, role=role) for (body, role), group in zip(missing, made, strict=True)]
    )
    return found | dict(zip(missing, made, strict=True))


def _permissions(names: set[str]) -> dict[str, DjangoPermission]:
    content_type = _content_type()
    for name in names:
        # A right withdrawn from the code may still stand in the database; only what is to be added must be known.
        DjangoPermission.objects.get_or_create(codename=name, content_type=content_type, defaults={"name": name})
    return {p.codename: p for p in DjangoPermission.objects.filter(content_type=content_type, codename__in=names)}


def _content_type() -> ContentType:
    return ContentType.objects.get_for_model(apps.get_model(BODY))


def check_roles() -> None:
    """Raise ``UnknownPermission`` where roles.py names a right nobody registered."""
    for names in ROLES.values():
        for name in names:
            policy.get(name)
