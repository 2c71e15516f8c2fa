"""A new workplace in one go: the unit, its LMU of three or its leader alone, and those who work there.

It works at once, or nothing was made.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from forum.organisation.enums import BodyKind, LegalBasis, Part, Role
from forum.organisation.models import Body, Employment, Unit
from forum.organisation.services import bodies as organisation
from forum.organisation.services import memberships
from trepart.access.models import User
from trepart.text import normal


@dataclass(frozen=True)
class Someone:
    """A person as typed: known by the address; the name counts only for somebody who is not registered yet."""

    name: str
    email: str
    title: str = ""


@dataclass
class Made:
    """What came of it."""

    unit: Unit
    local: Body
    people: list[User]


@transaction.atomic
def set_up(
    *,
    name: str,
    parent: Unit | None,
    local_name: str,
    superior: Body,
    leader: Someone,
    union_representative: Someone | None = None,
    safety_representative: Someone | None = None,
    employees: Sequence[Someone] = (),
    actor: User | None,
) -> Made:
    """Make the unit, what receives its proposals, everybody's employment, and put it to work.

    With a union representative and a safety representative it is an LMU of the three (R24); without them the leader
    alone, as where there are no LMUs.

    Whoever is registered under the address is used, and keeps the name and other workplaces. Raises ``ValidationError``
    with errors under the argument they are about; then nothing has been made.
    """
    seats: dict[str, tuple[Someone, Role, str]] = {"leader": (leader, Role.LEADER, Part.ADMINISTRATION)}
    if union_representative is not None:
        seats["union_representative"] = (union_representative, Role.UNION_REPRESENTATIVE, Part.UNION)
    if safety_representative is not None:
        seats["safety_representative"] = (safety_representative, Role.SAFETY_REPRESENTATIVE, "")
    alone = len(seats) == 1
    kind, basis = (BodyKind.LINE, LegalBasis.KOML_13_1) if alone else (BodyKind.LMU, LegalBasis.COOPERATION)
    people: dict[str, User] = {}
    with organisation.in_bulk():
        with _about("name"):
            unit = organisation.add_unit(name, parent, actor=actor)
        with _about("local_name"):
            local = organisation.add_body(
                name=local_name, kind=kind, legal_basis=basis, unit=unit, superior=superior, actor=actor
            )
        for field, (someone, role, part) in seats.items():
            with _about(field):
                person = _employ(someone, unit, people, actor, leads=role == Role.LEADER)
                memberships.start_membership(person=person, body=local, role=role, part=part, actor=actor)
        for someone in employees:
            with _about("employees", someone.email):
                _employ(someone, unit, people, actor)
        with _about("leader"):
            local = organisation.activate_body(local, actor=actor)
    return Made(unit, local, list(people.values()))


def _employ(someone: Someone, unit: Unit, people: dict[str, User], actor: User | None, *, leads: bool = False) -> User:
    """Return the person, entered if need be and employed in ``unit``."""
    email = normal.address(someone.email).lower()
    person = people.get(email) or User.objects.filter(email__iexact=email).first()
    if person is None:
        person = organisation.add_person(email=email, name=someone.name, actor=actor)
    elif not person.is_active:
        raise ValidationError(_("%(name)s is shut out. Let the person in again first.") % {"name": person.name})
    people[email] = person
    if not Employment.objects.running().filter(person=person, unit=unit).exists():
        organisation.start_employment(person=person, unit=unit, title=someone.title, leads=leads, actor=actor)
    return person


class _about:  # used as a word
    """Puts what is refused inside the block under one field of the form, with the line it is about."""

    def __init__(self, field: str, line: str = "") -> None:
        self.field, self.line = field, line

    def __enter__(self) -> None:
        return None

    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> None:
        if isinstance(error, ValidationError):
            said = [f"{self.line}: {message}" if self.line else message for message in error.messages]
            raise ValidationError({self.field: said}) from error
