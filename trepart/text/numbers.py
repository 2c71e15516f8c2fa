"""Whole numbers out of addresses and forms: ids, versions, pages, counts."""


def number(value: str | None, *, digits: int = 18) -> int | None:
    """Return the whole number ``value`` is, written with at most ``digits`` of the digits 0 to 9; None for all else.

    Eighteen digits fit in the database's largest whole number, so what comes back can always be asked for.
    """
    return int(value) if value and value.isascii() and value.isdigit() and len(value) <= digits else None
