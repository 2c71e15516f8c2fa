"""The municipal council's case list as text: what is understood, what is not and why, and no line is lost."""

import json
from datetime import date
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from forum.council.list_import import MOST_BYTES, MOST_CASES, Reading, decode, json_reader, read
from forum.council.list_import.records import key_of, read_number
from trepart.text import normal

PASTED = """Kommunestyret - Saksliste
Møtedato: 10.12.2026 kl. 18:00
Saksnr\tInnhold\tLukket

PS 45/26\tReguleringsplan for Sagatunet
PS 46/26 26/1234 Budsjett 2027 og økonomi- og
handlingsplan 2027–2030 ........... 12
PS 047/2026   2026/5678-3   Salg av Gamle­skolen   Åpent
Vedlegg: 3
Side 2 av 5
48/26
26/91
Kommunedelplan for kultur
https://innsyn.fjellvik.no/48?id=1
• RS 7/26 Orientering om skolebruksplanen
3. Sak 49/26: Rekruttering av leger (unntatt offentlighet, offl. § 25)
26/77 Uten saksnummer
26/1234 PS 50/26 Snudd rekkefølge
PS 51/26
"""


def every_line(text: str, reading: Reading) -> list[int]:
    """Return the lines a reading accounts for, sorted."""
    return sorted([at for case in reading.cases for at in case.at] + [line.at for line in reading.others])


def told(text: str) -> list[int]:
    """Return the lines of ``text`` that hold anything: what a reading must account for."""
    return [at for at, line in enumerate(text.split("\n"), start=1) if line.strip()]


def test_a_paste_as_they_are() -> None:
    reading = read(PASTED)
    assert (reading.source, reading.day) == ("text", date(2026, 12, 10))
    assert [(c.number, c.title, c.archive, c.url, bool(c.exempt), c.at) for c in reading.cases] == [
        ("PS 45/26", "Reguleringsplan for Sagatunet", "", "", False, (5,)),
        ("PS 46/26", "Budsjett 2027 og økonomi- og handlingsplan 2027–2030", "26/1234", "", False, (6, 7)),
        ("PS 47/26", "Salg av Gamleskolen", "2026/5678-3", "", False, (8,)),
        ("48/26", "Kommunedelplan for kultur", "26/91", "https://innsyn.fjellvik.no/48?id=1", False, (11, 12, 13, 14)),
        ("RS 7/26", "Orientering om skolebruksplanen", "", "", False, (15,)),
        ("49/26", "Rekruttering av leger (unntatt offentlighet, offl. § 25)", "", "", True, (16,)),
        ("PS 50/26", "Snudd rekkefølge", "26/1234", "", False, (18,)),
    ]
    assert [line.at for line in reading.others] == [1, 2, 3, 9, 10, 17, 19]
    assert every_line(PASTED, reading) == told(PASTED)
    assert all(str(line.why) for line in reading.others)


@pytest.mark.parametrize(
    ("line", "number", "title", "archive"),
    [
        ("PS 45/26 Tittel", "PS 45/26", "Tittel", ""),
        ("PS-45/26 Tittel", "PS 45/26", "Tittel", ""),
        ("ps 045/2026: Tittel", "PS 45/26", "Tittel", ""),
        ("KS 45/26 Tittel", "45/26", "Tittel", ""),
        ("K-sak 45/26 – Tittel", "45/26", "Tittel", ""),
        ("Utvalgssaksnr: 45/26 | 26/1234 | Tittel | Åpen", "45/26", "Tittel", "26/1234"),
        ("45/26 (26/1234) Tittel", "45/26", "Tittel", "26/1234"),
        ("24/00123-7 45/26 Tittel", "45/26", "Tittel", "24/00123-7"),
        ("45/26 Tilskudd 2026/2027 til lag", "45/26", "Tilskudd 2026/2027 til lag", ""),
        ("12. 45/26 Tittel ..... 7", "45/26", "Tittel", ""),
        ("PS 45/26\tTittel\t10.12.2026", "PS 45/26", "Tittel", ""),
        ("PS 45/26 Sámi njálbmi: Čállit ŋ", "PS 45/26", "Sámi njálbmi: Čállit ŋ", ""),
        ("PS 45/26 A\u030apning", "PS 45/26", "Åpning", ""),
        ("PS 13/26 24/7-bemanning av legevakta", "PS 13/26", "24/7-bemanning av legevakta", ""),
        ("PS 13/26 24/7 bemanning av legevakta", "PS 13/26", "24/7 bemanning av legevakta", ""),
        ("PS 13/26 2026/27: skolerute", "PS 13/26", "2026/27: skolerute", ""),
        ("26/31\t57/26\tSøknad", "57/26", "Søknad", "26/31"),
        ("24/26 25/24 Tittel", "24/26", "Tittel", "25/24"),
        ("KOM 15/26 Budsjett", "KOM 15/26", "Budsjett", ""),
        ("PS 45/26 =HYPERLINK(\"x\")", "PS 45/26", '=HYPERLINK("x")', ""),
    ],
)  # fmt: skip
def test_ways_of_writing_a_line(line: str, number: str, title: str, archive: str) -> None:
    found = read(line).cases
    assert [(c.number, c.title, c.archive) for c in found] == [(number, title, archive)]


@pytest.mark.parametrize(
    "line",
    [
        "Reguleringsplan uten nummer",
        "26/1234 Bare mappe",
        "PS 45/99 Et år som ikke kan være riktig",
        "Side 1",
        "17",
        "Saksbehandler: Kari",
        "Tlf 45/267",
        "1/2/26 en dato",
        "Last ned alle",
    ],
)
def test_lines_that_are_no_cases_are_told_with_a_reason(line: str) -> None:
    reading = read(line)
    assert reading.cases == []
    assert [(other.at, other.text) for other in reading.others] == [(1, line)]
    assert str(reading.others[0].why)


def test_the_same_case_has_one_key_however_it_is_written() -> None:
    assert {key_of(number) for number in ("PS 45/26", "45/26", "ps-045/2026", "KS 45/26")} == {"PS 45/26"}
    assert key_of("RS 45/26") == "RS 45/26"
    assert read_number("førtifem") == ""


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
@pytest.mark.parametrize("delimiter", [";", ",", "\t"])
def test_csv_in_every_encoding_with_columns_in_any_order(encoding: str, delimiter: str) -> None:
    rows = [
        ("Lenke", "TITTEL", "Møtedato", "Saks-nr.", "Arkivsak", "Lukket"),
        ("https://x.no/1", "Åpningstid på Ørneset", "10.12.2026", "45/26", "26/1234", ""),
        ("javascript:alert(1)", f'"Salg{delimiter} av ""Gamleskolen"""', "", "PS 46/26", "", "Nei"),
        ("", "Ansettelse", "", "47/26", "", "offl. § 25"),
        ("", "", "", "48/26", "", ""),
        ("", "Uten nummer", "", "", "", ""),
        ("", "Rart nummer", "", "førtifem", "", ""),
    ]
    text = "\n".join(delimiter.join(row) for row in rows)
    reading = read(decode(text.encode(encoding)))
    assert (reading.source, reading.day) == ("csv", date(2026, 12, 10))
    assert [(c.number, c.title, c.archive, c.url, c.exempt, c.at) for c in reading.cases] == [
        ("45/26", "Åpningstid på Ørneset", "26/1234", "https://x.no/1", "", (2,)),
        ("PS 46/26", f'Salg{delimiter} av "Gamleskolen"'.replace("\t ", " "), "", "", "", (3,)),
        ("47/26", "Ansettelse", "", "", "offl. § 25", (4,)),
    ]
    assert [line.at for line in reading.others] == [1, 5, 6, 7]


def test_a_quotation_mark_that_is_never_closed_does_not_swallow_the_rest() -> None:
    reading = read('Saksnr;Tittel\n45/26;"Bro over elva\n46/26;Vei\n')
    assert [(c.number, c.title) for c in reading.cases] == [("45/26", "Bro over elva"), ("46/26", "Vei")]


@pytest.mark.parametrize(
    "content",
    [
        [{"saksnr": "45/26", "tittel": "Bro"}],
        {"saker": [{"Saksnummer": "45/26", "Tittel": "Bro"}]},
        {"saksliste": [{"nr": 45, "år": 2026, "innhold": "Bro"}]},
        {
            "moetemappe": {
                "moetedato": "2026-12-10T18:00:00",
                "moetesak": [
                    {
                        "moetesaksaar": 2026,
                        "moetesakssekvensnummer": 45,
                        "offentligTittel": "Bro",
                        "offentligTittelSensitiv": "Hemmelig bro",
                    }
                ],
            }
        },
        {"hits": {"hits": [{"_source": {"møtesaksnr": "45/2026", "title": "Bro"}}]}},
        {"data": {"items": [{"sak": "45/26", "navn": "Bro"}]}},
        {"agendaItem": [{"number": "45/26", "name": "Bro"}]},
        {"utvalgssaker": [{"saksnr": "45/26", "tittel": "Bro"}]},
    ],
)
def test_json_in_the_shapes_it_comes_in(content: Any) -> None:
    reading = read(json.dumps(content))
    assert [(c.key, c.title) for c in reading.cases] == [("PS 45/26", "Bro")]
    assert reading.source == "json"


@pytest.mark.parametrize(
    ("kind", "number"),
    [("referat", "RS 46/26"), ("Orienteringssak", "OS 46/26"), ("delegert", "DS 46/26"), ("interpellasjon", "FO 46/26"),
     ("politisk", "46/26"), ("PS", "PS 46/26")],
)  # fmt: skip
def test_the_kinds_of_cases_in_public_journals(kind: str, number: str) -> None:
    entry = {
        "moetesaksaar": 2026,
        "moetesakssekvensnummer": 46,
        "moetesakstype": kind,
        "offentligTittel": "Referat",
    }
    assert [c.number for c in read(json.dumps({"moetesak": [entry]})).cases] == [number]


@pytest.mark.parametrize(
    "above",
    ["Kommunestyret 17.12.2026;;\n", "sep=;\n", "sep=;\nKommunestyret 17.12.2026;;\n;;\n"],
)
def test_a_title_above_the_names_of_the_columns(above: str) -> None:
    text = f"{above}Saksnr;Tittel;Arkivsak\n12/26;Budsjett;26/123"
    reading = read(text)
    assert [(c.number, c.title, c.archive) for c in reading.cases] == [("12/26", "Budsjett", "26/123")]
    assert reading.day == (date(2026, 12, 17) if "Kommunestyret" in above else None)
    assert every_line(text, reading) == told(text)


def test_a_title_that_may_go_on_is_said_with_its_case() -> None:
    reading = read("PS 12/26 Detaljregulering for Øvre\nÅsen boligfelt\nPS 13/26 Vei")
    assert [c.title for c in reading.cases] == ["Detaljregulering for Øvre", "Vei"]
    assert [(other.at, "PS 12/26" in str(other.why)) for other in reading.others] == [(2, True)]


def test_json_says_what_is_no_case() -> None:
    content = {
        "saker": [
            {"saksnr": "45/26", "tittel": "Bro", "unntatt": True},
            {"tittel": "Uten nummer"},
            17,
            None,
            {"saksnr": {"a": 1}},
        ]
    }
    reading = read(json.dumps(content))
    assert [(c.number, bool(c.exempt), c.at) for c in reading.cases] == [("45/26", True, (1,))]
    assert [line.at for line in reading.others] == [2, 3, 4, 5]
    assert read('{"annet": 1}').cases == []
    assert len(read('{"annet": 1}').others) == 1


def test_brackets_without_end_are_one_line_that_is_no_case() -> None:
    reading = read("[" * 100_000)
    assert (reading.cases, [line.at for line in reading.others]) == ([], [1])


@pytest.mark.parametrize(
    "text", ["", "  \n\t\n", '{"saker": [', '{"a":' * 100_000, "x" * (MOST_BYTES + 1), "a\n" * 6000]
)
def test_what_cannot_be_read_is_said(text: str) -> None:
    with pytest.raises(ValidationError):
        read(text)


def test_too_many_cases_are_said_with_their_number() -> None:
    with pytest.raises(ValidationError) as refused:
        read("\n".join(f"{n}/26 Sak" for n in range(1, 2001)))
    assert refused.value.params == {"count": 2000, "most": MOST_CASES}


@pytest.mark.parametrize("content", [b"%PDF-1.7", b"PK\x03\x04xlsx", b"a\0b", b"x" * (MOST_BYTES + 1)])
def test_files_of_other_kinds(content: bytes) -> None:
    with pytest.raises(ValidationError):
        decode(content)


PIECES = st.sampled_from(
    [
        "PS", "RS", "45/26", "26/1234", "Tittel", "\t", "  ", ";", '"', "\n", "\n\n", "Side 2", "https://x.no/1",
        "unntatt offentlighet", "…", "10.12.2026", "-", "Saksnr;Tittel\n", "\r\n", "|", "å", "\u0301", "\u202e",
    ]
)  # fmt: skip


@given(
    st.one_of(
        st.text(max_size=400), st.lists(PIECES, max_size=40).map(" ".join), st.lists(PIECES, max_size=40).map("".join)
    )
)
@settings(max_examples=400, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_nothing_crashes_and_no_line_is_lost(text: str) -> None:
    try:
        reading = read(text)
    except ValidationError:
        return
    text = normal.lines(text)
    if reading.source == "text":
        # Everything that holds something is accounted for, and once.
        assert every_line(text, reading) == told(text)
    for case in reading.cases:
        assert case.title
        assert read_number(case.number) == case.number
        assert "\n" not in case.title


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(max_size=20),
        lambda inner: (
            st.lists(inner, max_size=4)
            | st.dictionaries(
                st.sampled_from(["saker", "saksnr", "tittel", "moetesak", "nr", "year", "sak"]), inner, max_size=4
            )
        ),
        max_leaves=20,
    )
)
@settings(max_examples=200, deadline=None)
def test_no_json_crashes_it_and_every_entry_is_accounted_for(content: Any) -> None:
    reading = json_reader.read(content)
    entries = content if isinstance(content, list) else None
    if entries is not None:
        assert every_line("", reading) == list(range(1, len(entries) + 1))
