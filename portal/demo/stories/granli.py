"""What is proposed in Granli kommune, organised as Lunner is: three equal parts, no LMUs.

What its people propose in a year: each says in which unit it arose, how many days ago, and the road it took. The
turning of every stone to save money is among them, moved to an invented place.
"""

from dataclasses import dataclass

SECTORS: dict[str, tuple[str, ...]] = {
    "Oppvekst og læring": (
        "Granli skole",
        "Vassbygda skole",
        "Granlund barnehage",
        "Brekka barnehage",
        "Familiens hus",
    ),
    "Helse og mestring": ("Granli omsorgssenter", "Hjemmetjenesten", "Bo og aktivitet", "Nav Granli"),
    "Samfunn og teknikk": ("Vei, vann og avløp", "Bygg og renhold", "Kultur og bibliotek"),
    "Fellestjenester": ("Økonomi og personal", "Servicetorget"),
}

PARTIES = (("Arbeiderpartiet", "Ap"), ("Senterpartiet", "Sp"), ("Høyre", "H"))

BODY = "Trepartssamarbeidsorganet"
CHIEF = "Kommunedirektørens saksutvalg"

MANDATE = (
    "Trepartssamarbeid er metoden for endring og utvikling i Granli, slått fast i avtale om trepartssamarbeid. Organet "
    "har tre medlemmer fra hver part og er likeverdig sammensatt. Det erstatter administrasjonsutvalget og "
    "kommuneplanutvalget, møtes fire til seks ganger i året for åpne dører, og sitter i valgperioden. Organet "
    "anbefaler, og rokker ikke ved det kommunestyret og kommunedirektøren har å avgjøre. En part legger sine saker "
    "rett fram for organet, og det tre av de ni krever, kommer på sakslista. Det erstatter ikke drøftingene etter "
    "hovedavtalen."
)
EVIDENCE = (
    "Avstemning blant de ansatte i oktober, gjennomført av fagforeningene sammen: 412 av 497 ansatte svarte, og 391 av "
    "dem (79 prosent av alle ansatte) vil ha denne ordningen. Protokollen ligger i sak 25/14."
)


#: What one part puts straight to the body, for its coming meeting.
OF_A_PART: dict[str, str] = {
    "title": "Felles opplæring når nye folkevalgte og tillitsvalgte kommer til",
    "what": "Hold opplæringen samlet for nye folkevalgte, ledere og tillitsvalgte, hver høst.",
    "why": "Vi møtes i organet uten å ha lært det samme om hva det kan gjøre.",
    "expected_effect": "Alle kjenner rollene fra første møte.",
}


#: What all three of that part demand together, for the same meeting.
DEMANDED: dict[str, str] = {
    "title": "Bruken av vikarbyrå i helse og mestring",
    "why": "Vi vil at de tre partene ser tallene sammen før neste avtale inngås.",
}


@dataclass(frozen=True)
class Tale:
    """One proposal and its road. ``days`` is how long ago it was sent in; ``road`` names the
    script in `granli_year.py`."""

    unit: str
    days: int
    road: str
    title: str
    what: str
    why: str
    effect: str = ""
    grant: int = 0
    several: bool = False
    users: bool = False
    show_name: bool = False
    answer: str = ""
    recommendation: str = ""
    result: str = ""
    saved: int | None = None
    citizen: str = ""


TALES: tuple[Tale, ...] = (
    Tale(
        "Økonomi og personal",
        345,
        "body_completed",
        "Snu hver stein sammen: felles gjennomgang før budsjettet",
        (
            "La ansatte, tillitsvalgte og politikere gå gjennom tjenestene sammen og foreslå hvor vi kan spare, "
            "før budsjettet lages."
        ),
        "Vi må ned med seks millioner. De som gjør jobben, vet hvor kuttene smerter minst.",
        "Kutt som henger sammen, og færre omkamper.",
        several=True,
        grant=90_000,
        show_name=True,
        recommendation=(
            "Gjennomgangen gjøres i alle enheter innen 1. juni. Det settes av 90 000 kr til frikjøp av tillitsvalgte."
        ),
        answer=(
            "Ja. Alle enheter går gjennom tjenestene sine sammen med tillitsvalgte før sommeren, og partene får "
            "det samme tallgrunnlaget."
        ),
        result=(
            "61 forslag fra enhetene. De fleste årsverkene er tatt ut ved naturlig avgang, og partene står sammen "
            "bak lista."
        ),
        saved=5_900_000,
    ),
    Tale(
        "Hjemmetjenesten",
        300,
        "leader_completed",
        "Færre skjema når noen får hjelp første gang",
        "Vi fyller ut det samme tre ganger. Slå sammen skjemaene til ett.",
        "En halv arbeidsdag går med for hver ny bruker.",
        "Mer tid hos folk.",
        show_name=True,
        answer="Dette gjør vi. Gruppa som har tegnet opp arbeidsgangen, lager det nye skjemaet.",
        result="Ett skjema i stedet for tre. Hjelpen kommer i gang to dager tidligere.",
    ),
    Tale(
        "Granli skole",
        262,
        "body_adopted",
        "Felles kursdager i medarbeiderskap for ansatte og politikere",
        "Hold kurset i medarbeiderskap samlet for ansatte og politikere, ikke hver for oss.",
        "Vi snakker om det samme, men aldri med hverandre.",
        "Vi forstår rollene til hverandre bedre.",
        several=True,
        grant=140_000,
        recommendation="Kurset holdes samlet fra høsten. Det settes av 140 000 kr til lokaler og vikarer.",
        answer="Ja. Fra høsten holdes kurset samlet, tre dager, for ansatte og politikere om hverandre.",
    ),
    Tale(
        "Vassbygda skole",
        205,
        "chief_adopted",
        "Bytte vikarer mellom skolene",
        "Én vikarliste for begge skolene, med felles opplæring.",
        "Vi ringer de samme folkene og overbyr hverandre.",
        "Kjente voksne for elevene.",
        several=True,
        users=True,
        answer="Vi lager én liste fra nyttår. Rektorene har ansvaret sammen, og opplæringen er felles.",
    ),
    Tale(
        "Brekka barnehage",
        180,
        "leader_declined",
        "Stenge barnehagen klokka 16 på fredager",
        "Stenge en time tidligere på fredager.",
        "Det er nesten ingen barn igjen.",
        "Færre sene vakter.",
        users=True,
        answer=(
            "Nei. Fem familier trenger den siste timen, og vi har lovet dem den. Vi har heller satt fredagsvakta "
            "på omgang, slik at ingen har den mer enn én gang i måneden."
        ),
    ),
    Tale(
        "Bygg og renhold",
        150,
        "body_declined",
        "Egen kantinedrift på rådhuset",
        "La renholdet drive kantina i stedet for firmaet.",
        "Vi er der uansett, og folk savner varm mat.",
        "Bedre mat og en hel stilling.",
        grant=260_000,
        several=True,
        recommendation="Kantinedriften tas over av kommunen fra neste år. Det settes av 260 000 kr til utstyr.",
        answer=(
            "Organet ser at stillingen ville blitt bedre, men avtalen med firmaet løper i to år til, og det er "
            "dyrt å gå ut av den. Vi tar det opp igjen når avtalen går ut."
        ),
    ),
    Tale(
        "Kultur og bibliotek",
        120,
        "chief_considered",
        "Åpne biblioteket på kvelden uten betjening",
        "La folk låse seg inn selv til klokka 22.",
        "Mange studerer på kveldstid, og bygget er varmt uansett.",
        "Flere bruker biblioteket.",
        several=True,
        users=True,
        answer=(
            "Vi vil gjerne. Bygg og renhold må finne ut av alarm og nøkler først, og vi tar det opp igjen når "
            "prisen er klar."
        ),
    ),
    Tale(
        "Bo og aktivitet",
        96,
        "body_council",
        "Bygge om sykehjemsfløya til omsorgsboliger",
        "Bygg om den tomme fløya i stedet for å leie på Hagen.",
        "Vi betaler husleie for rom vi har selv.",
        "Beboerne slipper å flytte to ganger.",
        grant=2_400_000,
        several=True,
        users=True,
        show_name=True,
        recommendation=(
            "Organet anbefaler at fløya bygges om. Saken sendes kommunestyret, siden den krever en investering."
        ),
        answer="Organet støtter forslaget og sender saken til kommunestyret.",
    ),
    Tale(
        "Vei, vann og avløp",
        54,
        "body_next",
        "Brøyte gangveiene før bilveiene",
        "Snu rekkefølgen når det snør om natta.",
        "Ungene går i veibanen til klokka åtte.",
        "Trygg skolevei.",
        several=True,
        grant=60_000,
        users=True,
        recommendation="Gangveiene brøytes først fra denne vinteren. Det settes av 60 000 kr til et ekstra skjær.",
    ),
    Tale(
        "Granli omsorgssenter",
        60,
        "leader_completed",
        "Frokost når beboeren våkner",
        "Server frokost fra sju til ti i stedet for klokka åtte.",
        "Vi vekker folk som heller vil sove.",
        "Roligere morgener.",
        users=True,
        show_name=True,
        answer="Vi prøver i to måneder på begge avdelinger.",
        result="Færre urolige morgener, og ingen trenger mer bemanning. Vi fortsetter.",
    ),
    Tale(
        "Familiens hus",
        40,
        "chief_queue",
        "Ett venterom for hele huset",
        "Slå sammen venterommene til helsestasjonen og barnevernet.",
        "Det ene er fullt og det andre tomt.",
        "Plass til et samtalerom til.",
        several=True,
    ),
    Tale(
        "Granlund barnehage",
        33,
        "withdrawn",
        "Bytte leverandør av bleier",
        "Bytte til en billigere leverandør.",
        "De lekker.",
        "Mindre søl.",
    ),
    Tale(
        "Nav Granli",
        16,
        "begun",
        "Drop-in en ettermiddag i uka",
        "La folk komme uten avtale på onsdager.",
        "Avtaler glemmes, og køen på telefonen er lang.",
        "Raskere hjelp.",
        users=True,
    ),
    Tale(
        "Servicetorget",
        5,
        "new",
        "Svar på de ti vanligste spørsmålene på nettsida",
        "Legg svarene der folk leter først.",
        "Vi svarer på det samme hele dagen.",
        "Kortere kø.",
    ),
    Tale(
        "",
        70,
        "citizen_adopted",
        "Sykkelstativ med tak ved stasjonen",
        "Sett opp tak over sykkelstativet.",
        "Setene er våte, og folk kjører heller bil.",
        "Flere sykler til toget.",
        citizen="Ragna Stubberud",
        show_name=True,
        answer="Ja. Vei, vann og avløp setter opp tak før sommeren, av det de har på lager.",
    ),
    Tale(
        "",
        12,
        "citizen_new",
        "Lys i lysløypa til klokka 23",
        "La lyset stå på en time lenger.",
        "Mange kommer seg ikke ut før ni.",
        citizen="Oddleif Granerud",
    ),
)

#: What the body is besides itself (the guide on Lunner): by a short word, its name and what it rests on.
FUNCTIONS: dict[str, tuple[str, str]] = {
    "PLAN": ("Kommuneplanutvalg", "Vedtak i kommunestyret, sak 24/61"),
    "SAMARBEID": ("Samarbeidsorgan", "Avtale om trepartssamarbeid"),
    "IA": ("Styringsgruppe for IA-avtalen", "IA-avtalen"),
    "SOBK": ("Styringsgruppe for SOBK", "Saman om ein betre kommune"),
    "LEAN": ("Styringsgruppe for Lea’n", "Vedtak i organet, sak PS 4/25"),
    "OMSTILLING": ("Omstillingsorgan", "Avtale om omstilling mellom partene"),
}

#: What the body itself takes up: (days ago of the meeting, under which of its functions, title, what it came to).
OWN_ITEMS: tuple[tuple[int, str, str, str], ...] = (
    (
        330,
        "IA",
        "Mål for nærværet det neste året",
        "Målet settes til 93,5 prosent. Hver enhet velger to tiltak sammen med de tillitsvalgte.",
    ),
    (
        260,
        "PLAN",
        "Kommunedelplan for organisasjonen: oppstart",
        "Arbeidet settes i gang. Partene møter med de samme personene gjennom hele arbeidet.",
    ),
    (
        180,
        "LEAN",
        "Lea’n i hjemmetjenesten: hva vi lærte",
        "Erfaringene deles med alle enheter. Lea’n brukes til forenkling, ikke til å spare penger.",
    ),
    (
        110,
        "OMSTILLING",
        "Omstilling i Samfunn og teknikk: slik går vi fram",
        "Stillingsbanken brukes. Ingen sies opp før alt annet høvelig arbeid er prøvd.",
    ),
    (
        40,
        "SAMARBEID",
        "Avtalen om trepartssamarbeid: gjennomgang etter ett år",
        "Avtalen står. Partene forplikter seg til å prioritere oppmøtet.",
    ),
)
