"""Sets up Granli's organisation: units with a leader each, the chief executive, the body of three equal parts."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from itertools import islice
from typing import Any

from forum.organisation.enums import BodyKind, LegalBasis, OfficeKind, Part, Role, Sex
from forum.organisation.models import Body, BodyFunction, Unit
from forum.organisation.services import bodies as organisation
from forum.organisation.services import body_functions, memberships, municipality
from portal.demo.stories.granli import BODY, CHIEF, EVIDENCE, FUNCTIONS, MANDATE, PARTIES, SECTORS
from portal.demo.towns import names
from portal.demo.towns.fjellvik_town import PASSWORD
from proposals.enums import IntakeKind, Origin
from proposals.routing.services import set_intake
from trepart.access.models import User

DOMAIN = "granli.example"
#: A coat of arms for a municipality that does not exist: three spruces, one for each part.
_ARMS = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 40 48"><path fill="#1f5c3a" d="M2 2h36v24c0 10-8 17-18 20C10 '
    '43 2 36 2 26z"/><path fill="#fff" d="M10 12l5 14H5zM30 12l5 14H25zM20 18l6 17H14z"/></svg>'
)
#: Other people than in Fjellvik.
_FIRST_NAME = 700
_TITLES = ("Enhetsleder", "Tillitsvalgt", "Verneombud", "Fagansvarlig", "Medarbeider", "Medarbeider", "Medarbeider")


@dataclass
class Granli:
    """What the year of life needs to find again."""

    council: Body
    body: Body
    chief: Body
    administrator: User
    units: dict[str, Unit] = field(default_factory=dict)
    leaders: dict[str, Body] = field(default_factory=dict)
    functions: dict[str, BodyFunction] = field(default_factory=dict)
    staff: dict[str, list[User]] = field(default_factory=dict)

    def seat(self, body: Body, role: Role) -> User:
        """Return who holds ``role`` in ``body``, the first by number."""
        return body.memberships.filter(role=role).select_related("person").order_by("id")[0].person


def build(*, since: date, progress: Callable[[str], None]) -> Granli:
    """Set up the municipality as it stood on ``since``; call it with the clock standing there."""
    queue = islice(names.people(), _FIRST_NAME, None)

    def somebody(password: str | None = None) -> User:
        name = next(queue)
        return organisation.add_person(email=names.address(name, DOMAIN), name=name, password=password, actor=None)

    administrator = somebody(PASSWORD)
    with organisation.in_bulk():
        organisation.appoint(person=administrator, office=OfficeKind.ADMINISTRATOR, valid_from=since, actor=None)
        council = organisation.add_body(
            name="Kommunestyret",
            kind=BodyKind.COUNCIL,
            legal_basis=LegalBasis.COUNCIL,
            actor=administrator,
            mandate=(
                "Kommunens øverste organ. Behandlingen i kommunestyret skjer utenfor portalen; svaret føres inn her."
            ),
        )
        body = organisation.add_body(
            name=BODY,
            kind=BodyKind.COMMITTEE,
            legal_basis=LegalBasis.KOML_5_11_OTHER,
            superior=council,
            mandate=MANDATE,
            evidence=EVIDENCE,
            notice_days=8,
            actor=administrator,
        )
        chief = organisation.add_body(
            name=CHIEF,
            kind=BodyKind.LINE,
            legal_basis=LegalBasis.KOML_13_1,
            superior=body,
            actor=administrator,
            mandate=(
                "Kommunedirektøren velger ut og forbereder sakene til trepartssamarbeidsorganet, og avgjør det som "
                "ligger innenfor egne rammer. Det tre av organets ni medlemmer krever, kommer på sakslista uansett, og "
                "en part legger sine saker rett fram for organet."
            ),
        )
        town = Granli(council, body, chief, administrator)
        _units(town, somebody, since)
        _three_parts(town, somebody, since)
        _chief(town, somebody, since)
    municipality.change_municipality(
        name="Granli kommune",
        address="Storgata 4, 0001 Granli",
        accent="#1f5c3a",
        privacy_email=f"personvernombud@{DOMAIN}",
        accessibility_email=f"tilgjengelig@{DOMAIN}",
        feedback_email=f"portalen@{DOMAIN}",
        actor=administrator,
    )
    municipality.change_logo(_ARMS.encode(), actor=administrator)
    town.council, town.body, town.chief = (
        organisation.activate_body(each, actor=administrator) for each in (council, body, chief)
    )
    for name, each in town.leaders.items():
        town.leaders[name] = organisation.activate_body(each, actor=administrator)
    town.functions = {
        key: body_functions.add_function(body=town.body, name=name, basis=basis, valid_from=since, actor=administrator)
        for key, (name, basis) in FUNCTIONS.items()
    }
    set_intake(origin=Origin.EMPLOYEE, kind=IntakeKind.UNIT_LMU, body=None, actor=administrator)
    for origin in (Origin.CITIZEN, Origin.ASSOCIATION, Origin.VILLAGE_COUNCIL):
        set_intake(origin=origin, kind=IntakeKind.BODY, body=town.chief, actor=administrator)
    # The chief executive selects, but not among what a part of the body puts to it.
    set_intake(origin=Origin.PART, kind=IntakeKind.BODY, body=town.body, actor=administrator)
    progress(f"{User.objects.count()} personer, {len(town.units)} enheter")
    return town


Somebody = Callable[[str | None], User]


def _units(town: Granli, somebody: Somebody, since: date) -> None:
    for sector, units in SECTORS.items():
        top = organisation.add_unit(sector, actor=town.administrator)
        for name in units:
            unit = organisation.add_unit(name, parent=top, actor=town.administrator)
            known = name in {"Granli skole", "Hjemmetjenesten"}
            staff = [somebody(PASSWORD if known and number in (0, 1, 4) else None) for number in range(len(_TITLES))]
            for person, title in zip(staff, _TITLES, strict=True):
                organisation.start_employment(
                    person=person,
                    unit=unit,
                    title=title,
                    leads=title == "Enhetsleder",
                    valid_from=since,
                    actor=town.administrator,
                )
            line = organisation.add_body(
                name=f"Leder, {name}",
                kind=BodyKind.LINE,
                legal_basis=LegalBasis.KOML_13_1,
                unit=unit,
                superior=town.chief,
                actor=town.administrator,
                mandate=(
                    "Lederen får forslagene fra arbeidsplassen først, gjør det som ligger innenfor enhetens "
                    "rammer, og sender resten videre med innstilling."
                ),
            )
            _sit(town, line, staff[0], Role.LEADER, Part.ADMINISTRATION, since)
            # Heard before an employee's proposal ends with the leader; Nav's safety representative is the chief
            # one.
            _sit(town, line, staff[1], Role.UNION_REPRESENTATIVE, Part.UNION, since)
            if name != "Nav Granli":
                _sit(town, line, staff[2], Role.SAFETY_REPRESENTATIVE, "", since)
            town.units[name], town.leaders[name], town.staff[name] = unit, line, staff


def _sit(town: Granli, body: Body, person: User, role: Role, part: str, since: date, **facts: Any) -> None:
    memberships.start_membership(
        person=person, body=body, role=role, part=part, valid_from=since, actor=town.administrator, **facts
    )


def _three_parts(town: Granli, somebody: Somebody, since: date) -> None:
    """Three from each part, and two deputies for each, in order (R2, R4)."""
    parties = [organisation.add_party(name=name, short=short, actor=town.administrator) for name, short in PARTIES]
    sexes = (Sex.FEMALE, Sex.MALE)
    parts: dict[Part, list[User]] = {
        Part.ELECTED: [somebody(PASSWORD if number < 2 else None) for number in range(5)],
        Part.ADMINISTRATION: [somebody(PASSWORD)]
        + [
            town.staff[unit][0] for unit in ("Granli omsorgssenter", "Vassbygda skole", "Bygg og renhold", "Nav Granli")
        ],
        Part.UNION: [
            town.staff[unit][1]
            for unit in (
                "Hjemmetjenesten",
                "Granlund barnehage",
                "Vei, vann og avløp",
                "Bo og aktivitet",
                "Granli skole",
            )
        ],
    }
    for part, people in parts.items():
        for number, person in enumerate(people):
            elected = part == Part.ELECTED
            role = Role.DEPUTY if number > 2 else Role.LEADER if elected and number == 0 else Role.MEMBER
            facts: dict[str, object] = {
                "sex": sexes[(number + (part == Part.UNION)) % 2],
                "elected_by_council": elected,
            }
            if elected:
                facts["party"] = parties[number % len(parties)]
            if role == Role.DEPUTY:
                facts["deputy_number"] = number - 2
            if part == Part.ADMINISTRATION and number == 0:
                facts["leads_administration"] = True
            _sit(town, town.body, person, role, part, since, **facts)
    chief_executive = parts[Part.ADMINISTRATION][0]
    organisation.start_employment(
        person=chief_executive,
        unit=town.units["Økonomi og personal"],
        title="Kommunedirektør",
        valid_from=since,
        actor=town.administrator,
    )
    organisation.appoint(
        person=chief_executive, office=OfficeKind.CHIEF_EXECUTIVE, valid_from=since, actor=town.administrator
    )


def _chief(town: Granli, somebody: Somebody, since: date) -> None:
    """The chief executive and the one who prepares cases, who is also the body's secretary; the employees' chief
    representatives."""
    chief_executive = town.body.memberships.get(leads_administration=True).person
    secretary = somebody(PASSWORD)
    organisation.start_employment(
        person=secretary,
        unit=town.units["Servicetorget"],
        title="Saksbehandler",
        valid_from=since,
        actor=town.administrator,
    )
    _sit(town, town.chief, chief_executive, Role.LEADER, Part.ADMINISTRATION, since)
    _sit(town, town.chief, secretary, Role.SECRETARY, Part.ADMINISTRATION, since)
    chief_union, chief_safety = town.staff["Hjemmetjenesten"][1], town.staff["Granli omsorgssenter"][2]
    _sit(town, town.chief, chief_union, Role.UNION_REPRESENTATIVE, Part.UNION, since)
    _sit(town, town.chief, chief_safety, Role.SAFETY_REPRESENTATIVE, "", since)
    _sit(town, town.body, secretary, Role.SECRETARY, Part.ADMINISTRATION, since)
    for office, unit, number in ((OfficeKind.HR, "Økonomi og personal", 3), (OfficeKind.ARCHIVE, "Servicetorget", 3)):
        organisation.appoint(person=town.staff[unit][number], office=office, valid_from=since, actor=town.administrator)
