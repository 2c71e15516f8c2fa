"""Text with headings, lists and tables (`trepart.text.rich`) as plain text, and back.

For a text area, for places without markup, for comparing two versions.
"""

import html as escaping
import re
from collections.abc import Iterator

from trepart.text import exempt, normal
from trepart.text.lists import numbers_of
from trepart.text.nodes import Node, read, rows_of
from trepart.text.numerals import is_day, said
from trepart.text.refusals import NotTaken, too_long
from trepart.text.rich import MOST_RAW, TEXT_BLOCKS, clean

_A_TAG = re.compile(
    r"</?(?:p|h[1-6]|[uo]l|li|table|thead|tbody|t[rhd]|strong|em|b|i|a|div|span|br|blockquote|mark|su[bp]|del|ins|s"
    r"|strike|u|d[ltd]|pre|section|article|img|font|center|q|hr|col|caption|script|style)\b[^<>]*>",
    re.IGNORECASE,
)
_HEADING = re.compile(r"(#{2,3}) +(\S.*)")
_POINT = re.compile(r"[-*•] +(\S.*)")
_NUMBER = re.compile(r"(\d{1,3})[.)] +(\S.*)")
_A_BLOCK = re.compile(
    r"(</(?:p|h3|h4|ul|ol|li|tr|thead|tbody|table|blockquote)>"
    r"|<(?:ul|ol|table|thead|tbody|tr|blockquote)(?: [^<>]*)?>)(?!\n)"
)
_SUPER = str.maketrans("0123456789+-=()n", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁼⁽⁾ⁿ")
_SUB = str.maketrans("0123456789+-=()", "₀₁₂₃₄₅₆₇₈₉₊₋₌₍₎")


def from_written(text: str, *, mark: bool = True) -> str:
    """Return what somebody has written in a text area, clean: HTML, or lines as in :func:`from_lines`. Raises
    ``NotTaken`` and takes ``mark`` as :func:`trepart.text.rich.clean`."""
    return clean(text, mark=mark) if _A_TAG.search(text) else from_lines(text, mark=mark)


def from_lines(text: str, *, mark: bool = True) -> str:
    """Return lines of text, clean; nothing in them is read as HTML. An empty line begins a paragraph, ``- `` and
    ``1. `` a point with the number it has, ``## `` a heading, ``**`` stands around what is important and ``[[ ]]``
    around what is exempt. Raises ``NotTaken``."""
    if len(text) > MOST_RAW:
        raise too_long()
    made = [piece for block in _blocks(normal.lines(text)) for piece in _from_block(block)]
    return clean("".join(made), mark=mark)


def from_text(text: str) -> str:
    """Return somebody else's words as they stand, in paragraphs and lines: nothing in them is markup of any kind.
    Raises ``NotTaken`` where they are too long."""
    if not exempt.is_balanced(text):
        text = exempt.single(text)
    blocks = (
        "<br>".join(escaping.escape(line, quote=False) for line in block) for block in _blocks(normal.lines(text))
    )
    return clean("".join(f"<p>{block}</p>" for block in blocks))


def _blocks(text: str) -> Iterator[list[str]]:
    block: list[str] = []
    for line in text.split("\n"):
        if line.strip():
            block.append(line.rstrip())
        elif block:
            yield block
            block = []
    if block:
        yield block


def _from_block(lines: list[str]) -> list[str]:
    made: list[str] = []
    run: list[str] = []
    kind = ""

    def close() -> None:
        if run and kind == "p":
            made.append(f"<p>{'<br>'.join(run)}</p>")
        elif run:
            made.append(f"<{kind}>{''.join(run)}</{kind}>")
        run.clear()

    for line in lines:
        heading = _HEADING.match(line)
        point = _POINT.match(line)
        number = _NUMBER.match(line)
        if number and is_day(number[2]):
            number = None
        wanted = "h" if heading else "ul" if point else "ol" if number else "p"
        if wanted != kind or heading:
            close()
            kind = wanted
        if heading:
            level = "h3" if len(heading[1]) == 2 else "h4"
            made.append(f"<{level}>{_marked_up(heading[2])}</{level}>")
        elif number:
            run.append(f'<li value="{int(number[1])}">{_marked_up(number[2])}</li>')
        elif point:
            run.append(f"<li>{_marked_up(point[1])}</li>")
        else:
            run.append(_marked_up(line.strip()))
    close()
    return made


def _marked_up(line: str) -> str:
    """Return ``line`` with what stands between two pairs of stars as important: from one before a word to the next
    after a word."""
    parts = escaping.escape(line, quote=False).split("**")
    ends = [False] * len(parts)  # whether a pair of stars after this part, or later, can end something
    for at in range(len(parts) - 2, -1, -1):
        ends[at] = ends[at + 1] or (parts[at] != "" and not parts[at][-1].isspace())
    made = [parts[0]]
    within = False
    for at, part in enumerate(parts[1:], start=1):
        if within and parts[at - 1] and not parts[at - 1][-1].isspace():
            made.append("</strong>")
            within = False
        elif not within and part and not part[0].isspace() and ends[at]:
            made.append("<strong>")
            within = True
        else:
            made.append("**")
        made.append(part)
    return "".join(made)


def to_written(markup: str) -> str:
    """Return ``markup`` as it is shown in a text area: as plain text where nothing is lost by it, else as it
    is, a block on each line."""
    nodes = read(markup)
    plain = "\n\n".join(_to_lines(node) for node in nodes)
    try:
        if from_written(plain) == markup:
            return plain
    except NotTaken:  # what reads otherwise as plain text is shown as it is
        pass
    return _A_BLOCK.sub(r"\1\n", markup).strip()


def _to_lines(node: Node) -> str:
    if node.tag == "ol":
        return "\n".join(f"{n}. {_to_line(kid)}" for n, kid in zip(numbers_of(node), node.kids, strict=True))
    if node.tag == "ul":
        return "\n".join(f"- {_to_line(kid)}" for kid in node.kids)
    heading = {"h3": "## ", "h4": "### "}.get(node.tag, "")
    return heading + _to_line(node)


def _to_line(node: Node) -> str:
    around = {"strong": ("**", "**"), "mark": ("[[", "]]")}
    if node.tag == "#text":
        return node.text
    if node.tag == "br":
        return "\n"
    before, after = around.get(node.tag, ("", ""))
    return before + "".join(_to_line(kid) for kid in node.kids) + after


def plain(markup: str) -> str:
    """Return ``markup`` as plain text: a paragraph a block, a line a point with the number it has, raised signs as
    such (m²). For places that take no markup, such as the motion of a meeting."""
    said: list[str] = []
    for node in read(markup):
        if node.tag == "table":
            said.append(
                "\n".join(" | ".join(_words(cell).strip() for cell in row.kids) for _part, row in rows_of(node))
            )
        elif node.tag == "blockquote":
            said += [_words(kid).strip() for kid in node.kids]
        elif node.tag in ("ul", "ol"):
            said.append("\n".join(_points(node)))
        else:
            said.append("\n".join(line.strip() for line in _words(node, "\n").split("\n")))
    return "\n\n".join(one for one in said if one)


def _words(node: Node, line: str = " ") -> str:
    """Return the text in ``node`` with ``line`` for a break."""
    if node.tag == "#text":
        return node.text
    if node.tag == "br":
        return line
    words = "".join(_words(kid, line) for kid in node.kids)
    if node.tag in ("sup", "sub") and words:
        raised = words.translate(_SUPER if node.tag == "sup" else _SUB)
        known = all(sign != was or sign == " " for sign, was in zip(raised, words, strict=True))
        sign = "^" if node.tag == "sup" else "_"
        return raised if known else f"{sign}({words})" if " " in words else f"{sign}{words}"
    return words


def _own(point: Node) -> str:
    return "".join(_words(kid) for kid in point.kids if kid.tag not in ("ul", "ol")).strip()


def _points(node: Node, depth: int = 0) -> list[str]:
    found: list[str] = []
    for number, point in zip(numbers_of(node), node.kids, strict=True):
        mark = f"{said(number, node.attrs.get('type', '1'))}. " if node.tag == "ol" else "– "
        found.append("  " * depth + mark + _own(point))
        for kid in point.kids:
            if kid.tag in ("ul", "ol"):
                found += _points(kid, depth + 1)
    return found


def paragraphs_of(markup: str) -> list[str]:
    """Return the words of each block (a row, a point with its number, a paragraph), for comparing two versions."""
    found: list[str] = []

    def walk(node: Node) -> None:
        if node.tag == "tr":
            found.append(" | ".join(_words(cell).strip() for cell in node.kids))
        elif node.tag in ("ul", "ol"):
            found.extend(_points(node))
        elif node.tag in TEXT_BLOCKS:
            found.append(_words(node).strip())
        else:
            for kid in node.kids:
                walk(kid)

    for node in read(markup):
        walk(node)
    return found
