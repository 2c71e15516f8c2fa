"""People of the same name, told apart where they stand beside each other: by workplace, else party, else what stands
before the @ of the address. Whoever has a name alone is called by it, and nothing is asked."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence

from forum.organisation.models import Employment, Membership
from trepart.access.models import User


def labels(found: Sequence[tuple[User, str]], *, for_all: bool = False) -> list[str]:
    """Return the labels in their order; those that are equal and of different people say which of them it is.
    ``for_all``: everybody reads it, so nothing of an address."""
    groups: dict[str, dict[int, User]] = defaultdict(dict)
    for person, label in found:
        groups[label.casefold()][person.pk] = person
    shared = [group for group in groups.values() if len(group) > 1]
    if not shared:
        return [label for _person, label in found]
    marks: dict[int, str] = {}
    for group in shared:
        marks |= _marks(group, for_all=for_all)
    same = {pk for group in shared for pk in group}
    return [
        f"{label} ({mark})" if person.pk in same and (mark := marks.get(person.pk)) else label
        for person, label in found
    ]


def members(found: Iterable[Membership]) -> dict[int, str]:
    """Return what each of those in ``found`` is called in a sentence about them all, by the membership's id."""
    people = {one.pk: one.person for one in found}
    called = labels([(person, person.name) for person in people.values()], for_all=True)
    return dict(zip(people, called, strict=True))


def beside(one: Membership, other: Membership) -> str:
    """Return what ``one`` is called in a line about ``other``."""
    return members([other, one])[one.pk]


def _marks(people: Mapping[int, User], *, for_all: bool) -> dict[int, str]:
    """Return what tells people of one name apart; nothing where nothing does."""
    ways: list[Callable[[Iterable[int]], dict[int, str]]] = [_workplaces, _parties]
    if not for_all:
        ways.append(lambda _pks: {pk: person.email.partition("@")[0] for pk, person in people.items()})
    for way in ways:
        found = way(people)
        said = [found.get(pk, "") for pk in people]
        if len(set(said)) == len(said):
            return found
    return {}


def _workplaces(pks: Iterable[int]) -> dict[int, str]:
    running = Employment.objects.running().filter(person__in=list(pks)).order_by("-pk")
    return dict(running.values_list("person", "unit__name"))


def _parties(pks: Iterable[int]) -> dict[int, str]:
    running = Membership.objects.running().filter(person__in=list(pks), party__isnull=False).order_by("-pk")
    return dict(running.values_list("person", "party__short"))
