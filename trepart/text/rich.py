"""Text with headings, lists and tables: whatever comes in (typed, or pasted from Word and the web) is cleaned here.

What is kept is HTML of few elements, each with few attributes (:data:`TAGS`), balanced, without styles, scripts and
addresses of other kinds than the web's and mail's. nh3 (ammonia) reads what came in as a browser would and strips
it; then it is set in order (Word's lists become lists, headings our two levels, a table gets its header cells); then
nh3 has the last word. The same text cleaned twice is the same text. `<mark>` stands for a passage that is exempt
from public access (R25).
"""

import html as escaping
import re

import nh3
from django.utils.safestring import SafeString

from trepart.text.nodes import EXEMPT_TAG, Node, read, rows_of, write
from trepart.text.numbers import number
from trepart.text.word_lists import as_lists

#: What is kept, with its attributes.
TAGS: dict[str, frozenset[str]] = {
    **dict.fromkeys(
        (
            "h3", "h4", "p", "ul", "ol", "li", "table", "thead", "tbody", "tr", "strong", "em", "blockquote", "br",
            "mark",
        ),
        frozenset(),
    ),
    "th": frozenset({"scope", "colspan", "rowspan"}),
    "td": frozenset({"colspan", "rowspan"}),
    "a": frozenset({"href"}),
}  # fmt: skip
#: So much can be sent in at once: a paste from Word carries ten times its text in styles.
MOST_RAW = 1_000_000
#: So much one text can be when it is clean.
MOST_CLEAN = 300_000

_RAW_TAGS = set(TAGS) | {
    "h1", "h2", "h5", "h6", "b", "i", "div", "span", "tfoot", "caption", "section", "article", "pre", "tt",
}  # fmt: skip
_DROPPED = {
    "script", "style", "title", "template", "noscript", "iframe", "object", "svg", "math", "textarea", "select", "xml",
    "head",
}  # fmt: skip
_SCHEMES = {"http", "https", "mailto"}
_RENAMED = {
    "h1": "h3", "h2": "h3", "h3": "h3", "h4": "h4", "h5": "h4", "h6": "h4", "b": "strong", "i": "em", "pre": "p",
    "tt": "mark", "tfoot": "tbody",
}  # fmt: skip
_INLINE = {"strong", "em", "a", "mark", "br", "#text"}
TEXT_BLOCKS = {"p", "h3", "h4"}
_SPANS = {"colspan": 20, "rowspan": 200}


def clean(raw: str) -> str:
    """Return what may be kept of ``raw``; empty where nothing is left. Raises ``ValueError`` for
    more than can be taken in."""
    if len(raw) > MOST_RAW:
        raise ValueError("too long")
    text = raw.replace("\x00", "").replace("\r\n", "\n").replace("\r", "\n")
    # A mark that is closed at the wrong place ends there for a browser; bold goes on in the next paragraph. What is
    # exempt must: it is read as an element of that kind.
    text = re.sub(
        r"<(/?)mark\b[^<>]*>",
        rf"<\1{EXEMPT_TAG}>",
        re.sub(rf"</?{EXEMPT_TAG}\b[^<>]*>", "", text, flags=re.I),
        flags=re.I,
    )
    stripped = nh3.clean(
        text,
        tags=_RAW_TAGS,
        clean_content_tags=_DROPPED,
        attributes={
            "p": {"style", "class"}, "span": {"style"}, "a": {"href"},
            "td": {"colspan", "rowspan"}, "th": {"colspan", "rowspan", "scope"},
        },
        url_schemes=_SCHEMES,
        link_rel=None,
    )  # fmt: skip
    blocks = _blocks([part for node in read(stripped) for part in _pushed(node)])
    _in_steps(blocks, [])
    written = "".join(write(node) for node in blocks)
    # The last word: nothing that is not on the list, whatever was done above.
    final = nh3.clean(
        written,
        tags=set(TAGS),
        attributes={tag: set(names) for tag, names in TAGS.items() if names},
        url_schemes=_SCHEMES,
        link_rel=None,
    )
    if len(final) > MOST_CLEAN:
        raise ValueError("too long")
    return final


# Setting in order -----------------------------------------------------------------------------------------------------


def _blocks(nodes: list[Node], inside: str = "") -> list[Node]:
    """Return ``nodes`` as blocks, one after another: text that stands loose becomes a paragraph, Word's list
    paragraphs become lists."""
    found: list[Node] = []
    loose: list[Node] = []

    def close() -> None:
        inline = _trimmed(loose)
        loose.clear()
        if inline:
            found.append(Node("p", kids=inline))

    for node in as_lists(nodes):
        tag = _RENAMED.get(node.tag, node.tag)
        if tag in ("strong", "em", "a", "mark", "span", "br", "#text") and not _has_block(node):
            loose += _inline([node])
            continue
        close()
        if tag in TEXT_BLOCKS and not _has_block(node):
            kids = _trimmed(_inline(node.kids))
            titled = "MsoTitle" in node.attrs.get("class", "")
            if kids:
                found.append(Node("h3" if titled else tag, kids=kids))
        elif tag in ("ul", "ol"):
            found += _list(tag, node.kids)
        elif tag == "li":
            found += _list("ul", [node])
        elif tag == "table":
            found += _table(node) if inside != "td" else [Node("p", kids=_flat(node))]
        elif tag == "blockquote":
            kids = _blocks(node.kids, inside)
            if kids:
                found.append(Node("blockquote", kids=kids))
        elif tag == "#text":
            loose.append(node)
        else:
            found += _blocks(node.kids, inside)
    close()
    return _joined(found)


def _pushed(node: Node, exempt: bool = False) -> list[Node]:
    """Return ``node`` with a mark that stands around whole paragraphs set around the text in each: what is exempt stays
    exempt, however it came in."""
    if node.tag == "#text":
        return [Node("mark", kids=[node])] if exempt and node.text.strip() else [node]
    around = node.tag == "mark" and (exempt or _has_block(node))
    kids = [part for kid in node.kids for part in _pushed(kid, exempt or around)]
    return kids if around else [Node(node.tag, node.attrs, kids)]


def _in_steps(blocks: list[Node], above: list[str]) -> None:
    """Let a heading of the lower level follow one of the upper: what is read by its headings has no
    step missing (WCAG 1.3.1)."""
    for block in blocks:
        if block.tag == "h4" and not above:
            block.tag = "h3"
        if block.tag == "h3":
            above.append(block.tag)
        if block.tag == "blockquote":
            _in_steps(block.kids, above)


def _joined(blocks: list[Node]) -> list[Node]:
    return [block for block in blocks if block.words().strip() or block.tag == "table"]


def _has_block(node: Node) -> bool:
    return any(
        kid.tag not in _INLINE and (kid.tag not in ("span", "b", "i") or _has_block(kid)) for kid in node.kids
    ) or any(_has_block(kid) for kid in node.kids)


def _inline(nodes: list[Node]) -> list[Node]:
    """Return ``nodes`` as text with emphasis and links, and nothing else."""
    found: list[Node] = []
    for node in nodes:
        tag = _RENAMED.get(node.tag, node.tag)
        if tag == "#text":
            words = re.sub(r"[ \t\n\r\f\u00a0]+", " ", node.text)
            if words:
                found.append(Node("#text", text=words))
        elif tag == "br":
            found.append(Node("br"))
        elif tag == "span" and "mso-list:ignore" in node.attrs.get("style", "").replace(" ", "").lower():
            continue
        elif tag in ("strong", "em", "mark") or (tag == "a" and _address(node.attrs.get("href", ""))):
            kids = _inline(node.kids)
            if "".join(kid.words() for kid in kids).strip():
                attrs = {"href": _address(node.attrs["href"])} if tag == "a" else {}
                found.append(Node(tag, attrs, kids))
            else:
                found += [Node("#text", text=" ")] if kids else []
        else:
            found += _inline(node.kids)
    return found


def _address(href: str) -> str:
    """Return an address that leads somewhere from a paper: the web's or mail's; empty for a mark within Word's own
    file, and for the rest."""
    found = href.strip()
    return found if re.match(r"(https?://|mailto:)\S+$", found, re.IGNORECASE) else ""


def _trimmed(nodes: list[Node]) -> list[Node]:
    """Return ``nodes`` as one text: neighbours joined, spaces once, none at the ends, no breaks there either."""
    found: list[Node] = []
    for node in nodes:
        if node.tag == "#text" and found and found[-1].tag == "#text":
            found[-1] = Node("#text", text=re.sub(r" +", " ", found[-1].text + node.text))
        else:
            found.append(node)
    while found and (found[0].tag == "br" or (found[0].tag == "#text" and not found[0].text.strip())):
        found.pop(0)
    while found and (found[-1].tag == "br" or (found[-1].tag == "#text" and not found[-1].text.strip())):
        found.pop()
    if found and found[0].tag == "#text":
        found[0] = Node("#text", text=found[0].text.lstrip(" "))
    if found and found[-1].tag == "#text":
        found[-1] = Node("#text", text=found[-1].text.rstrip(" "))
    return found


def _list(tag: str, nodes: list[Node]) -> list[Node]:
    """Return a list of its points; what stands loose in it becomes a point."""
    points: list[Node] = []
    for node in nodes:
        if node.tag == "#text" and not node.text.strip():
            continue
        if node.tag in ("ul", "ol"):
            inner = _list(node.tag, node.kids)
            if points and inner:
                points[-1].kids += inner
            else:
                points += [kid for one in inner for kid in one.kids]
            continue
        blocks = _blocks(node.kids if node.tag == "li" else [node], "li")
        kids = _point(blocks)
        if kids:
            points.append(Node("li", kids=kids))
    return [Node(tag, kids=points)] if points else []


def _point(blocks: list[Node]) -> list[Node]:
    """Return what stands in one point: its text, and lists below it. Headings and quotes within it are text."""
    text: list[Node] = []
    lists: list[Node] = []
    for block in blocks:
        if block.tag in ("ul", "ol"):
            lists.append(block)
            continue
        inline = block.kids if block.tag in TEXT_BLOCKS else _flat(block)
        if inline:
            text += ([Node("br")] if text else []) + inline
    return [*text, *lists]


def _flat(node: Node) -> list[Node]:
    """Return a block as text: each row or paragraph on a line of its own."""
    lines: list[Node] = []

    def walk(one: Node) -> None:
        if one.tag in ("p", "h3", "h4", "li", "tr") or all(kid.tag in _INLINE for kid in one.kids):
            inline = (
                _trimmed([part for kid in one.kids for part in (*_inline([kid]), Node("#text", text=" "))])
                if one.tag == "tr"
                else _trimmed(_inline(one.kids))
            )
            if inline:
                lines.extend([*([Node("br")] if lines else []), *inline])
        else:
            for kid in one.kids:
                walk(kid)

    walk(node)
    return lines


def _table(node: Node) -> list[Node]:
    """Return a table with header cells (a table without is read aloud as noise, and cannot be printed): the first row,
    where it has none. One of a single cell is a frame, not a table."""
    captions = [kid for kid in node.kids if kid.tag == "caption"]
    before = [block for caption in captions for block in _blocks(caption.kids)]
    rows = [(part, [cell for cell in row.kids if cell.tag in ("td", "th")]) for part, row in rows_of(node)]
    rows = [(part, cells) for part, cells in rows if cells]
    if not rows:
        return [*before, *_blocks([kid for kid in node.kids if kid.tag == "#text"])]
    if len(rows) == 1 and len(rows[0][1]) == 1:
        return [*before, *_blocks(rows[0][1][0].kids)]
    headed = any(cell.tag == "th" for _part, cells in rows for cell in cells)
    heads: list[Node] = []
    body: list[Node] = []
    for place, (part, cells) in enumerate(rows):
        head = part == "thead" or (not headed and place == 0) or (place == 0 and all(c.tag == "th" for c in cells))
        head = head and not body
        made = [_cell(cell, "col" if head else "row" if cell.tag == "th" else "") for cell in cells]
        (heads if head else body).append(Node("tr", kids=made))
    if not body:  # a header over nothing
        body, heads = heads[1:], heads[:1]
    parts = [Node("thead", kids=heads)] if heads else []
    return [*before, Node("table", kids=[*parts, *([Node("tbody", kids=body)] if body else [])])]


def _cell(cell: Node, scope: str) -> Node:
    attrs = {"scope": scope} if scope else {}
    for name, most in _SPANS.items():
        span = number(cell.attrs.get(name), digits=4)
        if span is not None and 1 < span <= most:
            attrs[name] = str(span)
    return Node("th" if scope else "td", attrs, _point(_blocks(cell.kids, "td")))


# What is exempt -------------------------------------------------------------------------------------------------------


def has_exempt(markup: str) -> bool:
    """Say whether a passage in ``markup`` is marked as exempt."""
    return "<mark>" in markup


def _holds_mark(node: Node) -> bool:
    return any(kid.tag == "mark" or _holds_mark(kid) for kid in node.kids)


def redacted(markup: str, label: str) -> str:
    """Return ``markup`` with ``label`` in place of each passage that is marked as exempt. Nothing is left of what stood
    there, not even its length."""

    def walk(node: Node) -> Node:
        if node.tag == "mark":
            return Node("strong", kids=[Node("#text", text=label)])
        if node.tag == "a" and _holds_mark(node):  # an address tells, too
            return Node("strong", kids=[Node("#text", text=label)])
        return Node(node.tag, node.attrs, [walk(kid) for kid in node.kids], node.text)

    return "".join(write(walk(node)) for node in read(markup))


def opened(markup: str) -> SafeString:
    """Return ``markup`` for showing to those who may read all of it."""
    return SafeString(markup)  # cleaned when it was kept; see clean


def escaped(words: str) -> str:
    """Return plain ``words`` as they stand within HTML."""
    return escaping.escape(words)
