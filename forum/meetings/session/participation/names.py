"""How somebody at the meeting is written on its pages: name, party, part, for whom a deputy meets."""

from collections.abc import Iterable

from django.utils.translation import gettext as _

from forum.meetings.core.voter import Voter
from forum.organisation.models import Membership
from forum.organisation.queries import told_apart
from trepart import ui


def with_party(membership: Membership) -> str:
    """Return a name with the political party behind it."""
    name = membership.person.name
    return f"{name} ({membership.party.short})" if membership.party is not None else name


def as_choices(people: Iterable[tuple[str, Membership]]) -> list[tuple[str, str]]:
    """Return people to choose from, with their parties; those of the same name are told apart."""
    found = list(people)
    said = told_apart.labels([(one.person, with_party(one)) for _key, one in found])
    return [(key, label) for (key, _one), label in zip(found, said, strict=True)]


def numbered(deputies: Iterable[Membership]) -> dict[int, str]:
    """Return deputies as they are chosen, by their membership: number, name, part."""
    found = list(deputies)
    names = told_apart.members(found)
    parts = {one.pk: str(one.get_part_display()) for one in found}
    return {
        one.pk: f"{one.deputy_number}. {names[one.pk]}, {parts[one.pk]}" if parts[one.pk] else names[one.pk]
        for one in found
    }


def who(voter: Voter, *, presiding: int | None = None) -> ui.PersonLine:
    """Return somebody at the table as one line: name, party, part, for whom a deputy meets, who presides."""
    seat = voter.seat
    said = []
    if voter.stands_for is not None:
        name = told_apart.beside(voter.stands_for, voter.membership)
        said.append(_("deputy for %(name)s") % {"name": name})
    if voter.pk == presiding:
        said.append(_("presiding"))
    party = voter.membership.party
    return ui.PersonLine(
        name=voter.membership.person.name,
        role=" · ".join(said),
        part=seat.part,
        party=party.short if party is not None else "",
    )
