"""A village council beside small Fjellvik: an association of its own, with leader, secretary, member and deputy."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from forum.cases.models import HearingRule
from forum.cases.services import opinions
from forum.organisation.enums import BodyKind, LegalBasis, Role
from forum.organisation.models import Body
from forum.organisation.services import bodies as organisation
from forum.organisation.services import memberships
from tests.factories.organisation import Municipality
from tests.factories.snapshot import walked
from trepart import clock
from trepart.access.models import User


@dataclass
class Council:
    """The council and its people."""

    body: Body
    leader: User
    secretary: User
    member: User


def village_council(town: Municipality, name: str = "Furulia grendeutvalg") -> Council:
    """Set up one more village council, at work since a month."""
    return walked(("village council", name), lambda: _council(name), seldom=not name.startswith("Furulia"))


def _council(name: str) -> Council:
    since = clock.today() - timedelta(days=30)
    slug = name.split()[0].lower()
    with organisation.in_bulk():
        body = organisation.add_body(
            name=name, slug=slug, kind=BodyKind.GRENDEUTVALG, legal_basis=LegalBasis.ASSOCIATION, actor=None
        )
        people = []
        for role in (Role.LEADER, Role.SECRETARY, Role.MEMBER):
            person = organisation.add_person(
                email=f"{slug}-{role}@fjellvik.example", name=f"{role} i {name}", actor=None
            )
            memberships.start_membership(person=person, body=body, role=role, valid_from=since, actor=None)
            people.append(person)
        body = organisation.activate_body(body, actor=None)
    return Council(body, *people)


def heard(town: Municipality, council: Council, *, always: bool, places: str = "Furulia", **more: Any) -> HearingRule:
    """Let the coordination group hear the council."""
    rule = HearingRule(asker=town.coordination, asked=council.body, places=places, always=always, **more)
    return opinions.set_hearing_rule(rule, actor=None)
