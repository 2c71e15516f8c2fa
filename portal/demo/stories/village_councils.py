"""Village councils in Fjellvik's year: what they raise, what they are asked, and their commissions.

There is an opinion in each state, and a commission at each stage; among them the nature kindergarten of the guide,
moved to an invented place.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from allauth.account.models import EmailAddress

from forum.cases.enums import Resolution
from forum.cases.models import HearingRule, Opinion
from forum.cases.services import opinions
from forum.commissions import services as commissions
from forum.commissions.models import Commission
from forum.organisation.enums import BodyKind, LegalBasis, Role
from forum.organisation.models import Body
from forum.organisation.services import bodies as organisation
from forum.organisation.services import memberships
from grendeutvalg import services as councils
from portal.demo.stories.consent import take
from portal.demo.towns import names
from portal.demo.towns.fjellvik import Story
from portal.demo.towns.fjellvik_town import PASSWORD
from proposals import services as proposals
from proposals.enums import Origin
from proposals.models import Proposal
from trepart import audit
from trepart.access.models import User
from trepart.workflow import perform, reserve_pk

if TYPE_CHECKING:
    from portal.demo.stories.year import Year

_DOMAIN = "grend.example"


@dataclass(frozen=True)
class Council:
    """One council: its address, area and people (leader, secretary, members); ``shown`` of them have
    said yes to being named."""

    slug: str
    name: str
    area: str
    about: str
    people: tuple[str, ...]
    places: str
    shown: int = 2
    always: bool = False


COUNCILS: tuple[Council, ...] = (
    Council("asen-grendeutvalg", "Åsen grendeutvalg", "Åsen, Åsetra og Kleiva",
            "Vi holder samfunnshuset åpent, rydder stier og arrangerer Åsendagen i juni. Alle som bor her, er med.",
            ("Målfrid Åsgard", "Terje Kleivland", "Sølvi Myrbakk", "Oddmund Seterlien"), "Åsen\nÅsetra\nKleiva",
            shown=3),
    Council("ornes-grendeutvalg", "Ørnes grendeutvalg", "Ørnes og badeplassen",
            "Vi tar vare på badeplassen og brygga, og inviterer nye naboer på kaffe.",
            ("Torhild Ørnesvik", "Jens Sandbakken", "Alma Nesheim"), "Ørnes", always=True),
    Council("lia-grendeutvalg", "Lia grendeutvalg", "Lia, Bekkefaret og Sørbygda",
            "Vi driver lysløypa på dugnad og passer på at ungene kommer trygt til skolen.",
            ("Vegard Lisether", "Randi Bekkevold", "Amal Hussein"), "Lia\nBekkefaret"),
    Council("elvebakken-grendeutvalg", "Elvebakken grendeutvalg", "Elvebakken og Elveveien",
            "Vi startet i fjor, og vil gjerne ha med flere.",
            ("Sigbjørn Elvestad", "Kaja Flaten", "Piotr Nowak"), "Elvebakken\nElveveien", shown=1),
    Council("sorbygda-grendeutvalg", "Sørbygda grendeutvalg", "Sørbygda",
            "Grendehus, juletrefest og en postkasse for gode ideer.",
            ("Hallgeir Sørlie", "Berit Tunby", "Lise Grønvold"), "Sørbygda"),
    Council("sentrum-byutvalg", "Sentrum byutvalg", "Sentrum, torget og Skogveien",
            "Vi taler for dem som bor midt i byen: lys, benker, grønne flekker og et torg å møtes på.",
            ("Ingebjørg Torgersen", "Samir Aziz", "Frode Bystøl", "Nora Kvam"),
            "Sentrum\nTorget\nSkogveien\nBiblioteket"),
)  # fmt: skip


def plan_councils(year: "Year") -> None:
    """Put the councils, what they say and what is asked of them in the calendar."""
    year.on(year.moment(372, 8), lambda: _set_up(year))
    _raise(year)
    _opinions(year)
    _commissions(year)


# The councils themselves ----------------------------------------------------------------------------------------------


def _set_up(year: "Year") -> None:
    town = year.town
    for number, council in enumerate(COUNCILS):
        people = [_person(name, known=number in (0, 5) and place < 2) for place, name in enumerate(council.people)]
        with organisation.in_bulk():
            body = organisation.add_body(
                name=council.name, slug=council.slug, kind=BodyKind.GRENDEUTVALG, legal_basis=LegalBasis.ASSOCIATION,
                actor=town.administrator,
                mandate=("Uavhengig og upolitisk forening for dem som bor her. Det vi gjør, kommer i tillegg til "
                         "det kommunen gjør, og erstatter ingenting."),
            )  # fmt: skip
            roles = (Role.LEADER, Role.SECRETARY, *[Role.MEMBER] * (len(people) - 2))
            places = [
                memberships.start_membership(person=person, body=body, role=role, actor=town.administrator)
                for person, role in zip(people, roles, strict=True)
            ]
        body = organisation.activate_body(body, actor=town.administrator)
        words = {
            "area": council.area, "about": council.about, "email": f"{council.slug}@{_DOMAIN}", "phone": "",
            "meeting_place": "Samfunnshuset",
        }  # fmt: skip
        councils.change_profile(body, words=words, actor=people[0])
        for place, person in list(zip(places, people, strict=True))[: council.shown]:
            councils.show_member(place, shown=True, actor=person)
        rule = HearingRule(asker=town.coordination, asked=body, places=council.places, always=council.always, days=21)
        opinions.set_hearing_rule(rule, actor=town.administrator)


def _person(name: str, *, known: bool) -> User:
    person = User(pk=reserve_pk(User), email=names.address(name, _DOMAIN), name=name)
    person.set_password(PASSWORD if known else None)
    with audit.recorded("access.signed_up", actor=None, subject=person):
        person.save(force_insert=True)
    with audit.recorded("access.address_confirmed", actor=person, subject=person):
        EmailAddress.objects.create(user=person, email=person.email, verified=True, primary=True)
    return person


def _body(slug: str) -> Body:
    return Body.objects.get(slug=slug)


def _leader(body: Body) -> User:
    return body.memberships.get(role=Role.LEADER).person


# What they raise ------------------------------------------------------------------------------------------------------

_LIGHTS = "Lys i den nederste delen av lysløypa"
_BOARD = "Oppslagstavle på torget"


def _raise(year: "Year") -> None:
    secretary = year.town.seat(year.town.coordination, Role.SECRETARY)
    texts = (
        ("lia-grendeutvalg", _LIGHTS, "Tre master mangler lys. Vi skifter lampene på dugnad hvis kommunen kjøper dem.",
         "Ungene går der hjem fra trening, og den er mørk fra klokka fire.", "Lia", 140),
        (
            "sentrum-byutvalg", _BOARD, "En tavle der lag og naboer kan henge opp det som skjer.",
            "Ikke alle er på nett.", "Torget", 33,
        ),
    )  # fmt: skip
    for slug, title, what, why, place, days in texts:
        data = {"title": title, "what": what, "why": why, "expected_effect": "", "place": place, "show_name": "on"}

        def submit(slug: str = slug, title: str = title, data: dict[str, str] = data) -> None:
            body = _body(slug)
            year.by_title[title] = proposals.submit(
                proposer=_leader(body), data=data, origin=Origin.VILLAGE_COUNCIL, on_behalf_of=body
            )

        year.on(year.moment(days, 18), submit)
        # The title is bound now.
        year.on(year.moment(days - 3, 11), lambda t=title: _do(year, t, "begin", secretary, access="public"))  # type: ignore[misc]
    year.on(
        year.moment(120, 13),
        lambda: _do(
            year,
            _LIGHTS,
            "adopt",
            secretary,
            answer="Ja. Vi kjøper lampene, og dere henger dem opp. Takk for at dere tar i!",
            responsible=year.town.leader("Fritid og frivillighet").pk,
            due_on=year.today + timedelta(days=-60),
        ),
    )
    year.on(year.moment(65, 14), lambda: _do(
        year, _LIGHTS, "complete", year.town.leader("Fritid og frivillighet"), carried_out_on=year.moment(66).date(),
        effect="Løypa er lys hele veien. Lampene ble hengt opp av fjorten naboer på en kveld."))  # fmt: skip


def _proposal(year: "Year", title: str) -> Proposal:
    return Proposal.objects.select_related("case").get(pk=year.by_title[title].pk)


def _do(year: "Year", title: str, name: str, actor: User, **data: object) -> None:
    take(_proposal(year, title), name, actor=actor, data=data)


# What they are asked --------------------------------------------------------------------------------------------------

_TRAIL, _LIBRARY = "Merk turstien til Åsetra", "Søndagsåpent bibliotek hele året"
_CROSSING, _HOMEWORK = "Gangfelt mellom skolen og idrettsplassen", "Leksehjelp med pensjonister på biblioteket"
_SKIS = "Lån ut ski og skøyter gratis"


def _opinions(year: "Year") -> None:
    secretary = year.town.seat(year.town.coordination, Role.SECRETARY)
    asked: dict[tuple[str, str], Opinion] = {}

    def ask(title: str, slug: str, days: int, *, within: int = 21) -> None:
        def deed() -> None:
            data = {
                "to": f"body-{_body(slug).pk}", "due_on": year.moment(days - within).date().isoformat(),
                "question": "Hva mener dere om dette? Hva bør vi vite om stedet før vi bestemmer oss?",
            }  # fmt: skip
            asked[title, slug] = opinions.ask(_proposal(year, title).case, data=data, actor=secretary)

        year.on(year.moment(days, 13, 30), deed)

    def then(title: str, slug: str, days: int, name: str, *, by_asker: bool = False, **data: object) -> None:
        year.on(year.moment(days, 19), lambda: perform(
            Opinion.objects.get(pk=asked[title, slug].pk), name, actor=secretary if by_asker else _leader(_body(slug)),
            data=data))  # fmt: skip

    ask(_TRAIL, "asen-grendeutvalg", 124)
    then(_TRAIL, "asen-grendeutvalg", 115, "answer",
         answer=("Vi støtter turlaget. Legg stien øst for myra, så slipper dere å klopplegge. Vi stiller med ti "
                 "personer en lørdag i mai."))  # fmt: skip
    ask(_LIBRARY, "sentrum-byutvalg", 84)
    then(
        _LIBRARY,
        "sentrum-byutvalg",
        78,
        "decline",
        reason="Biblioteket er for hele kommunen. Dette bør ikke vi mene noe om alene.",
    )
    ask(_CROSSING, "sentrum-byutvalg", 190, within=16)
    ask(_HOMEWORK, "sentrum-byutvalg", 70)
    then(
        _HOMEWORK,
        "sentrum-byutvalg",
        66,
        "withdraw",
        by_asker=True,
        reason="Vi spør heller når biblioteket har regnet på det.",
    )
    ask(_HOMEWORK, "sentrum-byutvalg", 40, within=22)
    ask(_SKIS, "sentrum-byutvalg", 5)


# Commissions from above -----------------------------------------------------------------------------------------------


def _commissions(year: "Year") -> None:
    town = year.town
    committee, secretary = town.committee, town.seat(town.committee, Role.SECRETARY)
    given: dict[str, Commission] = {}

    def give(days: int, title: str, to: Callable[[], Body], what: str, due: int, **more: object) -> None:
        def deed() -> None:
            data = {
                "by": "body", "title": title, "wanted": what, "to": f"body-{to().pk}", "report_to": committee.pk,
                "access": "public",
                "due_on": (year.moment(due) if due > 0 else year.moment(0) - timedelta(days=due)).date().isoformat(),
                **more,
            }  # fmt: skip
            given[title] = commissions.give(committee, data=data, actor=secretary)

        year.on(year.moment(days, 14), deed)

    def then(days: int, title: str, name: str, actor: Callable[[], User], **data: object) -> None:
        year.on(year.moment(days, 12), lambda: perform(
            Commission.objects.get(pk=given[title].pk), name, actor=actor(), data=data))  # fmt: skip

    def lmu(unit: str) -> Callable[[], Body]:
        return lambda: town.lmus[unit]

    def leader(unit: str) -> Callable[[], User]:
        return lambda: town.leader(unit)

    nature = "Naturbarnehage på Åsetra"
    give(290, nature, lmu("Lia barnehage"),
         "Kommunestyret vil vite om vi kan drive barnehage ute i naturen i stedet for å bygge nytt. "
         "Finn ut hva barna, de ansatte og foreldrene vinner og taper på det.", 160, by="council",
         council_decision="Kommunestyret sak 14, om barnehagestrukturen")  # fmt: skip
    then(
        285,
        nature,
        "accept",
        leader("Lia barnehage"),
        plan="Vi prøver med én gruppe på Åsetra i to måneder og spør foreldrene underveis.",
    )
    then(
        170,
        nature,
        "report",
        leader("Lia barnehage"),
        report="Seksten barn har vært på Åsetra hver dag i to måneder. De sover bedre og krangler mindre. "
        "Lavvo og utedo er nok det første året. Vi anbefaler fast naturgruppe fra høsten, og sparer et påbygg.",
    )

    def intend() -> None:
        words = (
            "Utvalget tar rapporten til orientering, og takker for godt arbeid. Kommunedirektøren avgjør om "
            "naturgruppa blir fast."
        )
        story = Story("Lia barnehage", 290, "commission", nature, "", "", answer=words)
        year.intentions[committee.pk, given[nature].case_id] = (Resolution.NOTED, story)

    year.on(year.moment(169, 12), intend)

    fleet = "Færre småbiler i kommunen"
    give(
        95, fleet, lmu("Hjemmetjenesten sør"), "Finn ut om bilene kan deles mellom tjenestene, og hva det sparer.", -20
    )
    then(
        92,
        fleet,
        "pass_on",
        leader("Hjemmetjenesten sør"),
        to=_key(town.lmus["Bygg og eiendom"]),
        reason="Bilavtalene ligger hos Bygg og eiendom.",
    )
    then(88, fleet, "accept", leader("Bygg og eiendom"), plan="Vi logger bruken av alle biler i fire uker.")

    meals = "Ett kjøkken for begge sykehjemmene"
    give(45, meals, lmu("Åsen sykehjem"), "Regn på ett felles kjøkken, med maten laget der folk bor.", -30)
    then(
        20,
        meals,
        "send_back",
        leader("Åsen sykehjem"),
        reason=(
            "Dette gjelder begge husene. Vi kan ikke regne på Fjellvik sykehjem alene, og foreslår at "
            "koordineringsgruppa leder arbeidet."
        ),
    )

    snow = "Brøyting rundt skolene før klokka sju"
    give(80, snow, lmu("Vei og park"), "Se om rutene kan legges om, slik at skoleveiene er brøytet før ungene går.", 12)
    then(76, snow, "accept", leader("Vei og park"), plan="Vi kjører de nye rutene på papir først.")
    then(
        15,
        snow,
        "report",
        leader("Vei og park"),
        report=(
            "Det går uten flere folk, hvis vi tar industriområdet etter skolene. Sjåførene har vært med på å tegne "
            "rutene."
        ),
    )

    welcome = "Velkomst for nye innbyggere"
    give(8, welcome, lambda: _body("asen-grendeutvalg"),
         "Lag et forslag til hvordan nye innbyggere kan bli tatt imot i grenda. "
         "Det kommer i tillegg til det kommunen gjør, og erstatter ingenting.", -45)  # fmt: skip


def _key(body: Body) -> str:
    return f"body-{body.pk}"
