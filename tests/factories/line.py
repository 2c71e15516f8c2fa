"""Lunner's model: a workplace without an LMU, whose leader stands alone (domain.md)."""

from types import SimpleNamespace
from typing import Any

from forum.organisation.enums import BodyKind, LegalBasis, Part, Role
from forum.organisation.services import bodies as organisation
from forum.organisation.services import memberships, people
from tests.factories.organisation import Municipality
from tests.factories.snapshot import walked


def workplace_without_lmu(town: Municipality) -> Any:
    """A workplace whose leader sends on to the chief executive, who sends on to the three-party body."""
    found = walked("workplace without an LMU", lambda: _workplace(town))
    found.town = town
    return found


def _workplace(town: Municipality) -> Any:
    administrator = town.administrator
    found = SimpleNamespace()

    def somebody(name: str) -> Any:
        return people.add_person(email=f"{name}@granli.example", name=name.capitalize(), actor=None)

    found.unit = organisation.add_unit("Vassbygda skole", actor=administrator)
    found.leader, found.employee, found.director, found.clerk = map(
        somebody, ("leder", "ansatt", "direktor", "skriver")
    )
    found.chief = organisation.add_body(
        name="Kommunedirektøren",
        kind=BodyKind.LINE,
        legal_basis=LegalBasis.KOML_13_1,
        superior=town.committee,
        actor=administrator,
    )
    found.line = organisation.add_body(
        name="Leder, Vassbygda skole",
        kind=BodyKind.LINE,
        legal_basis=LegalBasis.KOML_13_1,
        unit=found.unit,
        superior=found.chief,
        actor=administrator,
    )
    memberships.start_membership(person=found.director, body=found.chief, role=Role.LEADER, actor=administrator)
    memberships.start_membership(person=found.clerk, body=found.chief, role=Role.SECRETARY, actor=administrator)
    memberships.start_membership(
        person=found.leader, body=found.line, role=Role.LEADER, part=Part.ADMINISTRATION, actor=administrator
    )
    for person in (found.leader, found.employee):
        people.start_employment(person=person, unit=found.unit, actor=administrator)
    found.chief = organisation.activate_body(found.chief, actor=administrator)
    found.line = organisation.activate_body(found.line, actor=administrator)
    return found
