"""Rows of a text file whose columns are divided by a sign (CSV), also where a quotation mark was never closed."""

import csv
import io
import re
from collections.abc import Iterator

#: What may divide the columns; where two do so equally often, the first.
DELIMITERS = (";", "\t", ",")
#: Excel writes on a line of its own what divides the others.
_SAID = re.compile(r"\ufeff?\"?sep=(.)\"?\s*", re.IGNORECASE)


def said_delimiter(text: str) -> tuple[str, int]:
    """Return the sign that a line ``sep=;`` before everything else names, and how many lines that takes; ``("", 0)``
    where there is none."""
    match = _SAID.fullmatch(text.split("\n", 1)[0])
    return (match[1], 1) if match else ("", 0)


def rows(text: str, delimiter: str) -> Iterator[tuple[int, list[str]]]:
    """Yield the rows of ``text``, whose lines end in a line feed, each with the line it begins on, from 1.

    A quotation mark that is never closed, or closed in another row, does not swallow what stands between: then each
    line is a row.
    """
    found, begins = [], 1
    try:
        reader = csv.reader(io.StringIO(text), delimiter=delimiter, strict=True)
        for cells in reader:
            if any("\n" in cell and (delimiter in cell or "@" in cell) for cell in cells):
                raise csv.Error
            found.append((begins, cells))
            begins = reader.line_num + 1
    except csv.Error:
        lines = enumerate(text.split("\n"), start=1)
        found = [(at, [cell.strip().strip('"') for cell in line.split(delimiter)]) for at, line in lines]
    yield from found
