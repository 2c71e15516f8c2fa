"""What is kept of one part of a document: nothing of who wrote it, and nothing that is fetched when it is opened.

Elements and attributes are known by their name without prefix. What is not seen at once is noted, and stays.
"""

from trepart.uploads import addresses, office_fields
from trepart.uploads.leftovers import Leftover, Leftovers
from trepart.uploads.xml_parts import Element, Rules, local_of


class StartsPrograms(ValueError):
    """Another program is started when the document is opened."""


#: Names in attributes: authors of changes and remarks, and their accounts.
_NAMES = frozenset({"author", "initials", "userId", "providerId", "userName", "refreshedBy", "lastModifiedBy"})
_WORD = (
    "http://schemas.openxmlformats.org/wordprocessingml/2006/main",
    "http://purl.oclc.org/ooxml/wordprocessingml/main",
)
_SVG = "http://www.w3.org/2000/svg"
#: Elements whose words are a name, or an address on somebody's machine.
_NAMING = frozenset({
    "author", "creator", "creator-initials", "initial-creator", "lastModifiedBy",
    # Fields of OpenDocument whose words stand in the text.
    "author-name", "author-initials", "printed-by", "file-name", "template-name",
})  # fmt: skip
#: What a reader never sees, and is of use to nobody but who wrote it: templates, lists of a merged letter, what
#: programs keep for themselves, the printer at home; and what programs are bound to.
_TAKEN_OUT = frozenset({
    "attachedTemplate", "mailMerge", "docVars", "updateFields", "printerSettings", "saveThroughXslt", "attachedSchema",
    "dataBinding", "script", "scripts", "event-listeners", "event-listener", "foreignObject", "revisionPtr",
})  # fmt: skip
_STARTING = frozenset({"ddeLink", "dde-source", "dde-connection-decl"})
#: Where a table or a section is fetched from; its latest words stand in the document.
_SOURCES = frozenset({"section-source", "table-source", "cell-range-source"})
_ADDRESSES = frozenset({"href", "src"})
_FORMULAS = frozenset({"definedName", "formula", "formula1", "formula2", "calculatedColumnFormula"})
#: What is worked out or fetched anew when it is opened.
_ANEW = frozenset({"refreshOnLoad", "dirty"})
_LINKS = frozenset({"a", "hyperlink", "shape", "rect", "oval", "line", "group", "roundrect"})
_PRINTERS = frozenset({"PrinterName", "PrinterSetup"})
#: What a frame in the text repeats of what is told of the document (a cover page).
_TOLD = ("creator", "lastModifiedBy", "Manager", "Company")
_LONG_AGO = "1980-01-01T00:00:00Z"

#: What the reader of the document does not see at once, where there is anything in it: deleted and moved text,
#: comments, the figures behind a table of a spreadsheet, notes to a slide.
_UNSEEN = frozenset({
    "delText", "deletion", "moveFrom", "comment", "threadedComment", "annotation", "cm", "pivotCacheRecords", "notes",
})  # fmt: skip
_OFF = frozenset({"0", "false", "off"})
_ON = frozenset({"1", "true", "on"})


class Styles:
    """The styles of Word that hide text, and those that are in use: of a whole document."""

    def __init__(self) -> None:
        self.hiding: set[str] = set()
        self.used: set[str] = set()
        self.based: dict[str, str] = {}

    def hide_something(self) -> bool:
        """Say whether one in use hides its text, or is based on one that does."""
        seen: set[str] = set()
        for name in self.used:
            while name and name not in seen:
                if name in self.hiding:
                    return True
                seen.add(name)
                name = self.based.get(name, "")
        return False


class Part(Rules):
    """What is kept of an ordinary part."""

    def __init__(self, name: str, left: Leftovers, styles: Styles) -> None:
        super().__init__()
        self._left, self._styles = left, styles
        self._of_persons = name.startswith("xl/persons/")
        self._of_styles = name.endswith("/styles.xml")
        self._of_notes = name.startswith("ppt/notesslides/")
        self._fields = office_fields.Fields(self.instead)
        #: What is open, innermost last; whether something is noted if there is anything in the innermost.
        self._open: list[str] = []
        self._if_any = False
        #: How many of what is open names somebody, and which: by how deep it lies.
        self._naming: list[int] = []
        self._style = ""
        self._in_cell, self._cell = False, ""
        self._formula: list[int] = []
        self._formula_said = self._value = ""
        self._drawing = False

    @property
    def holding(self) -> bool:  # type: ignore[override]  # a plain value in the rules that hold nothing
        """Say whether a field or a formula is not read to its end."""
        return self._fields.holding or bool(self._formula)

    # Elements ---------------------------------------------------------------------------------------------------------

    def start(self, element: Element) -> bool:
        """Say whether ``element`` stays; what names somebody and what leads out is taken out of its attributes."""
        local = element.local
        if self._if_any:
            self._note()
        if local in _STARTING:
            raise StartsPrograms
        if local == "dataBinding" and self._open and any(told in element.said("xpath") for told in _TOLD):
            self._naming.append(max(len(self._open) - 2, 0))  # of the frame whose properties these are
        if local in _TAKEN_OUT or (local in _SOURCES and not addresses.is_within(element.said("href"))):
            if local in _SOURCES:
                self._left.note(Leftover.OUTSIDE)
            return False
        if not self._open and (element.space == _SVG or local == "svg"):
            self._drawing = True
        self._look(element)
        if element.attrs:
            self._clean(element)
        self._follow(element)
        self._open.append(local)
        return True

    def end(self, local: str) -> None:
        """Leave an element."""
        self._open.pop()
        self._if_any = False
        while self._naming and self._naming[-1] >= len(self._open):
            self._naming.pop()
        if local == "c":
            self._formula_ends()
            self._in_cell = False
        elif local == "style":
            self._style = ""
        elif (local == "f" or local in _FORMULAS) and not (self._in_cell and office_fields.fetches(self._formula_said)):
            self._formula_ends()
        if not self._open:
            self._formula_ends()
            self._fields.end()

    def _follow(self, element: Element) -> None:
        local = element.local
        if local == "fldChar":
            self._fields.char(element.said("fldCharType"))
        elif local == "fldSimple":
            asked = element.said("instr")
            if office_fields.names_somebody(asked):
                self._naming.append(len(self._open))
            if office_fields.reaches_out(asked):
                element.attrs |= {key: office_fields.NOTHING_ASKED for key in element.attrs if local_of(key) == "instr"}
        elif local == "c":
            self._formula_ends()
            self._in_cell, self._cell = True, element.said("t")
        elif (
            local in _NAMING
            or local.startswith("sender-")
            or (local == "config-item" and element.said("name") in _PRINTERS)
        ):
            self._naming.append(len(self._open))

    def _clean(self, element: Element) -> None:
        attrs, local = element.attrs, element.local
        for key, said in list(attrs.items()):
            name = local_of(key)
            if name in _NAMES or (self._of_persons and name == "displayName"):
                attrs[key] = "-"
            elif name == "dateUtc" or (name == "date" and key != name and self._is_word(key, element)):
                attrs[key] = _LONG_AGO
            elif name in _ADDRESSES:
                self._address(element, key, said)
            elif name in _ANEW or key == "xml:base" or (local == "pageSetup" and name == "id"):
                del attrs[key]
            elif name == "macro" or (local == "absPath" and name == "url"):
                attrs[key] = ""
            elif self._works_out(key, said):
                del attrs[key]
            elif name in ("descr", "title") and addresses.is_on_a_machine(said):
                attrs[key] = "-"

    def _works_out(self, key: str, said: str) -> bool:
        """Say whether an attribute is a formula, a program or a style that fetches something."""
        if local_of(key) == "formula":
            return office_fields.fetches(said)
        return self._drawing and (key.lower().startswith("on") or addresses.style_fetches(said))

    @staticmethod
    def _is_word(key: str, element: Element) -> bool:
        prefix = key.partition(":")[0]
        return prefix == "w" or element.space in _WORD

    def _address(self, element: Element, key: str, said: str) -> None:
        """Let an address lead to what lies in the document, or to where a reader chooses to go."""
        if addresses.is_within(said):
            return
        pressed = element.local in _LINKS and local_of(key) == "href" and key not in ("o:href",)
        if pressed and addresses.may_be_pressed(said):
            return
        element.attrs[key] = ""
        if not pressed:
            self._left.note(Leftover.OUTSIDE)

    # Words ------------------------------------------------------------------------------------------------------------

    def words(self, words: str, at: int) -> str:
        """Return what is written of a text."""
        if self._if_any and not words.isspace():
            self._note()
        local = self._open[-1] if self._open else ""
        if self._naming and (self._naming[-1] == len(self._open) - 1 or local in ("t", "delText")):
            return ""
        if self._fields.naming and local in ("t", "delText"):
            return ""
        if local in ("instrText", "delInstrText"):
            self._fields.code(words, at)
        elif local == "f" or local in _FORMULAS:
            self._formula.append(at)
            self._formula_said = (self._formula_said + words)[:20_000]
        elif local in ("v", "t") and self._formula:
            self._value = (self._value + words)[:1_000]
        elif local == "style" and self._drawing and addresses.style_fetches(words):
            return ""
        return words

    def _formula_ends(self) -> None:
        """Write instead of a formula that fetches the value that is seen."""
        if self._formula and office_fields.fetches(self._formula_said):
            self.instead |= dict.fromkeys(self._formula, "")
            self.instead[self._formula[0]] = office_fields.as_formula(self._value, self._cell)
            self._cell = ""
        self._formula = []
        self._formula_said = self._value = ""

    # What is not seen -------------------------------------------------------------------------------------------------

    def _note(self) -> None:
        self._left.note(Leftover.HIDDEN)
        self._if_any = False

    def _look(self, element: Element) -> None:
        local = element.local
        if local in _UNSEEN and self._tells(element):
            self._if_any = True
        elif local in ("vanish", "specVanish"):
            if element.said("val").lower() in _OFF:
                return
            if self._of_styles:
                self._styles.hiding.add(self._style)
            else:
                self._left.note(Leftover.HIDDEN)
        elif local == "style" and self._of_styles:
            self._style = element.said("styleId")
        elif local == "basedOn" and self._style:
            self._styles.based[self._style] = element.said("val")
        elif local in ("pStyle", "rStyle", "tblStyle") and not self._of_styles:
            self._styles.used.add(element.said("val"))
        elif (local in _HIDING and _HIDING[local](element)) or (self._of_notes and local == "t"):
            self._left.note(Leftover.HIDDEN)

    @staticmethod
    def _tells(element: Element) -> bool:
        # Formulas and schemas have annotations of another kind.
        return (
            element.local not in ("annotation", "notes")
            or element.name.startswith(("office:", "presentation:"))
            or (element.space.startswith("urn:oasis:names:tc:opendocument:"))
        )


def _is_on(element: Element, *names: str) -> bool:
    return any(element.said(name).lower() in _ON for name in names)


def _is_nothing(said: str) -> bool:
    return bool(said) and not said.strip("0.")


_HIDING = {
    "row": lambda one: _is_on(one, "hidden") or _is_nothing(one.said("ht")),
    "col": lambda one: _is_on(one, "hidden") or _is_nothing(one.said("width")),
    "sheetFormatPr": lambda one: _is_on(one, "zeroHeight"),
    "sheet": lambda one: one.said("state").lower() in ("hidden", "veryhidden"),
    "definedName": lambda one: _is_on(one, "hidden") and not one.said("name").startswith("_xl"),
    "numFmt": lambda one: ";;;" in one.said("formatCode"),
    "cNvPr": lambda one: _is_on(one, "hidden"),
    "docPr": lambda one: _is_on(one, "hidden"),
    "sld": lambda one: one.said("show").lower() in _OFF,
    "text-properties": lambda one: one.said("display") == "none",
    "section": lambda one: one.said("display") in ("none", "condition"),
    "hidden-text": lambda one: True,
    "hidden-paragraph": lambda one: True,
    "table-properties": lambda one: one.said("display") in ("0", "false"),
    **dict.fromkeys(("table-row", "table-column"), lambda one: one.said("visibility") in ("collapse", "filter")),
}  # fmt: skip


class OnlyItsRoot(Rules):
    """What is kept of the data that programs enclose: that it is there, and of which kind. Only sources of literature
    are seen in the document."""

    def __init__(self) -> None:
        super().__init__()
        self._begun = self._of_sources = False

    def start(self, element: Element) -> bool:
        """Keep the root without what it says."""
        if not self._begun:
            self._begun = True
            self._of_sources = element.local == "Sources" and element.space.endswith("/bibliography")
            element.attrs = {key: said for key, said in element.attrs.items() if key.partition(":")[0] == "xmlns"}
            return True
        return self._of_sources

    def words(self, words: str, at: int) -> str:
        """Keep the words of sources."""
        return words if self._of_sources else ""
