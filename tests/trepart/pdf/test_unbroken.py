"""What is read as one stays on one line in print."""

import pytest

from trepart.pdf.text import unbroken


@pytest.mark.parametrize(
    ("written", "printed"),
    [
        ("kommuneloven § 11-10", "kommuneloven §_11-10"),
        ("§§ 5-11 og 13-4", "§§_5-11 og 13-4"),
        ("loven §\n    27-1", "loven §_27-1"),
        ("180 000 kr", "180_000_kr"),
        ("1 250 000 kroner", "1_250_000_kroner"),
        ("kr 50 000", "kr_50_000"),
        ("kl. 18.00", "kl._18.00"),
        ("PS 12/26 og 3 saker", "PS 12/26 og 3 saker"),
        ("§ uten tall", "§ uten tall"),
        ("i 2026 ble 14 hørt", "i 2026 ble 14 hørt"),
        ("krav 3", "krav 3"),
    ],
)
def test_it_is_not_broken(written: str, printed: str) -> None:
    assert unbroken(written) == printed.replace("_", "\N{NO-BREAK SPACE}")
