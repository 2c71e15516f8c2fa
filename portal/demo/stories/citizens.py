"""What citizens and associations propose in Fjellvik's year, one at every stage of the road.

Among them one on paper from somebody without an account, whose answer waits to be posted, one that nobody has screened
yet, one with an exempt attachment, several whose sender is not to be named, one merged with an association's, one that
belonged to another authority and one handed over to the group that has the matter.
"""

import struct
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from allauth.account.models import EmailAddress
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils.datastructures import MultiValueDict

from forum.organisation.enums import Role
from portal.demo.stories.consent import take
from portal.demo.towns import names
from portal.demo.towns.fjellvik_town import PASSWORD
from proposals import screening, services
from proposals.enums import IntakeKind, Origin
from proposals.models import Proposal
from proposals.paper_intake import services as on_paper
from proposals.routing import services as routing_services
from trepart import audit, clock
from trepart.access.models import User
from trepart.workflow import perform, reserve_pk

if TYPE_CHECKING:
    from portal.demo.stories.year import Year

_DOMAIN = "innbygger.example"


@dataclass(frozen=True)
class Idea:
    """One proposal from the public: who, how many days ago, what, and what became of it (``road``)."""

    name: str
    days: int
    road: str
    title: str
    what: str
    why: str
    place: str = ""
    effect: str = ""
    association: str = ""
    show_name: bool = False
    files: tuple[str, ...] = ()
    answer: str = ""
    #: Where an answer by post is sent: it came on paper, from somebody without an account.
    address: str = ""


IDEAS: tuple[Idea, ...] = (
    Idea(
        "Torgeir Myrvold",
        196,
        "completed",
        "Gangfelt mellom skolen og idrettsplassen",
        "Mal et gangfelt og sett opp skilt der ungene krysser veien.",
        "Hundre unger går over her hver ettermiddag, og bilene stopper ikke.",
        "Skoleveien, Sentrum",
        "Ungene kommer trygt over.",
        show_name=True,
        answer="Ja. Vei og park maler gangfeltet og setter opp skilt i løpet av våren.",
    ),
    Idea(
        "Gerd Solbakk",
        128,
        "adopted",
        "Merk turstien til Åsetra",
        "Vi vil merke stien, hvis kommunen skaffer skilt og maling. Dugnaden tar vi selv.",
        "Folk går seg bort i myra, og stien er ikke på kartet.",
        "Åsetra",
        "Flere kommer seg ut.",
        association="Fjellvik turlag",
        answer=(
            "Ja, takk! Fritid og frivillighet skaffer skilt og maling. Dugnaden kommer i tillegg til det kommunen "
            "gjør, og erstatter ingenting."
        ),
    ),
    Idea(
        "Arvid Kleiva",
        121,
        "merged",
        "Skilt på stien til Åsetra",
        "Sett opp skilt på stien.",
        "Jeg har gått meg bort to ganger.",
        "Åsetra",
    ),
    Idea(
        "Bodil Furuset",
        88,
        "declined",
        "Søndagsåpent bibliotek hele året",
        "Ha biblioteket åpent søndager, også om sommeren.",
        "Vi som arbeider på ukedagene, rekker det aldri.",
        answer=(
            "Nei, ikke nå. Vi har ikke folk til vakter hele året. Meråpent bibliotek, der du låser deg inn selv, "
            "er åpent søndager fra 1. september, og det kan du bruke."
        ),
    ),
    Idea(
        "Reidar Tveit",
        74,
        "further",
        "Leksehjelp med pensjonister på biblioteket",
        "La pensjonister hjelpe til med lekser to dager i uka.",
        "Mange av oss har tid, og mange unger trenger noen å spørre.",
        "Biblioteket",
        show_name=True,
        answer="Vi liker det. Biblioteket finner ut av politiattest og vakter før vi bestemmer oss.",
    ),
    Idea(
        "Hanne Vestby",
        52,
        "recommended",
        "Tak over bussholdeplassen ved sykehjemmet",
        "Et leskur med benk ved holdeplassen.",
        "Besøkende og ansatte står i regnet, og flere av dem er gamle.",
        "Fjellvik sykehjem",
        "Flere tar bussen.",
        show_name=True,
    ),
    Idea(
        "Petter Hegna",
        40,
        "elsewhere",
        "Lavere fart på riksveien forbi barnehagen",
        "Sett ned fartsgrensa til 40.",
        "Det kjøres fort, og det er ingen fortau.",
        "Riksveien ved Lia",
        answer="Riksveien er det Statens vegvesen som bestemmer over, så vi kan ikke sette ned farten. "
        "Send forslaget til dem, så tar de det opp. Vi har sagt fra at vi støtter deg.",
    ),
    Idea(
        "Unni Brattli",
        26,
        "exempt",
        "Bedre belysning ved gangveien bak Skogveien",
        "Sett opp fire lykter langs gangveien.",
        "Det er mørkt, og flere er redde for å gå der. Naboen min falt i høst.",
        "Skogveien",
        files=("kart.png", "legeerklæring.png"),
    ),
    Idea(
        "Svanhild Nordeng",
        19,
        "handed_over",
        "Sandkasser langs bakken i Elveveien",
        "Sett ut strøsand før jul.",
        "Bakken er speilblank hver vinter.",
        "Elveveien",
    ),
    Idea(
        "Odd-Arne Lia",
        16,
        "withdrawn",
        "Flytt søppeldunkene på torget",
        "Flytt dem bak rådhuset.",
        "De lukter.",
        "Torget",
    ),
    Idea(
        "Jorunn Eikeland",
        9,
        "begun",
        "Lån ut ski og skøyter gratis",
        "Et utlånslager på biblioteket med ski, skøyter og akebrett.",
        "Ikke alle har råd, og mye står ubrukt i boder.",
        "Biblioteket",
        show_name=True,
        association="Fjellvik frivilligsentral",
    ),
    Idea(
        "Kjersti Aamodt",
        2,
        "new",
        "Benk ved badeplassen på Ørnes",
        "En benk og en søppeldunk ved badeplassen.",
        "De eldre har ingen steder å sitte.",
        "Ørnes",
        files=("skisse.png",),
    ),
    Idea(
        "Gudrun Moheim",
        33,
        "on_paper",
        "Rekkverk ved trappa ned til apoteket",
        "Sett opp rekkverk på begge sider av trappa.",
        "Trappa er bratt og glatt om vinteren. Jeg er 84 år og har ikke datamaskin.",
        "Torget",
        "Flere tør gå dit.",
        answer=(
            "Ja, det gjør vi. Vei og park setter opp rekkverk på begge sider før snøen kommer, og strør trappa "
            "hver morgen fram til da."
        ),
        address="Kirkebakken 12\n3340 Fjellvik",
    ),
)


def plan_citizens(year: "Year") -> None:
    """Put what the public proposes in the calendar, and let it come in to the coordination group."""
    administrator = year.town.administrator
    for origin in (Origin.CITIZEN, Origin.ASSOCIATION, Origin.VILLAGE_COUNCIL, Origin.PART):
        routing_services.set_intake(
            origin=origin, kind=IntakeKind.BODY, body=year.town.coordination, actor=administrator
        )
    for number, idea in enumerate(IDEAS):
        _tell(year, idea, number)


def _tell(year: "Year", idea: Idea, number: int) -> None:
    town = year.town
    secretary = town.seat(town.coordination, Role.SECRETARY)
    first = idea.days - 3

    def later(days: int, name: str, **data: object) -> None:
        year.on(year.moment(days, 12 + number % 3), lambda: take(_fresh(year, idea), name, actor=secretary, data=data))

    if idea.address:
        _on_paper(year, idea, secretary, later)
        return
    year.on(year.moment(idea.days, 17, 5 * number % 60), lambda: _submit(year, idea))
    if idea.road in ("completed", "adopted", "declined", "further", "recommended", "begun", "merged"):
        later(first, "begin", access="public")
    if idea.road in ("completed", "adopted"):
        _adopted(year, idea, later)
    elif idea.road == "declined":
        later(idea.days - 20, "decline", answer=idea.answer)
    elif idea.road == "further":
        later(idea.days - 22, "consider", answer=idea.answer, resumes_on=year.today + timedelta(days=25))
    elif idea.road == "merged":
        year.on(year.moment(idea.days - 5, 14), lambda: _merge(year, idea, secretary))
    elif idea.road == "recommended":
        year.on(year.moment(idea.days - 10, 14), lambda: services.assess(
            _fresh(year, idea), several=False, grant=True, amount=140_000, actor=secretary,
            text="Et leskur koster om lag 140 000 kroner, og det finnes ikke i noe budsjett."))  # fmt: skip
        later(idea.days - 18, "recommend", recommendation="Det settes av 140 000 kroner til leskur ved sykehjemmet.",
              answer="Vi støtter det. Det trenger penger, så partssammensatt utvalg tar stilling til det.")  # fmt: skip
    elif idea.road == "elsewhere":
        later(first, "elsewhere", belongs_to="Statens vegvesen", answer=idea.answer)
    elif idea.road == "exempt":
        year.on(year.moment(first, 12), lambda: _screen(year, idea, secretary))
    elif idea.road == "handed_over":
        later(first, "hand_over", to_body=town.lmus["Vei og park"].pk,
              answer="Strøsand er det Vei og park som har ansvaret for. Vi har sendt forslaget dit.")  # fmt: skip
        year.on(year.moment(first - 2, 15), lambda: perform(
            _fresh(year, idea), "begin", actor=town.leader("Vei og park"), data={"access": "public"}))  # fmt: skip
    elif idea.road == "withdrawn":
        year.on(
            year.moment(first, 19),
            lambda: perform(
                _fresh(year, idea), "withdraw", actor=_fresh(year, idea).proposer, data={"reason": "De er flyttet."}
            ),
        )


def _on_paper(year: "Year", idea: Idea, secretary: User, later: Callable[..., None]) -> None:
    """The secretary enters the sheet two days after it came, posts the receipt, and lets the answer lie until today."""
    year.on(year.moment(idea.days, 11), lambda: _enter(year, idea, secretary))
    year.on(year.moment(idea.days, 14), lambda: _post(year, idea, secretary))
    later(idea.days - 3, "begin", access="public")
    due = year.today + timedelta(days=20)
    later(1, "adopt", answer=idea.answer, responsible=year.town.leader("Vei og park").pk, due_on=due)


def _enter(year: "Year", idea: Idea, secretary: User) -> None:
    data = {
        "received_on": clock.today() - timedelta(days=2), "title": idea.title, "what": idea.what, "why": idea.why,
        "expected_effect": idea.effect, "place": idea.place, "for_association": "no", "association": "",
        "name": idea.name, "address": idea.address, "telephone": "", "language": "nb", "show_name": "",
    }  # fmt: skip
    files = MultiValueDict({"attachments": [_picture("ark-side-1.png"), _picture("ark-side-2.png")]})
    year.by_title[idea.title] = on_paper.enter(actor=secretary, origin=Origin.CITIZEN, data=data, files=files)


def _post(year: "Year", idea: Idea, secretary: User) -> None:
    for letter in _fresh(year, idea).letters.all():
        on_paper.mark_sent(letter, data={"how": "post", "sent_on": clock.today()}, actor=secretary)


def _adopted(year: "Year", idea: Idea, later: Callable[..., None]) -> None:
    leader = year.town.leader("Vei og park" if idea.road == "completed" else "Fritid og frivillighet")
    due = year.today + timedelta(days=-100 if idea.road == "completed" else 60)
    later(idea.days - 25, "adopt", answer=idea.answer, responsible=leader.pk, due_on=due)
    if idea.road == "completed":
        year.on(
            year.moment(110, 14),
            lambda: perform(
                _fresh(year, idea),
                "complete",
                actor=leader,
                data={
                    "carried_out_on": clock.today(),
                    "effect": "Gangfeltet er malt og skiltet. Skolen sier at bilene stopper.",
                },
            ),
        )


def _submit(year: "Year", idea: Idea) -> None:
    data = {
        "title": idea.title,
        "what": idea.what,
        "why": idea.why,
        "expected_effect": idea.effect,
        "place": idea.place,
        "for_association": "yes" if idea.association else "no",
        "association": idea.association,
        "show_name": "on" if idea.show_name else "",
    }
    files = MultiValueDict({"attachments": [_picture(name) for name in idea.files]})
    year.by_title[idea.title] = services.submit(
        proposer=_signed_up(idea.name), data=data, files=files, origin=Origin.CITIZEN
    )


def _signed_up(name: str) -> User:
    """Return the account of somebody who signed up and confirmed the address, as the sign-up pages make it."""
    person = User(pk=reserve_pk(User), email=names.address(name, _DOMAIN), name=name)
    person.set_password(PASSWORD if name == IDEAS[0].name else None)
    with audit.recorded("access.signed_up", actor=None, subject=person):
        person.save(force_insert=True)
    with audit.recorded("access.address_confirmed", actor=person, subject=person):
        EmailAddress.objects.create(user=person, email=person.email, verified=True, primary=True)
    return person


def _screen(year: "Year", idea: Idea, secretary: User) -> None:
    """Take out what concerns somebody else, close the attachment about that, open the rest."""
    proposal = _fresh(year, idea)
    screening.redact(
        proposal,
        actor=secretary,
        data={
            "title": idea.title,
            "what": idea.what,
            "why": "Det er mørkt, og flere er redde for å gå der.",
            "expected_effect": "",
            "reason": "Vi tok ut en setning om en nabos helse. Den er det bare naboen som kan dele.",
        },
    )
    # The second file: nobody but its sender knows what it was called.
    secret = proposal.case.documents.order_by("pk")[1]
    closed = {f"keep_{secret.pk}": "on", f"basis_{secret.pk}": "offl § 13, jf. fvl § 13 første ledd nr. 1"}
    perform(_fresh(year, idea), "begin", actor=secretary, data={"access": "public"} | closed)


def _merge(year: "Year", idea: Idea, secretary: User) -> None:
    target = year.by_title[IDEAS[1].title]
    take(
        _fresh(year, idea),
        "merge",
        actor=secretary,
        data={
            "into": target.case.reference,
            "answer": "Fjellvik turlag har foreslått det samme. Du får det svaret de får.",
        },
    )


def _fresh(year: "Year", idea: Idea) -> Proposal:
    return Proposal.objects.select_related("case").get(pk=year.by_title[idea.title].pk)


def _picture(name: str) -> SimpleUploadedFile:
    """Return a small picture, one colour a name, so that every attachment opens."""
    width, height = 320, 200
    colour = bytes(80 + (sum(name.encode()) * factor) % 160 for factor in (3, 5, 7))
    rows = (b"\0" + colour * width) * height
    parts = (
        (b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)),
        (b"IDAT", zlib.compress(rows)),
        (b"IEND", b""),
    )
    body = b"".join(struct.pack(">I", len(d)) + kind + d + struct.pack(">I", zlib.crc32(kind + d)) for kind, d in parts)
    return SimpleUploadedFile(name, b"\x89PNG\r\n\x1a\n" + body, content_type="image/png")
