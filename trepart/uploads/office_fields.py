"""Fields of Word and formulas of Excel: what is worked out when a document is opened.

What is seen of them stays. Those that fetch from elsewhere or start another program say only what is seen of them now;
those that name who wrote the document say nothing.
"""

import re
from dataclasses import dataclass, field

from trepart.uploads.addresses import is_on_a_machine

#: Fields of Word whose words stand in the text: who wrote it, where, and what it was called at home.
_NAMING = re.compile(
    r"""(?:AUTHOR|LASTSAVEDBY|USERNAME|USERINITIALS|USERADDRESS|FILENAME|TEMPLATE|"""
    r"""DOCPROPERTY\s+"?(?:Author|Manager|Company|LastSavedBy))\b""",
    re.IGNORECASE,
)
#: Fields that are worked out of the document itself and its reader's clock. Any other may fetch (INCLUDEPICTURE, LINK),
#: start a program (DDEAUTO), or hold what a program of its own keeps there.
_OF_THE_DOCUMENT = frozenset({
    "ADVANCE", "AUTHOR", "AUTONUM", "AUTONUMLGL", "AUTONUMOUT", "BARCODE", "BIBLIOGRAPHY", "CITATION", "COMMENTS",
    "COMPARE", "CREATEDATE", "DATE", "DISPLAYBARCODE", "DOCPROPERTY", "DOCVARIABLE", "EDITTIME", "EQ", "FILENAME",
    "FILESIZE", "FORMCHECKBOX", "FORMDROPDOWN", "FORMTEXT", "GOTOBUTTON", "HYPERLINK", "IF", "INDEX", "INFO",
    "KEYWORDS", "LASTSAVEDBY", "LISTNUM", "MERGEFIELD", "MERGEREC", "MERGESEQ", "NEXT", "NEXTIF", "NOTEREF",
    "NUMCHARS", "NUMPAGES", "NUMWORDS", "PAGE", "PAGEREF", "PRINTDATE", "QUOTE", "REF", "REVNUM", "SAVEDATE",
    "SECTION", "SECTIONPAGES", "SEQ", "SET", "SKIPIF", "STYLEREF", "SUBJECT", "SYMBOL", "TA", "TC", "TEMPLATE", "TIME",
    "TITLE", "TOA", "TOC", "USERADDRESS", "USERINITIALS", "USERNAME", "XE",
})  # fmt: skip
_KEYWORD = re.compile(r"[A-Z]+", re.IGNORECASE)
#: So much of a field is read to know what it asks for.
_ASKED = 400
#: What stands for a field that asks for nothing.
NOTHING_ASKED = " QUOTE "

#: Functions of a spreadsheet that fetch, or run what lies elsewhere.
_FETCHING = re.compile(
    r"\b(?:WEBSERVICE|IMAGE|RTD|DDE|CALL|REGISTER(?:\.ID)?|EXEC|SQL\.REQUEST|STOCKHISTORY)\s{0,9}\(", re.IGNORECASE
)
_QUOTED = re.compile(r"\"[^\"]*+\"?+")
_NUMBER = re.compile(r"-?[0-9]+(?:\.[0-9]+)?(?:E[+-]?[0-9]+)?", re.IGNORECASE)
_ERROR = re.compile(r"#[A-Z/0]{2,12}[!?]?")
#: A text in a formula is of so many letters, at most.
_LONGEST_TEXT = 255


def names_somebody(asked: str) -> bool:
    """Say whether the words of a field are who wrote the document, or what it is called at home."""
    return _NAMING.match(asked.lstrip()) is not None


def reaches_out(asked: str) -> bool:
    """Say whether a field of Word is worked out of something else than the document."""
    asked = asked.lstrip()
    if not asked or asked.startswith("="):
        return False
    keyword = _KEYWORD.match(asked)
    return keyword is None or keyword[0].upper() not in _OF_THE_DOCUMENT or is_on_a_machine(asked)


def fetches(formula: str) -> bool:
    """Say whether a formula of a spreadsheet is worked out of something else than the document."""
    return _FETCHING.search(formula) is not None or "|" in _QUOTED.sub("", formula)


def as_formula(value: str, kind: str) -> str:
    """Return a formula that gives the value that a cell of this kind shows."""
    if kind == "b":
        return "TRUE" if value.strip() == "1" else "FALSE"
    if kind == "e" and _ERROR.fullmatch(value):
        return value
    if kind in ("", "n") and _NUMBER.fullmatch(value):
        return value
    return '"' + value[:_LONGEST_TEXT].replace('"', '""') + '"'


@dataclass(slots=True)
class _Field:
    asked: str = ""
    #: The pieces that its code is written in; whether the code holds another field before it says anything itself.
    pieces: list[int] = field(default_factory=list)
    composed: bool = False
    begun: bool = False
    naming: bool = False


class Fields:
    """The fields of Word that are open while a part is read."""

    def __init__(self, instead: dict[int, str]) -> None:
        self._open: list[_Field] = []
        self._instead = instead
        #: How many are read the code of, and how many are read the words of that name somebody.
        self._coded = self._naming = 0

    @property
    def holding(self) -> bool:
        """Say whether the code of one is not read to its end."""
        return self._coded > 0

    @property
    def naming(self) -> bool:
        """Say whether the words of one are read that names somebody."""
        return self._naming > 0

    def char(self, kind: str) -> None:
        """Begin one, begin its words, or end it."""
        if kind == "begin":
            if self._open and not self._open[-1].begun and not _KEYWORD.match(self._open[-1].asked.lstrip()):
                self._open[-1].composed = True
            self._open.append(_Field())
            self._coded += 1
        elif kind == "separate" and self._open and not self._open[-1].begun:
            self._known(self._open[-1])
        elif kind == "end" and self._open:
            if not self._open[-1].begun:
                self._known(self._open[-1])
            self._naming -= self._open.pop().naming

    def code(self, words: str, at: int) -> None:
        """Read a piece of the code of the innermost."""
        if self._open and not self._open[-1].begun:
            self._open[-1].asked = (self._open[-1].asked + words[:_ASKED])[:_ASKED]
            self._open[-1].pieces.append(at)
        elif reaches_out(words):
            self._instead[at] = NOTHING_ASKED

    def end(self) -> None:
        """Judge what is open where the part ends: a code without its end is one."""
        while self._open:
            self.char("end")

    def _known(self, one: _Field) -> None:
        one.begun, one.naming = True, names_somebody(one.asked)
        self._coded -= 1
        self._naming += one.naming
        if one.composed or reaches_out(one.asked):
            self._instead |= dict.fromkeys(one.pieces, "")
            if one.pieces:
                self._instead[one.pieces[0]] = NOTHING_ASKED
