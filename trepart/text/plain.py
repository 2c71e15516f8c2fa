"""Text with headings, lists and tables (`trepart.text.rich`) as plain text, and back.

For a text area, for places without markup, for comparing two versions.
"""

import html as escaping
import re

from trepart.text.nodes import Node, read, rows_of
from trepart.text.rich import MOST_RAW, TEXT_BLOCKS, clean

_BOLD = re.compile(r"\*\*(?=\S)(.+?)(?<=\S)\*\*", re.DOTALL)
_EXEMPT = re.compile(r"\[\[(?=\S)(.+?)(?<=\S)\]\]", re.DOTALL)
_A_TAG = re.compile(
    r"</?(?:p|h[1-6]|[uo]l|li|table|thead|tbody|t[rhd]|strong|em|b|i|a|div|span|br|blockquote|mark)\b[^<>]*>",
    re.IGNORECASE,
)


def from_written(text: str) -> str:
    """Return what somebody has written in a text area, clean: HTML, or plain text where an empty line begins a
    paragraph, ``- `` and ``1. `` a point, ``## `` a heading, ``**`` stands around what is important and ``[[ ]]``
    around what is exempt. Raises ``ValueError`` as :func:`clean`."""
    if _A_TAG.search(text):
        return clean(text)
    if len(text) > MOST_RAW:
        raise ValueError("too long")
    made: list[str] = []
    for block in re.split(r"\n\s*\n", text.replace("\r\n", "\n").replace("\r", "\n").strip("\n")):
        made += _from_lines([line.rstrip() for line in block.split("\n") if line.strip()])
    return clean("".join(made))


def _from_lines(lines: list[str]) -> list[str]:
    made: list[str] = []
    run: list[str] = []
    kind = ""

    def close() -> None:
        if run and kind == "p":
            made.append(f"<p>{'<br>'.join(run)}</p>")
        elif run:
            made.append(f"<{kind}>{''.join(f'<li>{one}</li>' for one in run)}</{kind}>")
        run.clear()

    for line in lines:
        heading = re.match(r"(#{2,3}) +(.+)", line)
        point = re.match(r"[-*•] +(.+)", line)
        number = re.match(r"\d{1,3}[.)] +(.+)", line)
        wanted = "h" if heading else "ul" if point else "ol" if number else "p"
        if wanted != kind or heading:
            close()
            kind = wanted
        if heading:
            level = "h3" if len(heading[1]) == 2 else "h4"
            made.append(f"<{level}>{_marked_up(heading[2])}</{level}>")
        else:
            found = point or number
            run.append(_marked_up(found[1] if found else line.strip()))
    close()
    return made


def _marked_up(line: str) -> str:
    said = escaping.escape(line, quote=False)
    return _EXEMPT.sub(r"<mark>\1</mark>", _BOLD.sub(r"<strong>\1</strong>", said))


def to_written(markup: str) -> str:
    """Return ``markup`` as it is shown in a text area: as plain text where nothing is lost by it, else as it
    is, a block on each line."""
    nodes = read(markup)
    plain = "\n\n".join(_to_lines(node) for node in nodes)
    if from_written(plain) == markup:
        return plain
    return re.sub(
        r"(</(?:p|h3|h4|ul|ol|li|tr|thead|tbody|table|blockquote)>|<(?:ul|ol|table|thead|tbody|tr|blockquote)>)(?!\n)",
        r"\1\n",
        markup,
    ).strip()


def _to_lines(node: Node) -> str:
    if node.tag in ("ul", "ol"):
        marks = (f"{n}. " if node.tag == "ol" else "- " for n in range(1, len(node.kids) + 1))
        return "\n".join(mark + _to_line(kid) for mark, kid in zip(marks, node.kids, strict=True))
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
    """Return ``markup`` as plain text: a paragraph a block, a line a point. For places that take no markup, such as
    the motion of a meeting."""
    said: list[str] = []
    for node in read(markup):
        if node.tag == "table":
            said.append(
                "\n".join(" | ".join(cell.words().strip() for cell in row.kids) for _part, row in rows_of(node))
            )
        elif node.tag == "blockquote":
            said += [kid.words().strip() for kid in node.kids]
        elif node.tag in ("ul", "ol"):
            said.append("\n".join(_points(node)))
        else:
            said.append("\n".join(line.strip() for line in _lines(node).split("\n")))
    return "\n\n".join(one for one in said if one)


def _lines(node: Node) -> str:
    if node.tag == "#text":
        return node.text
    return "\n" if node.tag == "br" else "".join(_lines(kid) for kid in node.kids)


def _points(node: Node, depth: int = 0) -> list[str]:
    said: list[str] = []
    for number, point in enumerate(node.kids, 1):
        mark = f"{number}. " if node.tag == "ol" else "– "
        own = "".join(kid.words() for kid in point.kids if kid.tag not in ("ul", "ol")).strip()
        said.append("  " * depth + mark + own)
        for kid in point.kids:
            if kid.tag in ("ul", "ol"):
                said += _points(kid, depth + 1)
    return said


def paragraphs_of(markup: str) -> list[str]:
    """Return the words of each block (a row, a point, a paragraph), for comparing two versions."""
    found: list[str] = []

    def walk(node: Node) -> None:
        if node.tag == "tr":
            found.append(" | ".join(cell.words().strip() for cell in node.kids))
        elif node.tag == "li":
            found.append("– " + "".join(kid.words() for kid in node.kids if kid.tag not in ("ul", "ol")).strip())
            for kid in node.kids:
                if kid.tag in ("ul", "ol"):
                    walk(kid)
        elif node.tag in TEXT_BLOCKS:
            found.append(node.words().strip())
        else:
            for kid in node.kids:
                walk(kid)

    for node in read(markup):
        walk(node)
    return found
