"""Fjellvik kommune, organised as Øvre Eiker is: its units, and what its people propose in a year.

Each proposal says in which unit it arose, how many days ago, and the road it took. The stories of the guide are among
them (roads and parks; the nature kindergarten), moved to invented places.
"""

from dataclasses import dataclass

SECTORS: dict[str, tuple[str, ...]] = {
    "Oppvekst": (
        "Nordli skole", "Elvebakken skole", "Sentrum skole", "Fossen skole", "Haugerud ungdomsskole",
        "Voksenopplæringen", "Lia barnehage", "Tyttebærtua barnehage", "Bekkefaret barnehage", "Sørbygda barnehage",
        "Solhaug barnehage", "Pedagogisk-psykologisk tjeneste", "Barnevernstjenesten", "Helsestasjonen",
    ),
    "Helse og omsorg": (
        "Fjellvik sykehjem", "Åsen sykehjem", "Hjemmetjenesten nord", "Hjemmetjenesten sør", "Bofellesskapet Skogveien",
        "Bofellesskapet Elvely", "Dagsenteret", "Rehabilitering og mestring", "Legekontoret", "Psykisk helse og rus",
        "Tildelingskontoret", "Nav Fjellvik",
    ),
    "Teknisk": ("Vei og park", "Vann og avløp", "Bygg og eiendom", "Renhold", "Brann og redning", "Plan og byggesak"),
    "Kultur og samfunn": ("Biblioteket", "Kulturskolen", "Fritid og frivillighet", "Landbrukskontoret"),
    "Stab": ("Økonomi", "Personal og organisasjon", "Innbyggertorget", "IKT og digitalisering"),
}  # fmt: skip

PARTIES = (
    ("Senterpartiet", "Sp"),
    ("Arbeiderpartiet", "Ap"),
    ("Høyre", "H"),
    ("Sosialistisk Venstreparti", "SV"),
    ("Venstre", "V"),
)


@dataclass(frozen=True)
class Story:
    """One proposal and its road. ``days`` is how long ago it was sent in; ``road`` names the script in `life.py`."""

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
    result: str = ""
    saved: int | None = None
    absence: str = ""
    #: What the responsible tells while it is carried out.
    progress: str = ""


STORIES: tuple[Story, ...] = (
    Story("Nordli skole", 96, "committee_called", "Felles vaktmester for tre skoler",
          ("Nordli, Elvebakken og Sentrum skole leier inn vaktmester hver for seg. Vi foreslår én felles stilling "
           "som går mellom skolene."),
          "Små feil blir liggende i ukevis fordi innleien er dyr og må samles opp.",
          "Feil rettes samme dag, og vi slutter å leie inn.",
          grant=180_000, several=True, show_name=True,
          answer=("Det opprettes én felles vaktmesterstilling for Nordli, Elvebakken og Sentrum skole. 180 000 kr "
                  "dekkes av trepartspotten.")),
    Story("Vei og park", 330, "committee_completed", "Veie oppgavene mot hverandre i stedet for å kutte likt",
          ("Vi som brøyter, klipper og reparerer, vil gå gjennom alle oppgavene våre og vekte dem: Hva kan vi "
           "slutte med, hva kan gjøres enklere, og hva må bli bedre?"),
          "Vi har fått pålegg om å kutte flere ganger uten å lykkes. Kuttene treffer tilfeldig når de kommer ovenfra.",
          "Lavere kostnader uten at folk merker det der det svir mest.",
          grant=120_000, several=True, show_name=True,
          answer=("Vei og park gjennomfører prosjektet med ekstern faglig bistand. Oppgavene vektes mot ønsket "
                  "standard, og ansatte er bredt representert."),
          result=("Noen oppgaver er kuttet ut, noen er satt ned og på andre har vi økt innsatsen. De ansatte står "
                  "bak hele lista."),
          saved=640_000, absence="-0.8",
          progress="Gruppa er i gang. Halvparten av oppgavene er vektet."),
    Story("Lia barnehage", 300, "lmu_completed", "Uteområdet som klasserom: ny sti til gapahuken",
          "Vi vil rydde den gamle stien til gapahuken og bruke skogen som fast base for fireåringene to dager i uka.",
          "Naturen er det beste lekestedet vi har, men i dag kommer vi oss ikke dit med vogn og rullestol.",
          "Mer ro, mer lek og mindre støy inne.",
          users=True, show_name=True,
          answer="Dette gjør vi. Foreldrene stiller på dugnad, og stien er klar før sommeren.",
          result=("Barna er ute to hele dager i uka. Vi har færre konflikter og lavere støynivå, og foreldrene spør "
                  "om å bli med."),
          absence="-1.2", progress="Stien er ryddet fram til bekken. Brua mangler."),
    Story("Fjellvik sykehjem", 210, "coord_further", "Felles vikarordning på tvers av sykehjemmene",
          "La Fjellvik og Åsen sykehjem dele én liste med faste vikarer som kjenner begge husene.",
          "Vi bruker timer hver uke på å ringe etter folk, og byråvikarene kjenner ikke beboerne.",
          "Kjente ansikter for beboerne og mindre overtid.", several=True,
          users=True,
          answer="Vi er enige om målet, men må avklare turnus og reisetid med tillitsvalgte på begge husene først."),
    Story("Renhold", 120, "lmu_completed", "Faste makkerpar i renholdet",
          "Vi går to og to på de store byggene i stedet for alene hver for oss.",
          "Det er tungt å være alene, og vi rekker ikke å hjelpe hverandre med maskinene.",
          "Mindre belastning og bedre kvalitet.",
          answer="Prøves fra neste måned på rådhuset og ungdomsskolen.",
          result="Egenmeldingene har gått ned, og ingen vil tilbake til å gå alene.", absence="-2.1", show_name=True,
          progress="Parene er satt opp på rådhuset. Ungdomsskolen kommer etter."),
    Story("Hjemmetjenesten nord", 75, "committee_queue", "El-sykler til korte hjemmebesøk",
          "Vi kjøper fem el-sykler til besøkene i sentrum.",
          "Vi bruker mer tid på å lete etter parkering enn på å kjøre.",
          "Mer tid hos brukerne og lavere utgifter til bil.", grant=150_000, several=True,
          answer="Det kjøpes inn fem el-sykler til hjemmetjenesten, og 150 000 kr dekkes av trepartspotten."),
    Story("Hjemmetjenesten sør", 260, "committee_adopted", "Nøkkelbokser i stedet for nøkkelskap",
          "Digitale nøkkelbokser hos dem som får hjemmehjelp, slik at vi slipper å hente nøkler på kontoret.",
          "Om natta kjører vi opptil tre kvarter for å hente en nøkkel.", "Raskere hjelp når noen trykker på alarmen.",
          grant=280_000, several=True, users=True,
          answer="Det innføres digitale nøkkelbokser i hele hjemmetjenesten."),
    Story("Biblioteket", 40, "lmu_done", "Utlån av verktøy og turutstyr",
          "Vi låner ut drill, stikksag, telt og ski på samme kort som bøkene.",
          "Folk spør. Det meste har vi fått av lag og foreninger.",
          "Flere får være med, og færre ting blir kjøpt for å brukes én gang.", show_name=True,
          answer="Fint forslag! Vi ryddet en hylle samme uke, og utlånet er i gang.",
          result="Over hundre utlån den første måneden."),
    Story("Kulturskolen", 6, "new", "Øvingsrom som kan bestilles på kvelden",
          "La elevene bestille øvingsrommene på nett etter klokka 18.",
          "Rommene står tomme, og mange har ikke plass til piano hjemme.", "Mer øving, færre naboklager."),
    Story("Sentrum skole", 14, "lmu_provisional", "Gå-buss fra Furulia",
          "To voksne går fast rute med de yngste fra Furulia hver morgen.",
          "Trafikken utenfor skolen er farlig mellom åtte og kvart over.", "Færre biler og roligere morgener.",
          users=True),
    Story("Elvebakken skole", 52, "overdue", "Leksehjelp i biblioteket to ettermiddager i uka",
          "Vi flytter leksehjelpen til skolebiblioteket og lar eldre elever hjelpe yngre.",
          "Klasserommet er for bråkete etter skoletid.", "Flere kommer, og flere får gjort leksene.", users=True),
    Story("Fossen skole", 150, "lmu_declined", "Slutte med skriftlige ukeplaner", "Vi legger bare ukeplanen på nett.",
          "Utskriftene blir liggende i sekken.", "Mindre papir.",
          answer=("Foreldregruppa vår har bedt om papirplan, og flere familier har ikke nett hjemme. Derfor "
                  "beholder vi den. Vi skriver ut på resirkulert papir og halverer opplaget.")),
    Story("Haugerud ungdomsskole", 190, "coord_adopted", "Felles avtale om svømmehall for alle skolene",
          "En felles timeplan for svømmehallen, satt av skolene sammen.",
          "Vi booker oppå hverandre, og noen klasser får nesten ikke svømme.",
          "Alle tiendeklassinger er svømmedyktige.", several=True,
          answer="Skolene setter opp felles timeplan fra nyttår. Haugerud tar ansvaret for å samle ønskene."),
    Story("Voksenopplæringen", 33, "withdrawn", "Egen språkkafé på kveldstid", ("Vi åpner kantina for språkkafé "
                                                                                "onsdager."),
    "Elevene våre mangler steder å snakke norsk.", "Bedre norsk, flere venner."),
    Story("Tyttebærtua barnehage", 110, "lmu_adopted", "Vogner som tåler vinteren",
          "Bytte ut seks barnevogner med modeller som har store hjul, etter hvert som de gamle ryker.",
          "Vi kommer oss ikke ut når det er snø.", "Ute hver dag, hele året.",
          answer="Vi bytter to vogner nå og resten etter planen.", users=True),
    Story("Bekkefaret barnehage", 85, "disagree", "Åpne barnehagen en halvtime tidligere",
          "Åpne klokka 06.30 i stedet for 07.00.",
          "Foreldre som jobber på sykehjemmet, rekker ikke morgenvakta.", "Lettere hverdag for dem som går turnus.",
          users=True),
    Story("Sørbygda barnehage", 60, "lmu_further", "Matlaging med barna hver fredag",
          "Barna lager lunsj selv hver fredag, i grupper på seks.",
          "De spiser mer når de har laget maten selv.", "Matglede og mestring.", users=True,
          answer=("Vi liker forslaget. Kjøkkenet må godkjennes av Mattilsynet først, og det får vi svar på etter "
                  "nyttår.")),
    Story("Solhaug barnehage", 24, "passed_on", "Lys på gangveien til skolen", ("Gangveien mellom barnehagen og "
                                                                                "skolen trenger lys."),
    "Det er helt mørkt når vi går til gymsalen om vinteren.", "Trygg vei for barn og voksne."),
    Story("Pedagogisk-psykologisk tjeneste", 140, "coord_declined", "Felles venterom med Helsestasjonen",
          "Slå sammen venterommene våre og bruk det ledige rommet til samtaler.",
          "Vi mangler samtalerom.", "Kortere ventetid.", several=True,
          answer=("Helsestasjonen har smittehensyn som gjør at rommene ikke kan deles. Koordineringsgruppa har i "
                  "stedet bedt Bygg og eiendom finne et samtalerom i andre etasje.")),
    Story("Barnevernstjenesten", 160, "lmu_completed", "Møtefri onsdag",
          "Onsdager er det ingen interne møter, bare tid til familiene.",
          "Kalenderen er full av møter med hverandre.", "Mer tid ute hos familiene.",
          answer="Vi prøver fra neste måned og evaluerer etter et halvt år.",
          result="Vi har fått 40 flere hjemmebesøk på et halvår.", absence="-0.5",
          progress="Onsdagene er tomme for interne møter. To faste møter gjenstår å flytte."),
    Story("Helsestasjonen", 18, "lmu_done", "SMS-påminnelse dagen før time", "Sende SMS dagen før timen.",
          "En av ti glemmer timen sin.", "Færre tomme timer.", users=True,
          answer="Systemet hadde dette innebygd. Det er slått på.", result="Uteblitte timer er halvert."),
    Story("Åsen sykehjem", 280, "merged", "Vikarliste sammen med Fjellvik sykehjem", ("Vi og Fjellvik sykehjem "
                                                                                      "burde ha felles vikarliste."),
    "Vi ringer de samme folkene uansett.", "Mindre ringing.", several=True),
    Story("Bofellesskapet Skogveien", 45, "coord_back", "La beboerne være med på å ansette",
          "En beboer sitter med i intervju når vi ansetter.",
          "De skal leve med dem vi ansetter.", "Bedre valg og større trygghet.", several=True, users=True,
          answer="God idé. LMU på Skogveien prøver det ut og tar med en brukerrepresentant når rutinen lages."),
    Story("Bofellesskapet Elvely", 28, "coord_queue", "Felles opplæring i førstehjelp", ("Ett felles kurs for alle "
                                                                                         "bofellesskapene og "
                                                                                         "dagsenteret."),
    "Vi kurser fire ganger det samme.", "Alle kan det samme, til halve prisen.", several=True),
    Story("Dagsenteret", 230, "lmu_declined", "Lengre åpningstid på fredager", "Ha åpent til klokka 17 på fredager.",
          "Noen brukere vil gjerne bli lenger.", "Mer fleksibelt.", users=True,
          answer=("Skyssen går klokka 15, og bare to av tjue ønsket å bli. Vi har i stedet fått til en egen kveld i "
                  "måneden.")),
    Story(
        "Rehabilitering og mestring", 9, "new", "Treningsgruppe sammen med frisklivssentralen",
        "Slå sammen to treningsgrupper og bruk gymsalen på Sentrum skole.", "Hver gruppe er for liten alene.",
        "Flere får tilbud.", several=True, show_name=True,
    ),
    Story("Legekontoret", 66, "lmu_adopted", "Egen telefontid for eldre", ("En time hver morgen der de over 75 "
                                                                           "kommer først i køen."),
    "De gir opp når køen er lang.", "Tryggere eldre.", users=True, answer="Innføres fra 1. i neste måned."),
    Story("Psykisk helse og rus", 130, "committee_declined", "Egen bil til oppsøkende team",
          "Teamet trenger egen bil på dagtid.", "Vi bruker bussen mellom besøkene.", "To flere besøk om dagen.",
          grant=290_000, several=True,
          answer=("Utvalget ser behovet, men vil først bruke ledige biler i bilpoolen. Teamet får fast plass i "
                  "poolen fra nå av.")),
    Story("Tildelingskontoret", 21, "lmu_objected", "Klarspråk i vedtakene",
          "Skrive om malene for vedtak til språk folk forstår.",
    "Hver uke ringer folk og spør hva brevet betyr.", "Færre telefoner, færre klager.", users=True, show_name=True),
    Story("Nav Fjellvik", 175, "lmu_completed", "Stående morgenmøte på ti minutter", ("Bytte ut mandagsmøtet med ti "
                                                                                      "minutter stående hver morgen."),
    "Mandagsmøtet tar to timer og gjelder få.", "Mer tid til brukerne.", answer="Vi prøver i tre måneder.",
    result="Vi har spart ti timer i uka til sammen.", saved=210_000,
    progress="Mandagsmøtet er lagt ned, og morgenmøtene holder seg på ti minutter."),
    Story("Vann og avløp", 240, "committee_council", "Egen lekkasjegruppe i stedet for innleie",
          "To av oss får opplæring og utstyr til å søke lekkasjer selv.", "Vi leier inn et firma fra byen hver gang.",
          "Vi finner lekkasjene raskere og billigere.", grant=650_000, several=True,
          answer="Utvalget støtter forslaget og sender saken til kommunestyret, siden den krever en ny investering."),
    Story("Bygg og eiendom", 310, "council_adopted", "Solceller på svømmehallen",
          "Legge solceller på taket når det likevel skal skiftes.",
          "Taket skal skiftes neste år. Da er stillaset der allerede.", "Lavere strømregning i tretti år.",
          grant=1_900_000, several=True, show_name=True,
          answer="Utvalget anbefaler at solceller tas inn i prosjektet, og sender saken til kommunestyret."),
    Story("Brann og redning", 55, "lmu_done", "Øve sammen med hjemmetjenesten", ("En felles øvelse i året om brann "
                                                                                 "hos eldre."),
    "Hjemmetjenesten er ofte først på stedet.", "Flere liv reddet.", answer="Første øvelse er holdt.",
    result="Begge tjenester vet nå hvem som gjør hva."),
    Story("Plan og byggesak", 70, "lmu_further", "Drop-in-time for små byggesaker", ("En time hver torsdag der folk "
                                                                                     "kan komme uten avtale."),
    "Halvparten av telefonene er enkle spørsmål.", "Raskere svar.", users=True,
    answer="Vi prøver gjerne, men må få på plass vaktliste først."),
    Story("Fritid og frivillighet", 100, "postponed", "Utstyrsbu ved skateparken",
          "En bu der ungdommene kan låne hjelm og brett.", "Mange har ikke råd til eget.", "Alle kan være med.",
          grant=90_000, several=True, users=True,
          answer="Utvalget vil vite mer om drift før det avgjøres."),
    Story("Landbrukskontoret", 47, "lmu_adopted", "Felles befaringsdag med Vei og park", ("Legge befaringene våre "
                                                                                          "til samme dag."),
    "Vi kjører de samme veiene hver vår.", "Mindre kjøring.", answer="Vi prøver fra våren."),
    Story("Økonomi", 12, "new", "Enkel månedsrapport på én side", ("Én side per enhet med budsjett, forbruk og det "
                                                                   "viktigste som skjer."),
    "Rapportene er så lange at ingen leser dem.", "Alle får et klart bilde av økonomien."),
    Story("Personal og organisasjon", 270, "committee_completed", "Hele stillinger først",
          "Når noen slutter, slår vi sammen små stillinger før vi lyser ut.",
          "Mange vil jobbe mer, men får bare små stillinger.", "Kjente ansikter og lavere fravær.", several=True,
          grant=60_000,
          answer=("Hele stillinger skal vurderes ved hver ledighet. Personal følger opp, og det settes av 60 000 kr "
                  "til opplæring i turnus."),
          result="Elleve ansatte har fått hel stilling. Sykefraværet er lavere enn på fem år.", absence="-1.6",
          saved=300_000, progress="Sju ledige stillinger er vurdert, og tre er slått sammen til hele."),
    Story("Innbyggertorget", 36, "coord_queue", "Ett telefonnummer til kommunen", ("Ett nummer til hele kommunen, "
                                                                                   "der vi svarer på det meste."),
    "Folk blir satt over tre ganger.", "Ett svar på første forsøk.", several=True, users=True),
    Story(
        "IKT og digitalisering", 88, "lmu_declined", "Slå av nettet på møterommene", "Ingen skjermer i møter.",
        "Folk svarer på e-post mens vi snakker.", "Kortere møter.",
        answer="Vi trenger nettet til delt skjerm. Men vi har laget en felles møteregel: lokket ned når noen snakker.",
    ),
    Story("Nordli skole", 4, "new", "Skolehage i den gamle ballbingen", ("Gjøre om ballbingen til skolehage med "
                                                                         "plantekasser."),
    "Den har stått tom i to år.", "Elevene lærer hvor maten kommer fra.", users=True, show_name=True),
    Story("Vei og park", 17, "begun", "Brøyteruter laget av dem som brøyter", ("Vi som kjører, tegner rutene selv "
                                                                               "før hver sesong."),
    "Kartet er ti år gammelt.", "Raskere brøyting.", show_name=True),
    Story(
        "Fjellvik sykehjem", 38, "overdue", "Roligere måltider", "Skjerme middagen fra visitt og telefoner.",
        "Beboere med demens slutter å spise når det er uro.", "Bedre ernæring.", users=True,
    ),
    Story("Lia barnehage", 115, "committee_adopted", "Naturbarnehage: felles lavvo for tre barnehager",
          "Sette opp en lavvo ved Tjernet som Lia, Tyttebærtua og Solhaug deler.",
          "Vi vil bruke skogen hele vinteren, men barna fryser.", "Naturen blir en fast del av hverdagen.",
          grant=75_000, several=True, users=True, show_name=True,
          answer=("Lavvoen settes opp ved Tjernet. 75 000 kr dekkes av trepartspotten, og de tre barnehagene lager "
                  "felles bruksplan.")),
    Story("Renhold", 200, "coord_adopted", "Felles innkjøp av renholdsmidler", ("Ett innkjøp for alle bygg, med "
                                                                                "færre og mildere midler."),
    "Vi har 34 ulike produkter på lager.", "Mindre allergi og lavere pris.", several=True,
    answer="Renhold lager felles liste sammen med verneombudene."),
    Story("Hjemmetjenesten nord", 180, "lmu_completed", "Ansatte lager sin egen turnus", ("Vi lager turnus selv, i "
                                                                                          "grupper på åtte, "
                                                                                          "innenfor rammen vi får."),
    "Turnusen passer ikke livene våre.", "Mer fornøyde folk, færre vakter å ringe på.", show_name=True,
    answer="Vi prøver i seks måneder, med tillitsvalgt og leder i hver gruppe.",
    result="Færre bytter og nesten ingen ledige vakter.", absence="-3.0",
    progress="To av tre grupper har satt opp turnusen sin, og tillitsvalgt har gått gjennom begge."),
    Story("Sentrum skole", 220, "lmu_completed", "Felles frokost for sjuende trinn", ("Havregrøt og frukt før "
                                                                                      "første time."),
    "Mange kommer uten å ha spist.", "Roligere morgener.", users=True,
    answer="Foresatte hjelper til, og butikken gir frukt.", result="Lærerne merker det i første time.", show_name=True,
    progress="Frukten kommer hver morgen. Vi mangler foresatte på torsdager."),
    Story(
        "Biblioteket", 250, "coord_declined", "Stenge i fellesferien", "Stenge tre uker i juli.",
        "Det er få besøkende.", "Lettere ferieavvikling.", several=True,
        answer=("Tallene viser at juli er måneden da flest hytteeiere og barn besøker biblioteket. Vi fant heller "
                "en vikarordning."),
    ),
)  # fmt: skip
