"""Sets up Fjellvik's organisation: units, people, bodies, members, offices, the way in for proposals."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date

from forum.organisation.enums import BodyKind, LegalBasis, OfficeKind, Part, Role, Sex, Side
from forum.organisation.models import Body, Membership, PoliticalParty, Unit
from forum.organisation.services import bodies as organisation
from forum.organisation.services import body_functions, memberships
from portal.demo.towns import delegations, names
from portal.demo.towns.fjellvik import PARTIES, SECTORS
from proposals.enums import IntakeKind, Origin
from proposals.routing.services import set_intake
from trepart import clock
from trepart.access.models import User

DOMAIN = "fjellvik.example"
#: The one password of the demo: it opens nothing but invented people, and only where the demo is on.
PASSWORD = "trepart-demo"  # noqa: S105  # printed by `make demo` for all to see
#: Those registered by name, 300 in all with the politicians; the first units have one more.
STAFF_PER_UNIT = 7
LARGER_UNITS = 10


@dataclass
class Fjellvik:
    """What the year of life needs to find again."""

    council: Body
    committee: Body
    coordination: Body
    administrator: User
    units: dict[str, Unit] = field(default_factory=dict)
    lmus: dict[str, Body] = field(default_factory=dict)
    staff: dict[str, list[User]] = field(default_factory=dict)

    def leader(self, unit: str) -> User:
        """Return the leader of a unit."""
        return self.staff[unit][0]

    def local_group(self, unit: str) -> list[User]:
        """Return leader, union representative and safety representative of a unit."""
        return self.staff[unit][:3]

    def seat(self, body: Body, role: Role) -> User:
        """Return who holds ``role`` in ``body``, the first by number."""
        return body.memberships.filter(role=role).select_related("person").order_by("id")[0].person


class _People:
    """Makes people, one name after the other."""

    def __init__(self, progress: Callable[[str], None]) -> None:
        self.names: Iterator[str] = names.people()
        self.made = 0
        self.progress = progress

    def next(self, password: str | None = None) -> User:
        name = next(self.names)
        self.made += 1
        if self.made % 50 == 0:
            self.progress(f"{self.made} personer")
        return organisation.add_person(email=names.address(name, DOMAIN), name=name, password=password, actor=None)


def build(*, since: date, progress: Callable[[str], None]) -> Fjellvik:
    """Set up the municipality as it stood on ``since``; call it with the clock standing there. Members of bodies
    were chosen before that."""
    people = _People(progress)
    administrator = people.next(PASSWORD)
    with organisation.in_bulk():
        council = organisation.add_body(
            name="Kommunestyret",
            kind=BodyKind.COUNCIL,
            legal_basis=LegalBasis.COUNCIL,
            actor=administrator,
            mandate=(
                "Kommunens øverste organ. Behandlingen i kommunestyret skjer utenfor portalen; svaret føres inn her."
            ),
        )
        committee = organisation.add_body(
            name="Partssammensatt utvalg",
            kind=BodyKind.COMMITTEE,
            legal_basis=LegalBasis.KOML_5_11,
            superior=council,
            meetings_open=True,
            mandate="Øverste organ for trepartssamarbeidet i Fjellvik. Utvalget møtes i forkant av kommunestyret og "
            "går gjennom de fleste sakene. Det avgjør saker mellom kommunen og de ansatte og forslag fra ansatte som "
            "trenger tilskudd, innenfor det kommunestyret har delegert, og anbefaler resten. Reglementet gjelder for "
            "valgperioden.",
            actor=administrator,
        )
        coordination = organisation.add_body(
            name="Koordineringsgruppa",
            kind=BodyKind.COORDINATION,
            legal_basis=LegalBasis.COOPERATION,
            superior=committee,
            mandate="Koordinerer LMU-ene. Behandler forslag som berører flere arbeidsplasser, og forslag fra "
            "innbyggerne. Gir innstilling til partssammensatt utvalg når et forslag trenger tilskudd.",
            actor=administrator,
        )
        town = Fjellvik(council, committee, coordination, administrator)
        organisation.appoint(person=administrator, office=OfficeKind.ADMINISTRATOR, valid_from=since, actor=None)
        parties = [organisation.add_party(name=name, short=short, actor=administrator) for name, short in PARTIES]
        _units(town, people, since)
        _committee(town, people, parties, since)
        _coordination(town, since)
        _offices(town, since)
        _council(town, people, since)
    town.council, town.coordination, town.committee = (
        organisation.activate_body(body, actor=administrator) for body in (council, coordination, committee)
    )
    delegations.delegate(town.committee, since=since, actor=administrator)
    town.lmus = {name: organisation.activate_body(body, actor=administrator) for name, body in town.lmus.items()}
    set_intake(origin=Origin.EMPLOYEE, kind=IntakeKind.UNIT_LMU, body=None, actor=administrator)
    return town


def _units(town: Fjellvik, people: _People, since: date) -> None:
    for sector, units in SECTORS.items():
        top = organisation.add_unit(sector, actor=town.administrator)
        for name in units:
            unit = organisation.add_unit(name, parent=top, actor=town.administrator)
            known = name in {"Nordli skole", "Vei og park"}
            size = STAFF_PER_UNIT + (len(town.units) < LARGER_UNITS)
            staff = [people.next(PASSWORD if known and number in (0, 1, 4) else None) for number in range(size)]
            titles = (
                "Enhetsleder",
                "Tillitsvalgt",
                "Verneombud",
                "Fagansvarlig",
                "Medarbeider",
                "Medarbeider",
                "Medarbeider",
            )
            for person, title in zip(staff, (*titles, "Medarbeider"), strict=False):
                organisation.start_employment(
                    person=person, unit=unit, title=title, valid_from=since, actor=town.administrator
                )
            lmu = organisation.add_body(
                name=f"LMU {name}",
                kind=BodyKind.LMU,
                legal_basis=LegalBasis.COOPERATION,
                unit=unit,
                superior=town.coordination,
                mandate=(
                    "Ledelse, medvirkning og utvikling: leder, tillitsvalgt og verneombud tar opp det som angår "
                    "arbeidsplassen, og blir enige."
                ),
                actor=town.administrator,
            )
            seats = (
                (Role.LEADER, Part.ADMINISTRATION),
                (Role.UNION_REPRESENTATIVE, Part.UNION),
                (Role.SAFETY_REPRESENTATIVE, ""),
            )
            for person, (role, part) in zip(staff, seats, strict=False):
                memberships.start_membership(
                    person=person, body=lmu, role=role, part=part, valid_from=since, actor=town.administrator
                )
            town.units[name], town.lmus[name], town.staff[name] = unit, lmu, staff


def _council(town: Fjellvik, people: _People, since: date) -> None:
    """The municipal council is outside the portal; its secretary is in it, and receives the views the committee sends.
    Some of its cases the committee treats as more than itself."""
    body_functions.add_function(
        body=town.committee, name="Planutvalg", basis="Reglementet punkt 3", valid_from=since, actor=town.administrator
    )
    memberships.start_membership(
        person=people.next(None), body=town.council, role=Role.SECRETARY, valid_from=since, actor=town.administrator
    )


def _committee(town: Fjellvik, people: _People, parties: list[PoliticalParty], since: date) -> None:
    sexes = (Sex.FEMALE, Sex.MALE)
    for number in range(5):
        memberships.start_membership(
            person=people.next(PASSWORD if number < 3 else None),
            body=town.committee,
            role=(Role.LEADER, Role.DEPUTY_LEADER, Role.MEMBER)[min(number, 2)],
            part=Part.ELECTED,
            side=Side.MUNICIPALITY,
            party=parties[number],
            sex=sexes[number % 2],
            elected_by_council=True,
            valid_from=since,
            actor=town.administrator,
        )
    for number in range(3):
        memberships.start_membership(
            person=people.next(),
            body=town.committee,
            role=Role.DEPUTY,
            deputy_number=number + 1,
            part=Part.ELECTED,
            side=Side.MUNICIPALITY,
            party=parties[number],
            sex=sexes[number % 2],
            elected_by_council=True,
            valid_from=since,
            actor=town.administrator,
        )
    shop_stewards = [
        town.staff[unit][1] for unit in ("Fjellvik sykehjem", "Sentrum skole", "Renhold", "Hjemmetjenesten sør")
    ]
    for number, person in enumerate(shop_stewards):
        memberships.start_membership(
            person=person,
            body=town.committee,
            role=Role.MEMBER,
            part=Part.UNION,
            side=Side.EMPLOYEES,
            sex=sexes[number % 2],
            valid_from=since,
            actor=town.administrator,
        )
    for number, unit in enumerate(("Åsen sykehjem", "Biblioteket")):
        memberships.start_membership(
            person=town.staff[unit][1],
            body=town.committee,
            role=Role.DEPUTY,
            deputy_number=number + 1,
            part=Part.UNION,
            side=Side.EMPLOYEES,
            sex=sexes[number % 2],
            valid_from=since,
            actor=town.administrator,
        )
    secretary = people.next(PASSWORD)
    organisation.start_employment(
        person=secretary,
        unit=town.units["Innbyggertorget"],
        title="Utvalgssekretær",
        valid_from=since,
        actor=town.administrator,
    )
    memberships.start_membership(
        person=secretary,
        body=town.committee,
        role=Role.SECRETARY,
        part=Part.ADMINISTRATION,
        valid_from=since,
        actor=town.administrator,
    )


def _coordination(town: Fjellvik, since: date) -> None:
    seats = (
        ("Personal og organisasjon", 0, Role.LEADER, Part.ADMINISTRATION),
        ("Økonomi", 0, Role.MEMBER, Part.ADMINISTRATION),
        ("Bygg og eiendom", 0, Role.MEMBER, Part.ADMINISTRATION),
        ("Fjellvik sykehjem", 1, Role.MEMBER, Part.UNION),
        ("Elvebakken skole", 1, Role.MEMBER, Part.UNION),
        ("Vann og avløp", 1, Role.MEMBER, Part.UNION),
        ("Renhold", 2, Role.SAFETY_REPRESENTATIVE, ""),
        ("Personal og organisasjon", 3, Role.SECRETARY, Part.ADMINISTRATION),
    )
    for unit, number, role, part in seats:
        person = town.staff[unit][number]
        if unit == "Personal og organisasjon":
            person.set_password(PASSWORD)
            person.save(update_fields=["password"])
        memberships.start_membership(
            person=person, body=town.coordination, role=role, part=part, valid_from=since, actor=town.administrator
        )


def _offices(town: Fjellvik, since: date) -> None:
    organisation.appoint(
        person=town.staff["Personal og organisasjon"][1],
        office=OfficeKind.HR,
        valid_from=since,
        actor=town.administrator,
    )
    organisation.appoint(
        person=town.staff["Innbyggertorget"][3], office=OfficeKind.ARCHIVE, valid_from=since, actor=town.administrator
    )
    organisation.appoint(
        person=town.staff["Økonomi"][3], office=OfficeKind.CHIEF_EXECUTIVE, valid_from=since, actor=town.administrator
    )


def local_group_members(body: Body) -> list[Membership]:
    """Return the three of an LMU as it sits on the day the clock stands at."""
    roles = (Role.LEADER, Role.UNION_REPRESENTATIVE, Role.SAFETY_REPRESENTATIVE)
    return list(
        Membership.objects.running(clock.today())
        .filter(body=body, role__in=roles)
        .select_related("person")
        .order_by("id")
    )
