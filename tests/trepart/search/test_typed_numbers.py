"""A number typed into a search is read in every way people write it, and nothing else is taken for one."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trepart.search.typed_numbers import typed_number


@pytest.mark.parametrize(
    ("words", "series", "on_agenda", "folders"),
    [
        ("26/118", "", None, ((2026, 118),)),
        ("2026/118", "", None, ((2026, 118),)),
        ("118/2026", "", (118, 2026), ((2026, 118),)),
        ("11/26", "", (11, 2026), ((2011, 26), (2026, 11))),
        ("sak 11/26", "", (11, 2026), ((2011, 26), (2026, 11))),
        ("Saksnr. 118/26", "", (118, 2026), ((2026, 118),)),
        ("PS-11/26", "PS", (11, 2026), ()),
        ("ps 011/26", "PS", (11, 2026), ()),
        ("PS nr. 118 / 26", "PS", (118, 2026), ()),
        ("PS 7", "PS", (7, 0), ()),
        ("26/26", "", (26, 2026), ((2026, 26),)),
    ],
)
def test_numbers_as_people_write_them(
    words: str, series: str, on_agenda: tuple[int, int] | None, folders: tuple[tuple[int, int], ...]
) -> None:
    typed = typed_number(words)
    assert typed is not None
    assert (typed.series, typed.on_agenda, typed.folders) == (series, on_agenda, folders)


@pytest.mark.parametrize(
    "words", ["", "26", "sak 26", "24/7-bemanning", "17. mai", "lønn", "1/2/3", "118/119", "٢٦/١١٨", "/26"]
)
def test_what_is_no_number(words: str) -> None:
    assert typed_number(words) is None


@given(st.text(max_size=40))
def test_any_text_is_read_or_refused(words: str) -> None:
    typed = typed_number(words)
    assert typed is None or all(
        0 <= part < 10**9 for pair in (*typed.folders, typed.on_agenda or (0, 0)) for part in pair
    )
