"""The registry of permissions and the three questions every list, button, mail and page asks."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeVar

from django.core.exceptions import ObjectDoesNotExist
from django.db.models import Model, Q, QuerySet
from django.http import Http404
from django.utils.functional import Promise

from trepart.access import grants
from trepart.access.rules import InBody, InOffice, Rule
from trepart.audit.recording import Acting

if TYPE_CHECKING:
    from trepart.access.models import User
    from trepart.access.rules import Person

M = TypeVar("M", bound=Model)


class UnknownPermission(LookupError):
    """Somebody asked about a permission nobody has registered: a programming error, never a no."""


@dataclass(frozen=True, kw_only=True)
class Permission:
    """A named right. ``label`` finishes the sentence "may …" in docs/roles.md."""

    name: str
    label: str | Promise
    rule: Rule


_permissions: dict[str, Permission] = {}


def register(*permissions: Permission) -> None:
    """Make ``permissions`` known. Two under one name is a programming error and raises ``ValueError``."""
    for permission in permissions:
        if permission.name in _permissions:
            raise ValueError(f"The permission {permission.name!r} is registered twice.")
        _permissions[permission.name] = permission


def get(name: str) -> Permission:
    """Return the permission called ``name``; raise ``UnknownPermission`` where there is none."""
    try:
        return _permissions[name]
    except KeyError:
        raise UnknownPermission(name) from None


def all_permissions() -> tuple[Permission, ...]:
    """Return every registered permission, by name."""
    return tuple(_permissions[name] for name in sorted(_permissions))


def can(person: "Person", name: str, obj: Any = None) -> bool:
    """May ``person`` do ``name`` to ``obj``, today?"""
    return get(name).rule.allows(name, person, obj)


def condition(person: "Person", name: str) -> Q:
    """Return the condition on the permission's model for what ``person`` may do ``name`` to, today."""
    return get(name).rule.objects(name, person)


def visible_to(person: "Person", name: str, queryset: QuerySet[M]) -> QuerySet[M]:
    """Narrow ``queryset`` to what ``person`` may do ``name`` to, each row once."""
    wanted = condition(person, name)
    narrowed = queryset.filter(wanted)
    if not _repeats(narrowed):
        return narrowed
    found = queryset.model._base_manager.filter(wanted).values("pk")
    return queryset.filter(pk__in=found)


def _repeats(queryset: QuerySet[Any]) -> bool:
    """Say whether a join in ``queryset`` can give a row more than once. Where none can, the condition is asked
    of the rows themselves: a query within the query would be worked out for the whole table before the first
    row of a list is found."""
    query = queryset.query
    return any(
        query.alias_refcount[alias] and getattr(getattr(join, "join_field", None), "multiple", False)
        for alias, join in query.alias_map.items()
    )


def people_who_can(name: str, obj: Any = None) -> "QuerySet[User]":
    """Return everybody who may do ``name`` to ``obj``, today, each once, by id."""
    from trepart.access.models import User  # models import the history, which imports this package

    return User.objects.filter(pk__in=User.objects.filter(get(name).rule.people(name, obj)).values("pk")).order_by("pk")


def get_or_404(person: "Person", name: str, queryset: QuerySet[M], **lookup: Any) -> M:
    """Fetch one object that ``person`` may do ``name`` to; what is not theirs and what does not
    exist answer alike (404)."""
    try:
        obj = queryset.get(**lookup)
    except (ObjectDoesNotExist, ValueError, OverflowError):
        raise Http404 from None
    if not can(person, name, obj):
        raise Http404
    return obj


def acting_for(person: "Person", name: str, obj: Any = None) -> Acting | None:
    """Return the body and role that give ``person`` this right over ``obj``, or None where it is the person's own."""
    parts = _parts(get(name).rule)
    held = grants.of(person)
    bodies = [pk for rule in parts if isinstance(rule, InBody) for pk in rule.bodies(obj)]
    for place in sorted(held.standings, key=lambda s: (s.body_id is None, s.body_id or 0, s.role)):
        if place.body_id in bodies and place.body_id in held.bodies(name):
            return Acting(place.body_id, place.role, place.label)
    if any(isinstance(rule, InOffice) for rule in parts) and held.everywhere(name):
        for place in held.standings:
            if place.body_id is None:
                return Acting(None, place.role, place.label)
    return None


def _parts(rule: Any) -> list[Any]:
    inner = getattr(rule, "rules", None)
    return [part for one in inner for part in _parts(one)] if inner else [rule]
