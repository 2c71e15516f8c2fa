"""One part of a document in XML, read for what it means and written anew.

However it is spelled (other prefixes, UTF-16, letters as numbers, other quotation marks) it is the same to who opens
it, and so it is here. Written anew it has one spelling: no comments, no instructions to programs, no document type.
"""

from dataclasses import dataclass
from xml.parsers import expat

from trepart.uploads.budget import Budget

#: Others have spellings of their own for what is markup, and nobody writes documents in them.
_ENCODINGS = frozenset({"utf-8", "utf-16", "us-ascii", "iso-8859-1"})
_BEGINS = (b"<", b"\xef\xbb\xbf<", b"\xff\xfe<\0", b"\xfe\xff\0<", b"<\0", b"\0<")
#: So many pieces are held at once, waiting for what will be known of them, at most.
_MOST_HELD, _WRITTEN_AT = 400_000, 20_000
#: How far elements lie in one another, at most: tables in tables in a document that somebody wrote come to some sixty.
_DEEPEST = 256
_IN_TEXT = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;", "\r": "&#13;"})
_IN_ATTRIBUTE = _IN_TEXT | str.maketrans({'"': "&quot;", "\t": "&#9;", "\n": "&#10;"})


class UnreadablePart(ValueError):
    """It is no XML, or has a document type with something in it: who opens it next would fetch what that names."""


@dataclass(slots=True)
class Element:
    """The beginning of an element, with its attributes as they are to be written."""

    #: As it is written; without its prefix; what its prefix stands for (the prefix itself, where it is not said).
    name: str
    local: str
    space: str
    attrs: dict[str, str]

    def said(self, local: str) -> str:
        """Return what the attribute of this name says, whatever its prefix."""
        if local in self.attrs:
            return self.attrs[local]
        return next((said for name, said in self.attrs.items() if local_of(name) == local), "")


class Rules:
    """What is kept of a part. This keeps everything."""

    #: Whether something that is written is waiting for what will be known of it (``instead``).
    holding = False

    def __init__(self) -> None:
        #: What is written instead of a piece of text, by its number.
        self.instead: dict[int, str] = {}

    def start(self, element: Element) -> bool:
        """Say whether ``element`` stays, with all that is in it; its attributes may be changed."""
        return True

    def words(self, words: str, at: int) -> str:
        """Return what is written of a text. ``at`` is the number of this piece."""
        return words

    def end(self, local: str) -> None:
        """Leave an element."""


def local_of(name: str) -> str:
    """Return a name without its prefix."""
    return name.rpartition(":")[2]


def is_xml(content: bytes) -> bool:
    """Say whether it begins as XML does."""
    return content[:200].lstrip(b" \t\r\n").startswith(_BEGINS)


def rewritten(content: bytes, rules: Rules, budget: Budget) -> bytes:
    """Return the part as ``rules`` keep it. Raises ``UnreadablePart``, and ``TooMuch``."""
    return _Writer(rules, budget).whole(content)


class _Writer:
    def __init__(self, rules: Rules, budget: Budget) -> None:
        self.rules, self.budget = rules, budget
        self.out: list[str] = []
        self.done = bytearray(b'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n')
        #: The number of the first piece that is not written yet.
        self.first = 0
        #: Whether the sign that ends the latest beginning is not written yet; how deep in what goes one is.
        self.begun, self.gone = False, 0
        #: What each prefix stands for, innermost last; the prefixes that each open element says anew.
        self.spaces: dict[str, list[str]] = {}
        self.open: list[list[str]] = []

    def whole(self, content: bytes) -> bytes:
        self.count(content)
        parser = expat.ParserCreate()
        parser.ordered_attributes = True
        parser.buffer_text = True
        parser.XmlDeclHandler = self.declared
        parser.StartDoctypeDeclHandler = self.document_type
        parser.SkippedEntityHandler = self.unknown
        parser.StartElementHandler = self.start
        parser.EndElementHandler = self.end
        parser.CharacterDataHandler = self.words
        try:
            parser.Parse(content, True)
        except expat.ExpatError as error:
            raise UnreadablePart from error
        self.write()
        return bytes(self.done)

    def count(self, content: bytes) -> None:
        """Take of the budget for what can be in the part before anything is built of it: the parser itself holds on to
        every element that is open, and to every attribute of one. Signs that are text are counted too."""
        ends = content.count(b"</") + content.count(b"<\0/") + content.count(b"\0<\0/")
        self.budget.take(elements=max(content.count(b"<") - ends, 0), attributes=content.count(b"="))

    def declared(self, _version: str, encoding: str | None, _standalone: int) -> None:
        if encoding is not None and encoding.lower() not in _ENCODINGS:
            raise UnreadablePart

    def document_type(self, _name: str, _system: str | None, _public: str | None, holds: int) -> None:
        if holds:
            raise UnreadablePart

    def unknown(self, _name: str, _is_parameter: int) -> None:
        raise UnreadablePart

    def start(self, name: str, said: list[str]) -> None:
        if len(self.open) + self.gone >= _DEEPEST:
            raise UnreadablePart
        if self.gone:
            self.gone += 1
            return
        attrs = dict(zip(said[::2], said[1::2], strict=True))
        declared = [key for key in attrs if key == "xmlns" or key.startswith("xmlns:")] if attrs else []
        for key in declared:
            self.spaces.setdefault(key[6:], []).append(attrs[key])
        prefix, _colon, local = name.rpartition(":")
        means = self.spaces.get(prefix)
        element = Element(name, local, means[-1] if means else prefix, attrs)
        if not self.rules.start(element):
            self.gone = 1
            self.forget(declared)
            return
        self.open.append(declared)
        self.close()
        written = "".join(f' {key}="{value.translate(_IN_ATTRIBUTE)}"' for key, value in element.attrs.items())
        self.out.append(f"<{name}{written}")
        self.begun = True
        if len(self.out) > _WRITTEN_AT:
            self.write()

    def end(self, name: str) -> None:
        if self.gone:
            self.gone -= 1
            return
        self.rules.end(local_of(name))
        self.forget(self.open.pop())
        self.out.append("/>" if self.begun else f"</{name}>")
        self.begun = False

    def words(self, words: str) -> None:
        if self.gone:
            return
        if said := self.rules.words(words, self.first + len(self.out) + self.begun):
            self.close()
            self.out.append(said.translate(_IN_TEXT))

    def close(self) -> None:
        if self.begun:
            self.out.append(">")
            self.begun = False

    def forget(self, declared: list[str]) -> None:
        for key in declared:
            self.spaces[key[6:]].pop()

    def write(self) -> None:
        """Write what is known in full."""
        if self.rules.holding:
            if len(self.out) > _MOST_HELD:
                raise UnreadablePart
            return
        for at, words in self.rules.instead.items():
            self.out[at - self.first] = words.translate(_IN_TEXT)
        self.rules.instead.clear()
        self.done += "".join(self.out).encode()
        self.first += len(self.out)
        self.out.clear()
