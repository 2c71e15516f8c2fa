"""Whole numbers out of addresses and forms."""

import pytest

from trepart.text.numbers import number


@pytest.mark.parametrize(("value", "meant"), [("7", 7), ("0", 0), ("007", 7), ("9" * 18, 10**18 - 1)])
def test_digits_are_a_number(value: str, meant: int) -> None:
    assert number(value) == meant


@pytest.mark.parametrize(
    "value", [None, "", " ", " 7", "7 ", "٣", "²", "1e3", "1_000", "7.0", "+7", "-1", "0x7", "7\n", "9" * 19, "9" * 40]
)
def test_anything_else_is_none(value: str | None) -> None:
    assert number(value) is None


def test_there_may_be_a_bar_on_the_digits() -> None:
    assert number("99999", digits=5) == 99999
    assert number("100000", digits=5) is None
