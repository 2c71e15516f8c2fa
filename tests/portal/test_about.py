"""Help, accessibility, privacy, and the forms on paper."""

import io
import re
from datetime import timedelta
from pathlib import Path
from typing import Any

import pypdf
import pytest
from django.test import Client
from django.urls import resolve, reverse
from django.utils import translation

from forum.organisation.enums import BodyKind
from forum.organisation.models import Body
from forum.organisation.services.municipality import change_logo
from portal import help as helping
from portal import papers
from portal.privacy_statement import what_is_kept
from portal.views import about
from tests.architecture.test_urls import walk
from tests.factories.organisation import Municipality
from tests.trepart.pdf.reading import Tagged
from tests.trepart.pdf.test_document import check_structure, check_with_pdfua
from trepart import clock


@pytest.fixture(autouse=True)
def _forget_printed() -> Any:
    about._printed.cache_clear()
    yield
    about._printed.cache_clear()


@pytest.mark.parametrize("topic", helping.TOPICS, ids=lambda topic: topic.slug)
def test_every_help_page_answers_and_leads_to_the_others(client: Client, db: None, topic: helping.Topic) -> None:
    page = client.get(reverse("portal:help_page", args=[topic.slug])).content.decode()
    assert page.count("<h1") == 1
    for other in helping.TOPICS:
        linked = f'href="/hjelp/{other.slug}/"' in page.split("<footer")[0]
        assert linked == (other != topic), other.slug


def test_help_that_does_not_exist_is_404(client: Client, db: None) -> None:
    assert client.get("/hjelp/finnes-ikke/").status_code == 404
    assert client.get("/skjema/finnes-ikke.pdf").status_code == 404
    assert client.post("/hjelp/").status_code == 405


@pytest.mark.parametrize(
    ("address", "slug"),
    [
        ("/", "forslag"),
        ("/forslag/", "forslag"),
        ("/forslag/ny/", "forslag"),
        ("/forslag/3/", "forslag"),
        ("/forslag/3/vurder/", "behandling"),
        ("/lmu/x/logg/", "behandling"),
        ("/moter/", "moter"),
        ("/organer/x/", "moter"),
        ("/organer/x/ko/", "behandling"),
        ("/moter/1/saksliste/", "sekretar"),
        ("/moter/1/gjennomfor/2/", "sekretar"),
        ("/moter/1/mobok/", "sekretar"),
        ("/organisasjon/folk/", "oppsett"),
        ("/konto/login/", "innlogging"),
        ("/min-side/", None),
    ],
)
def test_a_page_has_the_help_that_belongs_to_it(address: str, slug: str | None) -> None:
    found = helping.for_page(resolve(address))
    assert (found.slug if found else None) == slug


def test_every_page_a_help_names_exists() -> None:
    """A renamed address must not silently lose its help."""
    names = [name for name, _pattern, _access in walk()]
    for topic in helping.TOPICS:
        for page in topic.pages:
            prefix = page.endswith(("_", ":"))
            assert any(name == page or (prefix and name.startswith(page)) for name in names), page


def test_an_error_page_has_a_foot(client: Client, db: None) -> None:
    page = client.get("/finnes-ikke/").content.decode()
    assert 'href="/hjelp/"' in page
    assert 'href="/personvern/"' in page


def test_privacy_says_all_that_is_kept(client: Client, db: None) -> None:
    with translation.override("en"):
        client.cookies["django_language"] = "en"
        page = client.get("/personvern/").content.decode()
    assert page.count("<dt>") == 3 * len(what_is_kept())


@pytest.mark.parametrize("language", ["nb", "nn", "en"])
@pytest.mark.parametrize("name", papers.FORMS)
@pytest.mark.printed
def test_a_form_on_paper_is_a_document_anybody_can_read(name: str, language: str, tmp_path: Path) -> None:
    content = papers.FORMS[name].pdf(language=language, name="Fjellvik kommune", address="Storgata 1, 1234 Fjellvik")
    read = pypdf.PdfReader(io.BytesIO(content))
    tag = {"nb": "nb-NO", "nn": "nn-NO", "en": "en-GB"}[language]
    assert read.trailer["/Root"]["/Lang"] == tag
    text = " ".join(page.extract_text() for page in read.pages)
    assert "Fjellvik kommune" in text
    assert len(read.pages) == 2
    with translation.override(language):
        assert str(papers.FORMS[name].title) in text
    check_structure(Tagged(content))
    check_with_pdfua(content, tmp_path)
    assert content == papers.FORMS[name].pdf(
        language=language, name="Fjellvik kommune", address="Storgata 1, 1234 Fjellvik"
    )


def test_a_form_is_printed_once_until_the_letterhead_changes(client: Client, db: None, monkeypatch: Any) -> None:
    printed = []
    real = papers.PrintableForm.pdf

    def count(self: papers.PrintableForm, **more: Any) -> bytes:
        printed.append(more)
        return real(self, **more)

    monkeypatch.setattr(papers.PrintableForm, "pdf", count)
    for _n in range(3):
        answer = client.get("/skjema/forslag.pdf")
        assert answer["Content-Type"] == "application/pdf"
        assert answer.content.startswith(b"%PDF-")
    assert len(printed) == 1
    assert about._printed.cache_info().hits == 2


def test_ways_in_lead_somewhere(client: Client, propose: Any) -> None:
    person = propose(0).proposer
    for signed_in in (False, True):
        if signed_in:
            client.force_login(person)
        page = client.get("/").content.decode()
        ways = page.split('id="ways"')[1].split("</section>\n")[0]
        links = set(re.findall(r'href="([^"]+)"', page.split('id="ways"')[1].split('id="meetings"')[0]))
        assert ("/min-side/" in links) == signed_in
        assert ways
        for link in links:
            assert client.get(link, follow=True).status_code == 200, link


def test_a_municipality_reads_only_of_what_it_has(client: Client, town: Municipality) -> None:
    """No local groups, no coordination group, no village councils: nothing in the front page and
    the help speaks of them."""
    pages = ["/", *(f"/hjelp/{topic.slug}/" for topic in helping.TOPICS), "/hjelp/"]
    words = re.compile(r"LMU|coordination group|village council", re.IGNORECASE)
    said = "".join(words.findall("".join(client.get(page).content.decode() for page in pages)))
    assert "LMU" in said
    change_logo(
        b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><path d="M0 0h9v9z"/></svg>',
        actor=town.administrator,
    )
    Body.objects.exclude(kind=BodyKind.COMMITTEE).update(closed_on=clock.today() - timedelta(days=1))
    for page in pages:
        if page != "/hjelp/oppsett/":  # whoever sets the municipality up is told what there can be
            assert words.findall(client.get(page).content.decode()) == [], page


def test_only_those_who_may_are_led_to_the_form_for_paper(client: Client, town: Municipality) -> None:
    link = 'href="/forslag/fra-papir/"'
    assert link not in client.get("/hjelp/behandling/").content.decode()
    for person, may in ((town.employee(), False), (town.lmu_leader(), True)):
        client.force_login(person)
        assert (link in client.get("/hjelp/behandling/").content.decode()) is may
        assert (client.get("/forslag/fra-papir/").status_code == 200) is may
