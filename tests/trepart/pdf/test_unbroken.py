"""What is read as one stays on one line in print."""

import pytest

from tests.trepart.text.doubling import is_linear
from trepart.pdf.text import unbroken, unbroken_across


@pytest.mark.parametrize(
    ("written", "printed"),
    [
        ("kommuneloven § 11-10", "kommuneloven §_11-10"),
        ("§§ 5-11 og 13-4", "§§_5-11 og 13-4"),
        ("loven §\n    27-1", "loven §_27-1"),
        ("180 000 kr", "180_000_kr"),
        ("1 250 000 kroner", "1_250_000_kroner"),
        ("kr 50 000", "kr_50_000"),
        ("kr 85\n000", "kr_85_000"),
        ("kr. 85 000", "kr._85_000"),
        ("NOK -85 000", "NOK_-85_000"),
        ("12,5 %", "12,5_%"),
        ("12,5 prosent", "12,5_prosent"),
        ("1,2 mill. kroner", "1,2_mill. kroner"),
        ("kl. 18.00", "kl._18.00"),
        ("PS 12/26 og 3 saker", "PS 12/26 og 3 saker"),
        ("§ uten tall", "§ uten tall"),
        ("i 2026 ble 14 hørt", "i 2026 ble 14 hørt"),
        ("krav 3", "krav 3"),
    ],
)
def test_it_is_not_broken(written: str, printed: str) -> None:
    assert unbroken(written) == printed.replace("_", "\N{NO-BREAK SPACE}")


@pytest.mark.parametrize(
    ("pieces", "joined"),
    [
        (["1 ", "250", " 000 kr"], ["1_", "250", "_000_kr"]),
        (["kr", " ", "85 000"], ["kr", "_", "85_000"]),
        (["§ ", "  11"], ["§_", "11"]),
        (["a 3", " b"], ["a 3", " b"]),
        (["", ""], ["", ""]),
    ],
)
def test_it_is_not_broken_where_markup_stands_in_it(pieces: list[str], joined: list[str]) -> None:
    assert unbroken_across(pieces) == [one.replace("_", "\N{NO-BREAK SPACE}") for one in joined]


@pytest.mark.parametrize("piece", ["1 ", "100 ", "§ ", "kr ", " ", "kr. 1 ", "1 % "])
def test_twice_as_much_takes_twice_as_long(piece: str) -> None:
    assert is_linear(unbroken, piece, most=200_000)
    assert is_linear(lambda text: unbroken_across([text[at : at + 3] for at in range(0, len(text), 3)]), piece)
