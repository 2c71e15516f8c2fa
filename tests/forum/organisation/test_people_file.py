"""Files of people as they are sent in: never read further than they may be long."""

import io
from datetime import date

import openpyxl
import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import InMemoryUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import translation

from forum.organisation.forms.people_import import PeopleFileForm
from forum.organisation.models import Employment
from forum.organisation.people_import import entering, files
from forum.organisation.people_import.entering import Outcome
from tests.factories.organisation import Municipality
from trepart.access.models import User


class _Content(io.BytesIO):
    """Knows how far it has been asked to be read."""

    asked = 0

    def read(self, most: int | None = -1) -> bytes:
        self.asked = most if most is not None else -1
        return super().read(most)


def test_no_more_is_read_than_shows_that_it_is_too_much() -> None:
    content = _Content(b"x" * files.MOST_BYTES * 3)
    sent = InMemoryUploadedFile(content, "file", "folk.csv", "text/csv", len(content.getvalue()), None)
    form = PeopleFileForm({}, {"file": sent})
    assert not form.is_valid()
    assert "file" in form.errors
    assert content.asked == files.MOST_BYTES + 1


KARI = ("Kari Nordmann", "k1@x.example", "Nordli skole", "Lærer")
HEADS = "Navn;E-post;Arbeidssted;Stilling"
LINE = ";".join(KARI)


def said(text: str) -> list[tuple[str, str, str, str]]:
    """Everybody in the text, without the lines."""
    return [(one.name, one.email, one.unit, one.title) for one in files.records(text)]


@pytest.mark.parametrize(
    "text",
    [
        f"{HEADS}\n{LINE}",
        LINE,
        f"sep=;\n{HEADS}\n{LINE}",
        f"\ufeffsep=;\n{HEADS}\n{LINE}",
        f"Ansatte i Fjellvik, per 1. mai;;;\n;;;\n{HEADS}\n{LINE}",
        "Fornavn;Etternavn;E-post;Avdeling;Stilling\nKari;Nordmann;k1@x.example;Nordli skole;Lærer",
        "Etternamn\tFørenamn\tE-postadresse\tEining\tStilling\nNordmann\tKari\tk1@x.example\tNordli skole\tLærer",
        f"{HEADS}\nNordmann, Kari;k1@x.example;Nordli skole;Lærer",
        'Navn,E-post,Arbeidssted,Stilling\n"Nordmann, Kari",k1@x.example,Nordli skole,Lærer',
        f"{HEADS}\nKari Nordmann;Kari <k1@x.example>;Nordli skole;Lærer",
        f"{HEADS}\nKari Nordmann;mailto:K1@x.example\u200b;Nordli skole;Lærer",
        f"Navn;Navn;E-post;Arbeidssted;Stilling\n;{LINE}",
    ],
)
def test_a_file_as_offices_have_it(text: str) -> None:
    assert said(text) == [KARI]


def test_a_quotation_mark_that_is_never_closed_swallows_nobody() -> None:
    text = '"Per Hansen;p@x.example;Nordli skole\nKari Nordmann;k1@x.example;Nordli skole;Lærer'
    assert said(text) == [("Per Hansen", "p@x.example", "Nordli skole", ""), KARI]
    two = '"Per Hansen;p@x.example;Nordli skole\nKari "Kaja" Nordmann;k1@x.example;Nordli skole\n"Odd;o@x.example;'
    assert [email for _name, email, *_rest in said(two)] == ["p@x.example", "k1@x.example", "o@x.example"]


def test_letters_that_were_taken_apart_are_put_together() -> None:
    assert said("A\u030ase B\u00f8;k9@x.example;A\u030asen sykehjem") == [
        ("\u00c5se B\u00f8", "k9@x.example", "\u00c5sen sykehjem", "")
    ]


@pytest.mark.parametrize("text", ["sep=;", "sep=;\n", '"sep=,"'])
def test_a_file_that_says_only_what_divides_is_empty(text: str) -> None:
    with translation.override("en"), pytest.raises(ValidationError, match=r"no people in it"):
        files.records(text)


def test_empty_rows_between_people_cut_nobody_off() -> None:
    rows = [row for number in range(400) for row in ((f"P {number}", f"p{number}@x.example"), (None,), (None,))]
    assert len(files.records(files.decode(workbook(("Navn", "E-post"), *rows)))) == 400


def workbook(*rows: tuple[object, ...], hidden: bool = False) -> bytes:
    """A workbook with these rows, behind a sheet that is hidden where one asks for it."""
    book = openpyxl.Workbook()
    if hidden:
        book.active.sheet_state = "hidden"
        book.active.append(["Hemmelig", "h@x.example"])
        book.create_sheet("Folk")
    for row in rows:
        book.worksheets[-1].append(row)
    written = io.BytesIO()
    book.save(written)
    return written.getvalue()


@pytest.mark.parametrize("hidden", [True, False])
def test_a_workbook_is_read_by_what_can_be_seen(hidden: bool) -> None:
    rows = (("Ansatte", None, date(2026, 5, 1)), (), ("Navn", "E-post", "Arbeidssted", "Stilling"), KARI, (None, None))
    (found,) = files.records(files.decode(workbook(*rows, hidden=hidden)))
    assert (found.line, found.name, found.email, found.unit, found.title) == (4, *KARI)


def test_rows_and_columns_that_are_hidden_are_not_taken_in() -> None:
    """Whoever sends the file sees the people that the filter shows; so does the portal."""
    book = openpyxl.load_workbook(io.BytesIO(workbook(("Navn", "E-post", "Stilling"), KARI, ("Skjult", "s@x.example"))))
    sheet = book.active
    sheet.append(["Per", "per@x.example", "Hemmelig"])
    sheet.row_dimensions[3].hidden = True
    sheet.column_dimensions["C"].hidden = True
    written = io.BytesIO()
    book.save(written)
    found = files.records(files.decode(written.getvalue()))
    assert [(one.line, one.name, one.title) for one in found] == [(2, KARI[0], ""), (4, "Per", "")]


@pytest.mark.parametrize("content", [b"PK\x03\x04" + b"x" * 200, workbook(KARI)[:-400]])
def test_a_workbook_that_cannot_be_opened_is_refused_in_words(content: bytes) -> None:
    with translation.override("en"), pytest.raises(ValidationError, match=r"cannot be opened"):
        files.decode(content)


@pytest.mark.parametrize("distinct", [True, False])
def test_a_workbook_that_grows_when_it_is_unpacked_is_refused(distinct: bool) -> None:
    content = workbook(*((f"{'a' * 30_000}{number if distinct else ''}", "") for number in range(400)))
    assert len(content) < files.MOST_BYTES, "small enough to come to the door"
    with translation.override("en"), pytest.raises(ValidationError, match=r"too large"):
        files.decode(content)


def test_the_template_is_read_back(town: Municipality) -> None:
    administrator = Client()
    administrator.force_login(town.administrator)
    answer = administrator.get(reverse("forum:people_template"))
    assert answer["Content-Type"] == files.WORKBOOK_TYPE
    book = openpyxl.load_workbook(io.BytesIO(answer.content))
    book.active.append(KARI)
    written = io.BytesIO()
    book.save(written)
    assert said(files.decode(written.getvalue())) == [KARI]
    outsider = Client()
    outsider.force_login(town.employee())
    assert outsider.get(reverse("forum:people_template")).status_code in (403, 404)


def test_somebody_with_several_posts_is_one_person(town: Municipality) -> None:
    first, second = town.units[0].name, town.units[1].name
    text = "\n".join(
        [
            HEADS,
            f"Nordmann, Kari;k1@x.example;{first};Lærer",
            f"Kari Nordmann;K1@x.example;{second};Vikar",
            f"Kari Nordmann;k1@x.example;{second};Vikar",
            f"Kai Nordmann;k1@x.example;{second};Vikar",
        ]
    )
    rows = entering.read(text)
    assert [row.outcome for row in rows] == [Outcome.NEW, Outcome.EMPLOYED, Outcome.WRONG, Outcome.WRONG]
    done = entering.enter(text, invite=True, actor=town.administrator)
    assert (done.people, done.employments, done.invited) == (1, 2, 1)
    person = User.objects.get(email="k1@x.example")
    posts = Employment.objects.filter(person=person).values_list("unit__name", "title").order_by("pk")
    assert list(posts) == [(first, "Lærer"), (second, "Vikar")]
    assert entering.enter(text, invite=False, actor=town.administrator).employments == 0
