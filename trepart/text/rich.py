"""Text with headings, lists and tables: whatever comes in (typed, or pasted from Word and the web) is cleaned here.

What is kept is HTML of few elements, each with few attributes (:data:`TAGS`), balanced, without styles, scripts and
addresses of other kinds than the web's and mail's. `trepart.text.seen` reads what somebody who looks at the document
would see; here it is set in order (Word's lists become lists, headings our two levels, a table gets its header
cells); nh3 (ammonia) has the last word. The same text cleaned twice is the same text. `<mark>` stands for a passage
that is exempt from public access (R25). All of it is linear: twice the text takes twice the time.
"""

import html as escaping

import nh3
from django.utils.safestring import SafeString

from trepart.text import exempt, seen
from trepart.text.lines import put_behind, tidied
from trepart.text.lists import list_of, merged
from trepart.text.nodes import INLINE, Node, nested, read, rows_of, write
from trepart.text.numbers import number
from trepart.text.numerals import Numeral
from trepart.text.refusals import too_long
from trepart.text.word_lists import as_lists

#: What is kept, with its attributes.
TAGS: dict[str, frozenset[str]] = {
    **dict.fromkeys(
        (
            "h3", "h4", "p", "ul", "table", "thead", "tbody", "tr", "strong", "em", "sup", "sub", "blockquote", "br",
            "mark",
        ),
        frozenset(),
    ),
    "ol": frozenset({"start", "type"}),
    "li": frozenset({"value"}),
    "th": frozenset({"scope", "colspan", "rowspan"}),
    "td": frozenset({"colspan", "rowspan"}),
    "a": frozenset({"href"}),
}  # fmt: skip
#: So much can be sent in at once: a paste from Word carries ten times its text in styles.
MOST_RAW = 1_000_000
#: So much one text can be when it is clean.
MOST_CLEAN = 300_000

_SCHEMES = {"http", "https", "mailto"}
_RENAMED = {"h1": "h3", "h2": "h3", "h3": "h3", "h4": "h4", "h5": "h4", "h6": "h4", "pre": "p", "p": "p"}
_LISTS = {"ul": "ul", "ol": "ol", "menu": "ul", "dir": "ul"}
TEXT_BLOCKS = {"p", "h3", "h4"}
_SPANS = {"colspan": 20, "rowspan": 200}


def clean(raw: str, *, mark: bool = True) -> str:
    """Return what may be kept of ``raw``; empty where nothing is left. ``mark``: what stands in double brackets is
    marked as exempt; else they stay, for who is to put them right. Raises ``NotTaken``, a ``ValueError``, for more or
    deeper than can be taken in, and for what is half marked."""
    return pasted(raw, mark=mark)[0]


def pasted(raw: str, *, mark: bool = True) -> tuple[str, bool]:
    """Return what may be kept of ``raw`` (:func:`clean`), and whether text that is not seen was left out of it."""
    if len(raw) > MOST_RAW:
        raise too_long()
    root, left_out = seen.read(raw)
    if mark:
        exempt.mark(root)
    blocks = _Arranger().blocks(root.kids)
    _in_steps(blocks, [])
    written = "".join(write(node) for node in blocks)
    if len(written) > MOST_CLEAN:
        raise too_long()
    # The last word: nothing that is not on the list, whatever was done above.
    kept = nh3.clean(
        written,
        tags=set(TAGS),
        attributes={tag: set(names) for tag, names in TAGS.items() if names},
        url_schemes=_SCHEMES,
        link_rel=None,
    )
    return kept, left_out


# Setting in order -----------------------------------------------------------------------------------------------------


class _Arranger:
    def __init__(self) -> None:
        #: The latest number of each of Word's own lists.
        self.before: dict[str, Numeral] = {}

    def blocks(self, nodes: list[Node], inside: str = "") -> list[Node]:
        """Return ``nodes`` as blocks, one after another: text that stands loose becomes a paragraph, Word's list
        paragraphs become lists."""
        found: list[Node] = []
        loose: list[Node] = []

        def close() -> None:
            if inline := tidied(loose):
                found.append(Node("p", kids=nested(inline)))
            loose.clear()

        for node in as_lists(nodes, self.before):
            tag = _RENAMED.get(node.tag, node.tag)
            if tag in ("#text", "br"):
                loose.append(node)
                continue
            close()
            if tag in TEXT_BLOCKS and all(kid.tag in INLINE for kid in node.kids):
                tag = "h3" if "title" in node.attrs else tag
                if kids := tidied(node.kids, bold=tag == "p"):
                    found.append(Node(tag, kids=nested(kids)))
            elif tag in _LISTS or tag == "li":
                around = node if tag in _LISTS else Node("ul", kids=[node])
                merged(found, list_of(around, lambda kids: self.point(self.blocks(kids, "li"))))
            elif tag == "table":
                found += self.table(node) if inside != "td" else self.flat(node)
            elif tag == "blockquote":
                if kids := self.blocks(node.kids, inside):
                    found.append(Node("blockquote", kids=kids))
            else:
                found += self.blocks(node.kids, inside)
        close()
        return found

    def point(self, blocks: list[Node]) -> list[Node]:
        """Return what stands in one point or cell: its text, and lists below it. Headings and quotes in it are text."""
        text: list[Node] = []
        lists: list[Node] = []
        for block in blocks:
            if block.tag in ("ul", "ol"):
                lists.append(block)
                continue
            for line in _lines_of(block):
                put_behind(text, line, Node("br"))
        return [*text, *lists]

    def flat(self, table: Node) -> list[Node]:
        """Return a table within a cell as lines of text, one for each row."""
        rows = ([cell for cell in row.kids if cell.tag in ("td", "th")] for _part, row in rows_of(table))
        lines = [Node("p", kids=_in_a_line([self.blocks(cell.kids, "td") for cell in cells])) for cells in rows]
        return [*self.blocks(_loose(table), "td"), *(line for line in lines if line.kids)]

    def table(self, node: Node) -> list[Node]:
        """Return a table with header cells (a table without is read aloud as noise, and cannot be printed): the first
        row, where it has none. One of a single cell is a frame, not a table."""
        before = self.blocks(_loose(node))
        rows = [(part, [cell for cell in row.kids if cell.tag in ("td", "th")]) for part, row in rows_of(node)]
        rows = [(part, cells) for part, cells in rows if cells]
        if not rows:
            return before
        if len(rows) == 1 and len(rows[0][1]) == 1:
            return [*before, *self.blocks(rows[0][1][0].kids)]
        headed = any(cell.tag == "th" for _part, cells in rows for cell in cells)
        heads: list[Node] = []
        body: list[Node] = []
        for at, (part, cells) in enumerate(rows):
            head = part == "thead" or (not headed and at == 0) or (at == 0 and all(c.tag == "th" for c in cells))
            head = head and not body
            made = [self.cell(cell, "col" if head else "row" if cell.tag == "th" else "") for cell in cells]
            (heads if head else body).append(Node("tr", kids=made))
        if not body:  # a header over nothing
            body, heads = heads[1:], heads[:1]
        parts = [Node("thead", kids=heads)] if heads else []
        return [*before, Node("table", kids=[*parts, *([Node("tbody", kids=body)] if body else [])])]

    def cell(self, cell: Node, scope: str) -> Node:
        attrs = {"scope": scope} if scope else {}
        for name, most in _SPANS.items():
            span = number(cell.attrs.get(name), digits=4)
            if span is not None and 1 < span <= most:
                attrs[name] = str(span)
        return Node("th" if scope else "td", attrs, self.point(self.blocks(cell.kids, "td")))


def _loose(table: Node) -> list[Node]:
    """Return what stands in a table without being in a row: it is read before it, the caption first."""
    found: list[Node] = []
    for kid in table.kids:
        if kid.tag in ("thead", "tbody", "tfoot"):
            found += _loose(kid)
        elif kid.tag == "caption":
            found = [kid, *found]
        elif kid.tag != "tr":
            found.append(kid)
        else:
            found += [one for one in kid.kids if one.tag not in ("td", "th")]
    return found


def _lines_of(block: Node) -> list[list[Node]]:
    """Return the lines of text in a block that stands where there is no room for blocks."""
    if block.tag in TEXT_BLOCKS:
        return [block.kids]
    if block.tag == "tr":
        spaced = _in_a_line([[Node("p", kids=cell.kids)] for cell in block.kids])
        return [spaced] if spaced else []
    if block.tag == "li":
        own = [kid for kid in block.kids if kid.tag in INLINE]
        below = [line for kid in block.kids if kid.tag not in INLINE for line in _lines_of(kid)]
        return [*([own] if own else []), *below]
    return [line for kid in block.kids for line in _lines_of(kid)]


def _in_a_line(cells: list[list[Node]]) -> list[Node]:
    """Return what stands in the cells of a row as one line."""
    found: list[Node] = []
    for block in (block for cell in cells for block in cell):
        for line in _lines_of(block):
            put_behind(found, line, Node("#text", text=" "))
    return found


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
