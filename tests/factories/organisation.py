"""A small Fjellvik, made through the services, so that every test stands on the same ground as the portal itself.

    from tests.factories.organisation import municipality
    town = municipality()           # or the fixture ``town``
    town.secretary, town.committee, town.lmus[0], town.lmu_leader(0), town.employee(0) …

Committee: 9 seats under § 5-11 (5 elected by the council, 4 from the unions), numbered deputies on both sides, a
secretary. Coordination group and three LMUs below it. Nobody has a password: tests use ``client.force_login``.
"""

from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from forum.delegations import services as delegation
from forum.delegations.enums import Scope
from forum.organisation.enums import BodyKind, LegalBasis, OfficeKind, Part, Role, Sex, Side
from forum.organisation.models import Body, Membership, PoliticalParty, Unit
from forum.organisation.services import bodies as services
from forum.organisation.services import memberships
from tests.factories.snapshot import once
from trepart import clock
from trepart.access.models import User


@dataclass
class Municipality:
    """Everybody and everything in small Fjellvik. Lists are in the order they were made."""

    administrator: User
    council: Body
    committee: Body
    coordination: Body
    units: list[Unit]
    lmus: list[Body]
    parties: list[PoliticalParty]
    #: The committee: chair, deputy chair, three more elected; then four from the unions.
    elected: list[User] = field(default_factory=list)
    union: list[User] = field(default_factory=list)
    #: Deputies in their order on the list, by side.
    deputies: dict[str, list[User]] = field(default_factory=dict)
    secretary: User = None  # type: ignore[assignment]
    coordination_leader: User = None  # type: ignore[assignment]
    coordination_secretary: User = None  # type: ignore[assignment]
    coordination_members: list[User] = field(default_factory=list)
    #: For each unit: leader, union representative, safety representative, and two employees without any office.
    lmu_members: list[list[User]] = field(default_factory=list)
    employees: list[list[User]] = field(default_factory=list)
    outsider: User = None  # type: ignore[assignment]

    @property
    def chair(self) -> User:
        return self.elected[0]

    def lmu_leader(self, number: int = 0) -> User:
        return self.lmu_members[number][0]

    def employee(self, number: int = 0, which: int = 0) -> User:
        return self.employees[number][which]

    def membership(self, person: User, body: Body | None = None) -> Membership:
        """Return the running membership of ``person`` (in ``body``, the committee unless said)."""
        return Membership.objects.running().get(person=person, body=body or self.committee)


class Names:
    """Gives people names that differ, with the letters that go wrong first."""

    first = ("Åse", "Bjørn", "Kari", "Ærlend", "Øyvind", "Mette", "Jon", "Sára", "Hege", "Odd")
    last = ("Ås", "Bø", "Lien", "Nærø", "Øvrebø", "Haugen", "Moen", "Gáppa", "Vik", "Sæther", "Dahl")

    def __init__(self) -> None:
        self.count = 0

    def __call__(self) -> tuple[str, str]:
        n = self.count
        self.count += 1
        name = f"{self.first[n % len(self.first)]} {self.last[(n + 3 * (n // len(self.first))) % len(self.last)]}"
        return name, f"person{n}@fjellvik.example"


def municipality(*, units: int = 3, since: date | None = None) -> Municipality:
    """Make small Fjellvik with ``units`` workplaces, everybody in place from ``since`` (a month ago unless said)."""
    begun = since or clock.today() - timedelta(days=30)
    return once(("fjellvik", units, begun), lambda: _build(units, begun))


def _build(units: int, since: date) -> Municipality:
    names = Names()

    def person() -> User:
        name, email = names()
        return services.add_person(email=email, name=name, actor=None)

    with services.in_bulk():
        administrator = person()
        services.appoint(person=administrator, office=OfficeKind.ADMINISTRATOR, valid_from=since, actor=None)
        actor: dict[str, Any] = {"actor": None}

        def seat(who: User, body: Body, role: str, **more: Any) -> None:
            memberships.start_membership(person=who, body=body, role=role, valid_from=since, **more, **actor)

        parties = [
            services.add_party(name=name, short=short, **actor)
            for name, short in (("Bygdepartiet", "Bp"), ("Fjellista", "Fl"), ("Samling", "S"))
        ]
        council = services.add_body(
            name="Kommunestyret", kind=BodyKind.COUNCIL, legal_basis=LegalBasis.COUNCIL, **actor
        )
        committee = services.add_body(
            name="Partssammensatt utvalg",
            slug="psu",
            kind=BodyKind.COMMITTEE,
            legal_basis=LegalBasis.KOML_5_11,
            mandate=(
                "Behandler saker som gjelder forholdet mellom kommunen og de ansatte. Perioden følger kommunestyrets."
            ),
            superior=council,
            **actor,
        )
        coordination = services.add_body(
            name="Koordineringsgruppa",
            slug="koordinering",
            kind=BodyKind.COORDINATION,
            legal_basis=LegalBasis.COOPERATION,
            superior=committee,
            **actor,
        )
        sector = services.add_unit("Oppvekst", None, **actor)
        workplaces = [
            services.add_unit(name, sector, **actor)
            for name in (
                "Solbakken barnehage",
                "Åsen skole",
                "Ørneset sykehjem",
                *(f"Enhet {n}" for n in range(4, 99)),
            )[:units]
        ]
        town = Municipality(administrator, council, committee, coordination, workplaces, [], parties)

        for number in range(5):
            who = person()
            role = (Role.LEADER, Role.DEPUTY_LEADER)[number] if number < 2 else Role.MEMBER
            seat(
                who, committee, role, part=Part.ELECTED, side=Side.MUNICIPALITY, elected_by_council=True,
                party=parties[(0, 1, 0, 2, 1)[number]], sex=Sex.FEMALE if number % 2 == 0 else Sex.MALE,
            )  # fmt: skip
            town.elected.append(who)
        for _number in range(4):
            who = person()
            seat(who, committee, Role.MEMBER, part=Part.UNION, side=Side.EMPLOYEES)
            services.start_employment(person=who, unit=sector, title="Hovedtillitsvalgt", valid_from=since, **actor)
            town.union.append(who)
        for side, part, party, chosen in (
            (Side.MUNICIPALITY, Part.ELECTED, parties[0], True),
            (Side.EMPLOYEES, Part.UNION, None, False),
        ):
            town.deputies[side] = []
            for number in (1, 2):
                who = person()
                seat(
                    who, committee, Role.DEPUTY, part=part, side=side, party=party, elected_by_council=chosen,
                    deputy_number=number, sex=(Sex.FEMALE, Sex.MALE)[number - 1] if chosen else "",
                )  # fmt: skip
                town.deputies[side].append(who)
        town.secretary = person()
        seat(town.secretary, committee, Role.SECRETARY, part=Part.ADMINISTRATION)
        services.start_employment(person=town.secretary, unit=sector, title="Rådgiver", valid_from=since, **actor)

        town.coordination_leader, town.coordination_secretary = person(), person()
        seat(town.coordination_leader, coordination, Role.LEADER, part=Part.ADMINISTRATION)
        seat(town.coordination_secretary, coordination, Role.SECRETARY, part=Part.ADMINISTRATION)
        for part in (Part.UNION, Part.ELECTED):
            who = person()
            seat(who, coordination, Role.MEMBER, part=part)
            town.coordination_members.append(who)
        # Those who work in the municipality are employed there; who is elected is not.
        for who in (town.coordination_leader, town.coordination_secretary, town.coordination_members[0]):
            services.start_employment(person=who, unit=sector, title="Rådgiver", valid_from=since, **actor)

        for unit in workplaces:
            lmu = services.add_body(
                name=f"LMU {unit.name}", kind=BodyKind.LMU, legal_basis=LegalBasis.COOPERATION, unit=unit,
                superior=coordination, **actor,
            )  # fmt: skip
            members = [person() for _n in range(3)]
            seat(members[0], lmu, Role.LEADER, part=Part.ADMINISTRATION)
            seat(members[1], lmu, Role.UNION_REPRESENTATIVE, part=Part.UNION)
            seat(members[2], lmu, Role.SAFETY_REPRESENTATIVE)
            others = [person() for _n in range(2)]
            for who in (*members, *others):
                services.start_employment(person=who, unit=unit, valid_from=since, **actor)
            town.lmus.append(lmu)
            town.lmu_members.append(members)
            town.employees.append(others)
        town.outsider = person()

        active = [services.activate_body(body, actor=None) for body in (council, committee, coordination, *town.lmus)]
        town.council, town.committee, town.coordination, town.lmus = active[0], active[1], active[2], active[3:]
    # What the committee may decide; rights from the block above can be used after it.
    delegation.enter_delegation(
        body=town.committee,
        scope=Scope.EMPLOYER,
        matter="Saker mellom kommunen som arbeidsgiver og de ansatte",
        limit=500_000,
        source="utviklingsfondet",
        decided_on=since,
        reference="PS 88/25",
        valid_from=since,
        actor=administrator,
    )
    return town
