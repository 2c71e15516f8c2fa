"""What a reader sees of a document that is pasted: its words in their blocks, with bold, links and raised signs.

What the reader does not see is left out: deleted and hidden text, comments, field codes. One pass over the tags, with
what is open on a list: nothing that comes in is deeper or of more elements than the limits, before anything walks it.
"""

from collections import Counter
from dataclasses import dataclass, replace

from django.utils.translation import gettext as _

from trepart.text import normal
from trepart.text.nodes import Node, placed
from trepart.text.refusals import too_deep
from trepart.text.styles import Look, Said, Sheet, both, parsed, plainly, styled, unseen
from trepart.text.tokens import Token, cut

#: Elements that are open at the same time, at most: nobody writes so deep.
DEEPEST = 100
#: Tags in all: a paste of a hundred pages of tables from Word has fewer.
MOST_TAGS = 60_000

_BLOCKS = frozenset({
    "address", "article", "aside", "blockquote", "body", "caption", "center", "dd", "details", "dialog", "dir", "div",
    "dl", "dt", "fieldset", "figcaption", "figure", "footer", "form", "h1", "h2", "h3", "h4", "h5", "h6", "header",
    "hgroup", "html", "legend", "li", "main", "menu", "nav", "ol", "p", "pre", "search", "section", "summary", "table",
    "tbody", "td", "tfoot", "th", "thead", "tr", "ul",
})  # fmt: skip
_UNSEEN = frozenset({
    "del", "s", "strike", "svg", "math", "select", "object", "audio", "video", "canvas", "xml", "w:del", "datalist",
    "map", "applet",
})  # fmt: skip
#: Of these, what is no text of anybody's: a drawing, a menu, what a program keeps for itself.
_NO_TEXT = _UNSEEN - {"del", "s", "strike", "w:del"}
_VOID = frozenset({
    "area", "base", "basefont", "bgsound", "br", "col", "embed", "frame", "hr", "img", "input", "link", "meta", "param",
    "source", "track", "wbr",
})  # fmt: skip
_CELLS = frozenset({"td", "th"})
_TABLE = frozenset({"table", "caption", "tbody", "thead", "tfoot", "tr"}) | _CELLS
#: What a new one of the kind ends, as far as the element it stands in.
_ENDS: dict[str, frozenset[str]] = {
    "li": frozenset({"li"}), "dt": frozenset({"dt", "dd"}), "dd": frozenset({"dt", "dd"}), "td": _CELLS, "th": _CELLS,
    "tr": _CELLS | {"tr", "caption"},
    **dict.fromkeys(("tbody", "thead", "tfoot"), _CELLS | {"tr", "tbody", "thead", "tfoot", "caption"}),
}  # fmt: skip
_STOPS: dict[str, frozenset[str]] = {
    "li": frozenset({"ul", "ol", "menu", "dir", *_CELLS}), "dt": frozenset({"dl", *_CELLS}),
    "dd": frozenset({"dl", *_CELLS}),
}  # fmt: skip
_KEPT_ATTRS = ("colspan", "rowspan", "scope", "start", "value", "type", "reversed")
_LEADS = ("http://", "https://", "mailto:")


@dataclass(slots=True)
class _Open:
    name: str
    look: Look
    node: Node | None


def read(raw: str) -> tuple[Node, bool]:
    """Return what is seen of ``raw`` as a tree of blocks, with loose texts in them; and whether there is text in it
    that is not seen, and so left out. Raises ``NotTaken``."""
    reader = _read(raw, white_is_seen=False)
    if reader.left_white and not reader.says_something:
        # All of it is white: it comes from a page that is dark.
        reader = _read(raw, white_is_seen=True)
    return reader.root, reader.left_out


def _read(raw: str, *, white_is_seen: bool) -> "_Reader":
    reader = _Reader(white_is_seen=white_is_seen)
    for token in cut(raw):
        reader.take(token)
    return reader


class _Reader:
    def __init__(self, *, white_is_seen: bool) -> None:
        self.white_is_seen = white_is_seen
        self.root = Node("#root")
        self.open = [_Open("#root", Look(), self.root)]
        self.names: Counter[str] = Counter()
        self.blocks = [self.root]
        self.sheet = Sheet()
        #: What the style attributes say that have been read: they are the same again and again.
        self.styles: dict[str, Said] = {}
        #: Word's fields that are open: whether their code is being read still.
        self.fields: list[bool] = []
        self.tags = self.links = 0
        self.left_out = self.left_white = self.says_something = False

    def take(self, token: Token) -> None:
        if token.kind == "text":
            self.text(token.value)
            return
        self.tags += 1
        if self.tags > MOST_TAGS or len(self.open) > DEEPEST:
            raise too_deep()
        if token.kind == "raw":
            self.sheet.read(token.text)
        elif token.kind == "end":
            self.end(token.value)
        else:
            self.start(token.value, token.attrs)

    # Texts ------------------------------------------------------------------------------------------------------------

    @property
    def look(self) -> Look:
        return self.open[-1].look

    def text(self, words: str) -> None:
        look = self.look
        white = look.white and not look.coloured and not self.white_is_seen
        if (look.hidden or white) and not (self.left_out and self.left_white):
            said = bool(normal.line(words)) and not any(self.names[name] for name in _NO_TEXT)
            self.left_out = self.left_out or said
            self.left_white = self.left_white or (said and not look.hidden)
        if look.hidden or white or any(self.fields):
            return
        words = normal.piece(words)
        self.says_something = self.says_something or not words.isspace()
        if look.drawn:
            block = self.blocks[-1]
            if block.tag != "li":
                block.text = (block.text + words)[:40]
        elif look.kept:
            for at, line in enumerate(words.split("\n")):
                if at:
                    self.add("br")
                self.add("#text", line)
        else:
            self.add("#text", words)

    def add(self, tag: str, words: str = "") -> None:
        look = self.look
        if look.hidden or look.drawn or any(self.fields):
            return
        names = {name for name, on in (
            ("mark", look.marked), ("strong", look.bold), ("em", look.italic), (f"a {look.href}", look.href),
            (look.raised, look.raised),
        ) if on}  # fmt: skip
        self.blocks[-1].kids.append(Node(tag, text=words, within=placed(names), link=look.link))

    def picture(self, attrs: dict[str, str]) -> None:
        """Say that a picture stood here, and where it is to be; a single sign instead of letters is that sign."""
        size = [attrs.get(name, "").removesuffix("px") for name in ("width", "height")]
        if any(one.isdigit() and int(one[:6]) <= 3 for one in size):
            return
        said = normal.line(attrs.get("alt") or attrs.get("title") or "")
        if said and len(said) <= 2 and not said.isalnum():
            self.add("#text", said)
        elif said:
            self.add("#text", " " + _("(picture: %(what)s – goes in as an attachment)") % {"what": said} + " ")
        else:
            self.add("#text", " " + _("(picture – goes in as an attachment)") + " ")

    # Elements ---------------------------------------------------------------------------------------------------------

    def start(self, name: str, attrs: dict[str, str]) -> None:
        style = self.style(name, attrs)
        self.field(style.get("mso-element", ""))
        if name in _BLOCKS or name == "hr":
            self.make_room(name)
        look = self.looking(name, attrs, style)
        if name in _VOID:
            if name == "br":
                self.add("br")
            elif name == "hr":
                self.blocks[-1].kids.append(Node("hr"))
            elif name == "img" and not look.hidden:
                self.picture(attrs)
            return
        node = None
        if name in _BLOCKS:
            node = Node(name, {key: attrs[key] for key in _KEPT_ATTRS if key in attrs})
            node.attrs |= {key: style[key] for key in ("mso-list", "list-style-type") if key in style}
            if "MsoTitle" in attrs.get("class", ""):
                node.attrs["title"] = ""
            self.blocks[-1].kids.append(node)
            self.blocks.append(node)
        self.open.append(_Open(name, look, node))
        self.names[name] += 1
        if name == "q":
            self.add("#text", "«")

    def style(self, name: str, attrs: dict[str, str]) -> dict[str, str]:
        """Return what the style sheets and its own style say of an element, and its colour as it was said before."""
        own = attrs.get("style", "")
        if own not in self.styles:
            self.styles[own] = parsed(own) if own else {}
        style = plainly(both(self.sheet.of(name, attrs), self.styles[own]))
        for attr, called in (("bgcolor", "background-color"), ("color", "color")):
            if attr in attrs:
                style.setdefault(called, attrs[attr].strip().lower())
        return style

    def looking(self, name: str, attrs: dict[str, str], style: dict[str, str]) -> Look:
        look = self.look
        if name in ("b", "strong"):
            look = replace(look, bold=True)
        elif name in ("i", "em", "cite", "var", "dfn"):
            look = replace(look, italic=True)
        elif name in ("sup", "sub"):
            look = replace(look, raised=name)
        elif name == "mark":
            look = replace(look, marked=True)
        elif name == "pre":
            look = replace(look, kept=True)
        elif name == "a":
            href = attrs.get("href", "").strip()
            if href.lower().startswith(_LEADS) and not any(sign.isspace() or sign in "[]" for sign in href):
                self.links += 1
                look = replace(look, href=normal.line(href), link=self.links)
            if href.startswith("#cmnt_ref"):
                self.is_comment()
        if style:
            look = styled(look, {key: said for key, said in style.items() if key != "vertical-align"})
            if name not in _CELLS and name not in _TABLE and "vertical-align" in style:
                look = styled(look, {"vertical-align": style["vertical-align"]})
        if name in _UNSEEN or unseen(attrs, style):
            look = replace(look, hidden=True)
        return look

    def is_comment(self) -> None:
        """Leave out the paragraph: it is what somebody has remarked, put after the document."""
        at = next((n for n in range(len(self.open) - 1, 0, -1) if self.open[n].node is not None), 0)
        for one in self.open[at:] if at else []:
            one.look = replace(one.look, hidden=True)

    def field(self, said: str) -> None:
        if said == "field-begin":
            self.fields.append(True)
        elif said == "field-separator" and self.fields:
            self.fields[-1] = False
        elif said == "field-end" and self.fields:
            self.fields.pop()
        if len(self.fields) > DEEPEST:
            raise too_deep()

    def make_room(self, name: str) -> None:
        """End what cannot hold a block of this name."""
        stops = _STOPS.get(name, frozenset({"table"})) if name in _ENDS else frozenset()
        wanted = _ENDS.get(name, frozenset())
        cut_at = 0
        for at in range(len(self.open) - 1, 0, -1):
            here = self.open[at].name
            if here in wanted:
                cut_at = at
            if here in stops or (not wanted and here in _BLOCKS):
                if not wanted and here == "p":
                    cut_at = at
                break
            if wanted and here == "p" and name not in _TABLE and not cut_at:
                cut_at = at
        if cut_at:
            self.close(cut_at)

    def end(self, name: str) -> None:
        if name == "br":
            self.add("br")
        if name == "q" and self.names[name]:
            self.add("#text", "»")
        if not self.names[name]:
            return
        stops = frozenset({"table"}) if name in _TABLE else _CELLS | {"table"}
        for at in range(len(self.open) - 1, 0, -1):
            here = self.open[at].name
            if here == name:
                if name in _BLOCKS:
                    self.close(at)
                else:
                    self.without(at)
                return
            if here in stops:
                return

    def close(self, at: int) -> None:
        """Close all that is open from ``at``. What was marked as exempt and not closed goes on: it ends where it is
        said to end, or never."""
        going_on = [one for one in self.open[at:] if one.name == "mark"]
        for one in self.open[at:]:
            self.names[one.name] -= one.name != "mark"
            if one.node is not None:
                self.blocks.pop()
        del self.open[at:]
        for _one in going_on:
            self.open.append(_Open("mark", replace(self.look, marked=True), None))
        # A code that has no end by now is a broken one.
        self.fields = [False for _one in self.fields]

    def without(self, at: int) -> None:
        """Close the one element at ``at``, which is none of the blocks; what was opened in it goes on."""
        gone = self.open.pop(at)
        self.names[gone.name] -= 1
        before, was = self.open[at - 1].look, gone.look
        for one in self.open[at:]:
            look = one.look
            one.look = replace(
                look,
                **{
                    name: getattr(before, name)
                    for name in ("hidden", "bold", "italic", "raised", "marked", "href", "link", "kept", "drawn")
                    if getattr(look, name) == getattr(was, name) and getattr(was, name) != getattr(before, name)
                },
            )
