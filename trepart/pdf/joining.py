"""What is read as one and what has to be broken, also where markup stands within it: a sum in which some figures are
bold, a word of which a part is a link."""

from collections.abc import Iterator
from typing import Any

from trepart.pdf.text import unbroken_across

#: Elements that a line of text does not go on across.
BLOCKS = frozenset((
    "address", "article", "aside", "blockquote", "body", "caption", "dd", "div", "dl", "dt", "figcaption", "figure",
    "footer", "h1", "h2", "h3", "h4", "h5", "h6", "header", "hr", "li", "main", "nav", "ol", "p", "section", "table",
    "tbody", "td", "tfoot", "th", "thead", "tr", "ul",
))  # fmt: skip
#: Elements whose text is not drawn.
UNDRAWN = frozenset({"style", "script", "title", "head"})
_ENDS_A_LINE = BLOCKS | UNDRAWN | {"br", "img", "svg"}
#: A word of so many letters may be broken where markup begins or ends in it: nothing else breaks it there.
LONG = 24
_MAY_BREAK = "\N{ZERO WIDTH SPACE}"

#: Where a piece of text stands: in an element, or behind it.
_Place = tuple[Any, str]


def join(root: Any) -> None:
    """Set in an HTML tree where its lines may and may not end."""
    for line in _lines(root):
        pieces = unbroken_across([getattr(element, where) for element, where in line])
        for (element, where), words in zip(line, _breakable(pieces), strict=True):
            setattr(element, where, words)


def _lines(root: Any) -> Iterator[list[_Place]]:
    """Yield the pieces of each line of text, in the order they are read."""
    line: list[_Place] = []
    waiting = [(root, True)]
    while waiting:
        element, begins = waiting.pop()
        ends_line = element.tag in _ENDS_A_LINE or not isinstance(element.tag, str)
        if ends_line and line:
            yield line
            line = []
        if begins:
            waiting.append((element, False))
            if isinstance(element.tag, str) and element.tag not in UNDRAWN:
                waiting += [(kid, True) for kid in reversed(element)]
                if element.text:
                    line.append((element, "text"))
        elif element.tail and element is not root:
            line.append((element, "tail"))
    if line:
        yield line


def _breakable(pieces: list[str]) -> list[str]:
    """Return ``pieces`` with a place to break between those that share a long word."""
    if len(pieces) == 1:
        return pieces
    found = list(pieces)
    shared: list[int] = []
    length = 0

    def done() -> None:
        if length > LONG:
            for at in shared:
                found[at] += _MAY_BREAK

    for at, piece in enumerate(pieces):
        words = piece.split()
        first = len(words[0]) if words else 0
        if not words or piece[:1].isspace():
            done()
            shared, length = [], 0
        if not words:
            continue
        if len(words) == 1 and not piece[:1].isspace():
            length += first
        else:
            length += 0 if piece[:1].isspace() else first
            done()
            shared, length = [], len(words[-1])
        if piece[-1:].isspace():
            done()
            shared, length = [], 0
        elif at + 1 < len(pieces) and not pieces[at + 1][:1].isspace():
            shared.append(at)
    done()
    return found
