"""Rules: one declaration that answers three questions: may this one, which objects, which people."""

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any, Protocol

from django.db.models import Model, Q

from trepart import clock
from trepart.access import grants, role_assignments

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from trepart.access.models import User

    Person = User | AnonymousUser

NOTHING = Q(pk__in=[])
EVERYTHING = ~NOTHING


def any_of(conditions: Iterable[Q]) -> Q:
    """Return that one of ``conditions`` holds; what says nothing is left out, so that the database is asked
    no more than it must be."""
    found = NOTHING
    for condition in conditions:
        if condition is EVERYTHING:
            return EVERYTHING
        if condition is not NOTHING:
            found = condition if found is NOTHING else found | condition
    return found


def all_of(conditions: Iterable[Q]) -> Q:
    """Return that all of ``conditions`` hold; what says nothing is left out."""
    found = EVERYTHING
    for condition in conditions:
        if condition is NOTHING:
            return NOTHING
        if condition is not EVERYTHING:
            found = condition if found is EVERYTHING else found & condition
    return found


class Rule(Protocol):
    """What every rule answers. ``permission`` is the name it is registered under."""

    def allows(self, permission: str, person: "Person", obj: Any) -> bool:
        """May ``person`` do this to ``obj``, today?"""

    def objects(self, permission: str, person: "Person") -> Q:
        """Which objects may ``person`` do this to, today? A condition on the model the permission is about."""

    def people(self, permission: str, obj: Any) -> Q:
        """Who may do this to ``obj``, today? A condition on `User`."""


class Combinable:
    """Gives rules ``|`` and ``&``."""

    def __or__(self: Any, other: Rule) -> "AnyOf":
        return AnyOf((self, other))

    def __and__(self: Any, other: Rule) -> "AllOf":
        return AllOf((self, other))


@dataclass(frozen=True)
class AnyOf(Combinable):
    """One of several rules is enough."""

    rules: tuple[Rule, ...]

    def allows(self, permission: str, person: "Person", obj: Any) -> bool:
        return any(rule.allows(permission, person, obj) for rule in self.rules)

    def objects(self, permission: str, person: "Person") -> Q:
        return any_of(rule.objects(permission, person) for rule in self.rules)

    def people(self, permission: str, obj: Any) -> Q:
        return any_of(rule.people(permission, obj) for rule in self.rules)


@dataclass(frozen=True)
class AllOf(Combinable):
    """Every rule must allow."""

    rules: tuple[Rule, ...]

    def allows(self, permission: str, person: "Person", obj: Any) -> bool:
        return all(rule.allows(permission, person, obj) for rule in self.rules)

    def objects(self, permission: str, person: "Person") -> Q:
        return all_of(rule.objects(permission, person) for rule in self.rules)

    def people(self, permission: str, obj: Any) -> Q:
        return all_of(rule.people(permission, obj) for rule in self.rules)


@dataclass(frozen=True)
class Everyone(Combinable):
    """Open to the public."""

    def allows(self, permission: str, person: "Person", obj: Any) -> bool:
        return True

    def objects(self, permission: str, person: "Person") -> Q:
        return EVERYTHING

    def people(self, permission: str, obj: Any) -> Q:
        return Q(is_active=True)


@dataclass(frozen=True)
class SignedIn(Combinable):
    """Whoever has signed in."""

    def allows(self, permission: str, person: "Person", obj: Any) -> bool:
        return bool(person.is_authenticated and person.is_active)

    def objects(self, permission: str, person: "Person") -> Q:
        return EVERYTHING if self.allows(permission, person, None) else NOTHING

    def people(self, permission: str, obj: Any) -> Q:
        return Q(is_active=True)


@dataclass(frozen=True)
class InBody(Combinable):
    """Whoever holds, today, a role that grants the permission in a body the object belongs to.

    ``bodies`` gives the ids of those bodies for one object; ``where`` the same as a condition, given
    the ids a person has it in.
    """

    bodies: Callable[[Any], Iterable[int]]
    where: Callable[[Collection[int]], Q]

    def allows(self, permission: str, person: "Person", obj: Any) -> bool:
        held = grants.of(person).bodies(permission)
        return bool(held) and not held.isdisjoint(self.bodies(obj))

    def objects(self, permission: str, person: "Person") -> Q:
        held = grants.of(person).bodies(permission)
        return self.where(held) if held else NOTHING

    def people(self, permission: str, obj: Any) -> Q:
        places = grants.places(permission, bodies=set(self.bodies(obj)))
        return role_assignments.source().people(places, clock.today()) & Q(is_active=True) if places else NOTHING


@dataclass(frozen=True)
class InOffice(Combinable):
    """Whoever holds an office of the municipality that grants the permission."""

    def allows(self, permission: str, person: "Person", obj: Any) -> bool:
        return grants.of(person).everywhere(permission)

    def objects(self, permission: str, person: "Person") -> Q:
        return EVERYTHING if grants.of(person).everywhere(permission) else NOTHING

    def people(self, permission: str, obj: Any) -> Q:
        places = grants.places(permission, bodies={None})
        return role_assignments.source().people(places, clock.today()) & Q(is_active=True) if places else NOTHING


@dataclass(frozen=True)
class Personal(Combinable):
    """A predicate on the person and the object, said three ways: the proposer's rights over the own proposal."""

    test: Callable[["User", Any, date], bool]
    mine: Callable[["User", date], Q]
    whose: Callable[[Any, date], Q]

    def allows(self, permission: str, person: "Person", obj: Any) -> bool:
        from trepart.access.models import User  # models import the history, which imports this package

        return isinstance(person, User) and person.is_active and self.test(person, obj, clock.today())

    def objects(self, permission: str, person: "Person") -> Q:
        from trepart.access.models import User  # as above

        return self.mine(person, clock.today()) if isinstance(person, User) and person.is_active else NOTHING

    def people(self, permission: str, obj: Any) -> Q:
        return self.whose(obj, clock.today()) & Q(is_active=True)


@dataclass(frozen=True)
class When(Combinable):
    """A condition on the object alone, to be combined with a rule about people: ``When(...) & Everyone()``."""

    test: Callable[[Any], bool]
    where: Q

    def allows(self, permission: str, person: "Person", obj: Any) -> bool:
        return self.test(obj)

    def objects(self, permission: str, person: "Person") -> Q:
        return self.where

    def people(self, permission: str, obj: Any) -> Q:
        return EVERYTHING if self.test(obj) else NOTHING


def ids_of(*objects: Model | None) -> list[int]:
    """Return the primary keys of the objects that are there."""
    return [obj.pk for obj in objects if obj is not None]
