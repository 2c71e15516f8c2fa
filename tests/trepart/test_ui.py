"""The parts and tags of the look: what they say, how they are tied together, and what they refuse."""

import datetime as dt
import re
import zoneinfo

import pytest
from django import forms
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.paginator import Paginator
from django.template import engines
from django.template.loader import get_template
from django.test import RequestFactory
from django.utils import translation
from django.utils.datastructures import MultiValueDict
from django.utils.safestring import SafeString

from trepart import clock
from trepart.forms import FilesField, KronerField, PlainTextField, RadioSelect, RevealingCheckbox, YesNoField
from trepart.templatetags import text_filters
from trepart.ui import AgendaLine, Cell, Entry, Fact, PersonLine, Station, VoteLine

OSLO = zoneinfo.ZoneInfo("Europe/Oslo")
NBSP = "\N{NO-BREAK SPACE}"


@pytest.fixture(autouse=True)
def _norwegian_november():
    with translation.override("nb"), clock.at(dt.datetime(2026, 11, 20, 12, tzinfo=OSLO)):
        yield


def render(source: str, **context: object) -> str:
    return engines["django"].from_string(source).render(context)


def text(html: str) -> str:
    return " ".join(re.sub(r"<[^>]*>", " ", html).replace(NBSP, " ").split())


# Dates and sums


@pytest.mark.parametrize(
    ("value", "said"),
    [
        (dt.date(2026, 12, 3), "3. desember"),
        (dt.date(2025, 12, 3), "3. desember 2025"),
        (dt.date(2024, 2, 29), "29. februar 2024"),
        (dt.datetime(2026, 12, 31, 23, 30, tzinfo=dt.UTC), "1. januar 2027"),
    ],
)
def test_date_as_people_say_it(value, said):
    assert text(text_filters.human_date(value)) == said


def test_exact_date_on_hover():
    html = text_filters.human_datetime(dt.datetime(2026, 12, 3, 17, 0, tzinfo=dt.UTC))
    assert text(html) == "3. desember kl. 18.00"
    assert 'title="torsdag 3. desember 2026 kl. 18.00"' in html
    assert 'datetime="2026-12-03T18:00:00+01:00"' in html


def test_nothing_for_nothing():
    assert (
        text_filters.human_date(None)
        == text_filters.human_datetime(None)
        == text_filters.human_time(None)
        == text_filters.kroner(None)
        == ""
    )
    assert text_filters.paragraphs(None) == ""


@pytest.mark.parametrize(
    ("value", "said"),
    [(0, "0 kr"), (999, "999 kr"), (180000, "180 000 kr"), (-1500, "−1 500 kr"), (1234.5, "1 234,5 kr")],
)
def test_kroner(value, said):
    assert text_filters.kroner(value) == said.replace(" ", NBSP)


def test_kroner_before():
    assert text_filters.kroner(50000, "before") == f"kr{NBSP}50{NBSP}000"


def test_paragraphs_escape_and_keep_line_breaks():
    html = text_filters.paragraphs("<script>alert(1)</script>\r\n\r\n\r\nto\nlinjer & mer\n")
    assert html == "<p>&lt;script&gt;alert(1)&lt;/script&gt;</p>\n<p>to<br>linjer &amp; mer</p>"
    assert isinstance(html, SafeString)


# Small parts


def test_status_refuses_unknown_meaning():
    assert 'data-color="success"' in render('{% status_tag "Vedtatt" "success" %}')
    with pytest.raises(ValueError, match="unknown status meaning"):
        render('{% status_tag "Vedtatt" "succes" %}')


def test_part_always_comes_with_its_word():
    assert text(render('{% part_mark "elected" %}')) == "Folkevalgt"
    assert text(render('{% part_mark "union" "3/4" %}')) == "Tillitsvalgte 3/4"
    assert text(render('{% part_mark "union" 1 %}')) == "Tillitsvalgt 1"
    assert 'aria-hidden="true"' in render('{% part_mark "administration" %}')
    without = render('{% part_mark "Verneombud" 1 %}')
    assert text(without) == "Verneombud 1"
    assert "<svg" not in without
    with translation.override("nn"):
        assert text(render('{% part_mark "safety_representative" 1 %}')) == "Verneombod 1"
        assert text(render('{% part_mark "user_representative" 2 %}')) == "Brukarrepresentantar 2"


def test_road_says_state_in_words():
    stations = [Station("LMU", "Sendt videre", "done"), Station("Utvalget", state="now"), Station("Gjennomføring")]
    html = render("{% road stations %}", stations=stations)
    assert html.count('aria-current="step"') == 1
    assert text(html) == "LMU (gjort) Sendt videre Utvalget (her er saken nå) Gjennomføring (kan komme)"


def test_timeline_escapes_what_people_wrote_and_opens_facts_only_when_exact():
    entries = [
        Entry(
            dt.datetime(2026, 10, 20, 12, 5, tzinfo=OSLO),
            "Gruppa",
            bold="Innstilling",
            quote="<b>x</b>\n\ny",
            parts=[("union", 2), ("Verneombud", 1)],
            facts=[Fact("Avtrykk", "abc")],
        )
    ]
    story = render("{% timeline entries %}", entries=entries)
    assert "&lt;b&gt;x&lt;/b&gt;" in story
    assert "Tillitsvalgte 2" in text(story)
    assert "abc" not in story
    trail = text(render("{% timeline entries exact=True %}", entries=entries))
    assert "20. oktober kl. 12.05" in trail
    assert "Avtrykk abc" in trail


def test_facts_leave_out_what_is_empty_but_keep_zero():
    html = text(render("{% facts rows %}", rows=[("Sum", 0), ("Tom", ""), Fact("Har saken", "LMU", "/lmu/1/")]))
    assert html == "Sum 0 Har saken LMU"


def test_table_names_rows_and_columns():
    html = render(
        "{% data_table caption headers rows %}",
        caption="Saker",
        headers=["Sak", "Frist", "Sum"],
        rows=[[Cell("A & B", "/a/"), None, Cell(12, numeric=True)]],
    )
    assert '<th scope="row" role="rowheader"><a href="/a/">A &amp; B</a></th>' in html
    assert 'data-label="Frist"' in html
    assert html.count('scope="col"') == 3
    assert 'role="columnheader" class="numeric"' in html


def test_pagination_keeps_the_search():
    page = Paginator(range(200), 10).page(7)
    request = RequestFactory().get("/", {"q": "sti & gapahuk", "page": "7"})
    html = engines["django"].from_string("{% pagination page %}").render({"page": page}, request)
    assert "?q=sti+%26+gapahuk&amp;page=8" in html
    assert html.count('aria-current="page"') == 1
    assert "Side 7 av 20" in text(html)
    assert render("{% pagination page %}", page=Paginator([1], 10).page(1)).strip() == ""


def test_agenda_says_where_one_is():
    items = [AgendaLine("PS 1/26", "En", "Vedtatt", "/1/"), AgendaLine("PS 2/26", "To", url="/2/", current=True)]
    html = render("{% agenda items %}", items=items)
    assert "sak 2 av 2" in text(html)
    assert html.count('aria-current="true"') == 1


def test_votes_give_every_member_a_group_of_their_own():
    lines = [
        VoteLine(PersonLine("Åse Lien", "møteleder", "elected", "Sp"), "vote-1", "for"),
        VoteLine(PersonLine("Sara Eira"), "vote-2"),
    ]
    html = render("{% votes lines 'Stemmer' choices %}", lines=lines, choices=[("for", "For"), ("against", "Mot")])
    assert html.count("<legend>") == 2
    assert html.count(" checked") == 1
    assert 'name="vote-2" value="against"' in html


# Forms


class Example(forms.Form):
    conditional = {"needs_grant": ("amount",), "affects": ("who",)}
    title = forms.CharField(label="tittel", max_length=20, help_text="Kort.")
    text = PlainTextField(label="Forklar", max_length=50, required=False)
    needs_grant = YesNoField(label="Trenger tilskudd?", reveals=True, help_text="Penger.")
    amount = KronerField(label="Hvor mye?", required=False)
    affects = forms.BooleanField(label="Berører brukere", required=False, widget=RevealingCheckbox)
    who = forms.CharField(label="Hvem?", required=False)
    secret = forms.CharField(widget=forms.HiddenInput, required=False)


def test_field_is_tied_to_help_and_error():
    html = render("{% field form.title %}", form=Example({"title": ""}))
    assert '<label class="ds-label" for="id_title">Tittel' in html
    assert 'aria-describedby="id_title_helptext id_title_error"' in html
    assert 'id="id_title_helptext"' in html
    assert 'id="id_title_error"' in html
    assert 'aria-invalid="true"' in html
    assert "Dette må du fylle ut." in html
    assert 'class="ds-input"' in html


def test_optional_is_marked_and_required_is_not():
    assert "(valgfritt)" in render("{% field form.text %}", form=Example())
    assert "(valgfritt)" not in render("{% field form.title %}", form=Example())
    assert "(valgfritt)" not in render("{% field form.affects %}", form=Example())
    assert "(valgfritt)" not in render("{% field form.text optional=False %}", form=Example())


def test_a_file_that_came_with_a_refused_form_is_named_to_be_chosen_again():
    class Sent(forms.Form):
        paper = forms.FileField(label="Vedlegg")
        words = forms.CharField()

    files = MultiValueDict({"paper": [SimpleUploadedFile("referat.pdf", b"%PDF")]})
    said = render("{% field form.paper %}", form=Sent({"words": ""}, files))
    assert "Velg på nytt før du sender: referat.pdf" in said
    assert "Velg på nytt" not in render("{% field form.paper %}", form=Sent())


def test_a_choice_that_is_answered_from_the_beginning_is_not_optional():
    class Answered(forms.Form):
        kind = forms.ChoiceField(choices=[("a", "A"), ("b", "B")], widget=RadioSelect, required=False, initial="a")
        open = forms.ChoiceField(choices=[("", "Ingen"), ("b", "B")], widget=RadioSelect, required=False, initial="b")

    assert "(valgfritt)" not in render("{% field form.kind %}", form=Answered())
    assert "(valgfritt)" in render("{% field form.open %}", form=Answered())


def test_choices_are_a_fieldset_described_by_help_and_error():
    html = render("{% field form.needs_grant %}", form=Example({}))
    assert (
        '<fieldset class="ds-fieldset" id="id_needs_grant_group" aria-describedby="id_needs_grant_helptext '
        'id_needs_grant_error"' in html
    )
    assert html.count('type="radio"') == 2
    assert html.count("data-reveals") == 1
    assert 'for="id_needs_grant_0"' in html


def test_conditional_fields_stand_with_what_opens_them():
    html = str(Example())
    reveal = html.index('class="reveal"')
    assert html.index("id_needs_grant_0") < html.index('class="revealed"') < html.index('id="id_amount"')
    assert reveal < html.index("id_needs_grant_0")
    assert html.count('id="id_amount"') == 1
    assert 'type="hidden" name="secret"' in html


def test_every_form_uses_the_layout():
    assert 'class="ds-field"' in Example()["title"].as_field_group()
    assert 'role="alert"' in str(Example({}))


def test_error_summary_links_to_the_fields():
    form = Example({"title": "x" * 21, "needs_grant": ""})
    form.add_error(None, "Noen andre kom <først>.")
    html = render("{% error_summary form %}", form=form)
    assert 'href="#id_title"' in html
    assert 'href="#id_needs_grant_0"' in html
    assert "Noen andre kom &lt;først&gt;." in html
    assert "Trenger tilskudd? Dette må du fylle ut." in text(html)
    assert "3 ting må rettes" in html
    assert render("{% error_summary form %}", form=Example()).strip() == ""


def test_radio_descriptions_are_tied_to_their_choice():
    class Way(forms.Form):
        way = forms.ChoiceField(
            choices=[("a", "A"), ("b", "B")],
            widget=RadioSelect(descriptions={"b": "Da må noe mer sies."}, reveals=["b"]),
        )

    html = render("{% field form.way %}", form=Way())
    assert 'aria-describedby="id_way_1_description"' in html
    assert 'id="id_way_1_description"' in html


@pytest.mark.parametrize(
    ("written", "sum_"),
    [
        ("50000", 50000),
        ("50 000", 50000),
        (f"50{NBSP}000 kr", 50000),
        ("kr 50.000", 50000),
        ("50 000,-", 50000),
        ("50 000,00", 50000),
        ("0", 0),
    ],
)
def test_kroner_as_people_write_them(written, sum_):
    assert KronerField().clean(written) == sum_


@pytest.mark.parametrize("written", ["mange", "50,5", "5 00", "1.5", "-1", "50 0000", "1e5", "٣"])
def test_kroner_refused(written):
    with pytest.raises(forms.ValidationError):
        KronerField().clean(written)


def test_plain_text_is_normalised_before_it_is_counted():
    assert PlainTextField(max_length=5).clean("a\r\nb\x00\x07c") == "a\nbc"
    assert PlainTextField().clean("A\u030a") == "Å"
    with pytest.raises(forms.ValidationError):
        PlainTextField(max_length=2).clean("abc")


def test_yes_no_is_never_silence():
    assert YesNoField().clean("yes") is True
    assert YesNoField().clean("no") is False
    assert YesNoField(required=False).clean("") is None
    with pytest.raises(forms.ValidationError):
        YesNoField().clean("")
    stored = type("Stored", (forms.Form,), {"x": YesNoField()})(initial={"x": False})
    html = render("{% field form.x %}", form=stored)
    assert re.search(r'<input[^>]*value="no"[^>]* checked', html)
    assert html.count(" checked") == 1


def test_files_field_gives_a_list():
    files = [SimpleUploadedFile("a.pdf", b"x"), SimpleUploadedFile("b.pdf", b"y")]
    assert [item.name for item in FilesField().clean(files)] == ["a.pdf", "b.pdf"]
    assert FilesField(required=False).clean([]) == []
    with pytest.raises(forms.ValidationError):
        FilesField().clean([])
    with pytest.raises(forms.ValidationError):
        FilesField().clean([files[0], SimpleUploadedFile("empty.pdf", b"")])


# Pages


@pytest.mark.parametrize("name", ["400.html", "403.html", "403_csrf.html", "404.html", "500.html"])
def test_error_pages_need_no_context(name):
    html = get_template(name).render({})
    assert html.count("<h1>") == 1
    assert '<html lang="nb"' in html
    assert "style=" not in html
    assert "<script>" not in html


def test_title_says_when_something_is_wrong():
    page = '{% extends "base.html" %}{% block title %}Send inn{% endblock %}'
    assert "<title>Feil: Send inn" in render(page, form=Example({}))
    assert "<title>Send inn" in render(page, form=Example())


def test_base_shows_menu_crumbs_and_messages():
    html = render(
        '{% extends "base.html" %}',
        municipality={"name": "Fjellvik kommune", "theme_url": "/farger.css?0062ba"},
        menu=[{"label": "Forslag", "url": "/forslag/", "current": True}],
        crumbs=[("Forslag", "/forslag/"), ("26/118", None)],
        messages=[type("M", (), {"level_tag": "error", "__str__": lambda self: "Noen <andre>"})()],
        footer_links=[{"label": "Personvern", "url": "/personvern/"}],
    )
    assert 'href="/farger.css?0062ba"' in html
    assert '<a href="/forslag/" aria-current="page">Forslag</a>' in html
    assert '<span aria-current="page">26/118</span>' in html
    assert (
        '<div class="messages" role="status"><div class="ds-alert" data-color="danger"><p>Noen &lt;andre&gt;</p>'
        in re.sub(r">\s+<", "><", html)
    )
    assert "Personvern" in html
