"""Case papers in the demo: discussed with the unions, redacted for the public, changed after the notice."""

from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile

from forum.cases.models import Case, Referral
from forum.meetings.case_papers import attachments, drafts, finishing
from forum.meetings.case_papers import services as papers
from forum.meetings.core.models import AgendaItem
from forum.organisation.enums import Role
from forum.organisation.models import Body
from portal.demo.stories.year import Town, Year
from trepart import clock, languages, municipality
from trepart.access.models import User
from trepart.pdf.rendering import render_pdf
from trepart.text import rich as rich_text

_CARETAKER = "Felles vaktmester for tre skoler"
_EVENING = "Bemanning på kveldstid i hjemmetjenesten"
_PRESENCE = "Orientering om nærvær i enhetene"
_BASIS = "offl. § 13"

_COSTS = """
<p>Nordli, Elvebakken og Sentrum skole leier i dag inn vaktmester hver for seg. Forslaget kom fra de ansatte på Nordli skole, og koordineringsgruppa anbefaler det.</p>
<h3>Hva det koster i dag</h3>
<table><thead><tr><th scope="col">Skole</th><th scope="col">Timer innleid i fjor</th><th scope="col">Kostnad</th></tr></thead>
<tbody><tr><th scope="row">Nordli</th><td>310</td><td>{nordli}</td></tr><tr><th scope="row">Elvebakken</th><td>240</td><td>156 000 kr</td></tr><tr><th scope="row">Sentrum</th><td>405</td><td>263 000 kr</td></tr></tbody></table>
<h3>Hva en felles stilling vil koste</h3>
<ul><li>Lønn og sosiale utgifter: 640 000 kr i året</li><li>Bil og verktøy: 55 000 kr det første året</li><li>Innleie som faller bort: {saved}</li></ul>
"""  # noqa: E501  # text as it is pasted, a line an element
_WEIGHED = """
<p>Stillingen koster litt mer enn innleien det første året. Til gjengjeld blir småfeil rettet samme dag, og lærerne slipper å følge opp håndverkere.</p>
<p>Kommunedirektøren mener at <strong>arbeidsstedet må ligge på Nordli</strong>, der verkstedet er, og at skolene fordeler tida mellom seg hver fjerde uke.</p>
"""  # noqa: E501  # text as it is pasted, a line an element
_STAFFING = """
<p>Hjemmetjenesten har tre soner. Kveldsvaktene har siden i sommer vært bemannet med to i hver sone, mot tre året før.</p>
<p><mark>To av de faste på kveld i sone nord har vært sykmeldt siden september, og en tredje er delvis sykmeldt etter en hendelse på vakt.</mark> Vaktene er dekket med vikarer fra bemanningsbyrå.</p>
<ol><li>Sone nord: 14 av 31 kveldsvakter dekket med vikar</li><li>Sone sør: 6 av 31</li><li>Sone vest: 4 av 31</li></ol>
"""  # noqa: E501  # text as it is pasted, a line an element
_FIGURES = """
<p>Tallene gjelder siste kvartal, alle enheter samlet.</p>
<table><thead><tr><th scope="col">Sektor</th><th scope="col">Nærvær</th><th scope="col">Samme kvartal i fjor</th></tr></thead>
<tbody><tr><th scope="row">Oppvekst</th><td>91,8 %</td><td>91,1 %</td></tr><tr><th scope="row">Helse og omsorg</th><td>89,4 %</td><td>89,9 %</td></tr><tr><th scope="row">Samfunn og teknikk</th><td>94,0 %</td><td>93,2 %</td></tr></tbody></table>
"""  # noqa: E501  # text as it is pasted, a line an element


def in_fjellvik(year: Year[Any], committee: Body) -> None:
    """Put in the calendar what is written for the committee's coming meeting, called yesterday at 13."""
    secretary = committee.memberships.running().filter(role=Role.SECRETARY).order_by("pk")[0].person
    year.on(year.moment(2, 14), lambda: _caretaker(secretary))
    year.on(year.moment(2, 15), lambda: _staffing(committee, secretary))
    year.on(year.moment(1, 16, 50), lambda: _presence(committee, secretary))
    year.on(year.moment(1, 18), lambda: _caretaker_again(secretary))
    year.on(year.moment(1, 18, 30), lambda: _draft(committee, secretary))


def in_granli(year: Year[Town], body: Body, secretary: User) -> None:
    """Put in the calendar what the chief executive's people write for the body's coming meeting,
    called two days ago at 13."""
    year.on(year.moment(3, 14), lambda: _clearing(body, secretary))


# What they write ------------------------------------------------------------------------------------------------------


def _finish(case: Case, actor: User, **said: object) -> None:
    content = {**drafts.beginning(case), **said}
    finishing.finish(case, content=content, seen=drafts.mark(case), actor=actor)


def _of_proposal(title: str) -> Case | None:
    stay = Referral.objects.waiting().filter(case__title=title).select_related("case").first()
    return stay.case if stay is not None else None


def _item(body: Body, begins: str) -> AgendaItem | None:
    rows = AgendaItem.objects.filter(meeting__body=body, title__startswith=begins, meeting__starts_at__gt=clock.now())
    return rows.select_related("meeting__body", "case", "referral__case").order_by("meeting__starts_at").first()


def _caretaker(secretary: User) -> None:
    case = _of_proposal(_CARETAKER)
    if case is None:
        return
    papers.set_archive_reference(case, reference="2026/1184", actor=secretary)
    attachments.attach(
        case,
        upload=_pdf("Kostnader ved innleid vaktmester", "Oversikten er hentet fra regnskapet for i fjor."),
        title="Kostnader ved innleid vaktmester",
        actor=secretary,
    )
    _finish(
        case,
        secretary,
        facts=_clean(_COSTS.format(nordli="198 000 kr", saved="617 000 kr")),
        assessment=_clean(_WEIGHED),
        needs_discussion=True,
        discussed_on=clock.today(),
        discussed_with="Fagforbundet ved hovedtillitsvalgt, Utdanningsforbundet ved lokallaget, og hovedverneombudet",
        involvement=_clean(
            "<p>De tillitsvalgte fikk utkastet og regnskapstallene ei uke før møtet. Arbeidsgiver har tatt inn "
            "ønsket om fast oppmøtested.</p>"
        ),
        union_view=_clean(
            "<p>Fagforbundet støtter forslaget, og ber om at stillingen lyses ut internt først. "
            "Utdanningsforbundet har ingen merknader.</p>"
        ),
    )


def _caretaker_again(secretary: User) -> None:
    case = _of_proposal(_CARETAKER)
    if case is not None:
        said = _COSTS.format(nordli="201 500 kr", saved="620 500 kr")
        _finish(
            case, secretary, facts=_clean(said), reason="Tallet for Nordli var feil: To fakturaer manglet i oversikten."
        )


def _staffing(committee: Body, secretary: User) -> None:
    item = _item(committee, _EVENING)
    if item is None:
        return
    case = papers.case_of(item, actor=secretary)
    kept = attachments.attach(
        case,
        upload=_pdf("Vaktliste med navn", "Vaktlista viser hvem som har vært borte, og hvorfor."),
        title="Vaktliste for kveld, sone nord, med fravær",
        basis=_BASIS,
        actor=secretary,
    )
    attachments.add_redacted(
        case,
        kept,
        upload=_pdf("Vaktliste uten navn", "Vaktlista viser bare hvor mange vakter som er dekket med vikar."),
        title="Vaktliste for kveld, sone nord, uten navn",
        actor=secretary,
    )
    _finish(
        case,
        secretary,
        recommendation=_clean("<p>Utvalget ber om tall for kveldsbemanningen til neste møte.</p>"),
        facts=_clean(_STAFFING),
        assessment=_clean(
            "<p>Tre på vakt er målet. Kommunedirektøren vil legge fram en plan sammen med de tillitsvalgte.</p>"
        ),
        needs_discussion=True,
        public_form="redacted",
        exempt_basis=_BASIS,
    )


def _presence(committee: Body, secretary: User) -> None:
    item = _item(committee, _PRESENCE)
    if item is not None:
        _finish(papers.case_of(item, actor=secretary), secretary, facts=_clean(_FIGURES))


def _draft(committee: Body, secretary: User) -> None:
    """Something is being written, too: only those who prepare the case see it."""
    item = _item(committee, _EVENING)
    if item is not None and item.folder is not None:
        content = {
            **drafts.beginning(item.folder),
            "assessment": _clean("<p>Tre på vakt er målet. Planen skal være klar før jul, og koste</p>"),
        }
        drafts.save_draft(item.folder, content=content, seen=drafts.mark(item.folder), actor=secretary)


def _clearing(body: Body, secretary: User) -> None:
    stay = Referral.objects.waiting().filter(body=body).select_related("case").order_by("received_at").first()
    if stay is None:
        return
    papers.set_archive_reference(stay.case, reference="26/00873-4", actor=secretary)
    _finish(
        stay.case,
        secretary,
        assessment=_clean(
            "<p>Gangveiene kan brøytes først på hverdager før klokka åtte. I helgene er det ikke mannskap nok "
            "til begge deler.</p><ul><li>Ingen nye maskiner</li><li>Ruta snus fra neste "
            "snøfall</li><li>Evaluering i april</li></ul>"
        ),
        needs_discussion=True,
        discussed_on=clock.today(),
        discussed_with="De tillitsvalgte i Vei, vann og avløp",
        involvement=_clean("<p>Drøftet på morgenmøtet med alle sjåførene til stede.</p>"),
        union_view=_clean("<p>Fagforbundet ber om at vaktplanen legges fram for verneombudet først.</p>"),
    )


def _clean(markup: str) -> str:
    return rich_text.clean(markup)


def _pdf(title: str, words: str) -> SimpleUploadedFile:
    content = render_pdf(
        "portal/pdf/demo_attachment.html",
        {"words": words},
        title=title,
        language=languages.default(),
        author=municipality.current().name,
        created=clock.now(),
    )
    return SimpleUploadedFile(f"{title}.pdf", content, content_type="application/pdf")
