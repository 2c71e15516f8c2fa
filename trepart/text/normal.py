"""The one form that text has in the portal, whichever door it came in by: forms, files, JSON and mail.

Composed letters (NFC), no characters that steer instead of saying something: controls, overrides of the direction,
what XML cannot hold, what nobody sees. Everything that reads text from outside calls one of these (a form does by
`trepart.forms.PortalBoundField`); tests/architecture/test_normal.py holds them to it.
"""

import re
import unicodedata

#: Characters in a title of a case or a file. A longer one is refused, never cut.
LONGEST_TITLE = 200

#: Joiners within emoji, and within words of scripts that need them; all other signs of the kind go.
_JOINERS = "\u200c\u200d"
_BREAKS = re.compile("\r\n|[\r\n\x0b\x0c\x1c-\x1e\x85\u2028\u2029]")
_SPACES = re.compile(r"\s+")
#: Control, format (direction overrides, zero-width signs, soft hyphens), signs that only one font knows, surrogates.
_DROPPED = {"Cc", "Cf", "Co", "Cs"}
#: Letters and signs that are drawn as nothing: fillers of Korean and Khmer, the empty sign of braille, a rest in music,
#: what joins, and what chooses between two ways of drawing the sign before it. A text of them alone is none.
BLANK = frozenset(
    _JOINERS + "\u034f\u115f\u1160\u17b4\u17b5\u180b\u180c\u180d\u180f\u2800\u3164\uffa0\U0001d159"
    + "".join(map(chr, (*range(0xFE00, 0xFE10), *range(0xE0100, 0xE01F0))))
)  # fmt: skip
_MAIL = re.compile(r"^(?:mailto:)?[^<>]{0,300}<([^<>\s]{1,254})>$|^mailto:([^?\s]{1,254})(?:\?.*)?$", re.IGNORECASE)


def _kept(sign: str) -> bool:
    if sign in "\n\t" or sign in _JOINERS:
        return True
    return unicodedata.category(sign) not in _DROPPED and (ord(sign) & 0xFFFE) != 0xFFFE


def lines(text: str) -> str:
    """Return text of several lines in the form it is kept in; spaces and tabs stay. Empty where nothing of it is
    seen."""
    kept = piece(text)
    return "" if is_blank(kept) else kept


def piece(text: str) -> str:
    """Return a piece of a text that goes on before and after it, in that form as far as it goes."""
    if not (text.isprintable() and unicodedata.is_normalized("NFC", text)):
        # First what goes: what stood on both sides of it may be one letter.
        kept = "".join(sign for sign in _BREAKS.sub("\n", text) if _kept(sign))
        text = unicodedata.normalize("NFC", kept)
    return text


def is_blank(text: str) -> bool:
    """Say whether nothing of ``text`` is seen although it is more than spaces."""
    return not text.isspace() and all(sign in BLANK or sign.isspace() for sign in text)


def line(text: str) -> str:
    """Return a name, a title or a number on one line, with single spaces and none at the ends; empty where nothing of
    it is seen."""
    return _SPACES.sub(" ", lines(text)).strip()


def address(text: str) -> str:
    """Return an address of e-mail as it is written by hand or copied (``Kari <kari@x.example>``, ``mailto:``), without
    anything that nobody sees. A domain with other letters than a to z stands as it is read."""
    found = line(text).translate(dict.fromkeys(map(ord, _JOINERS)))
    if match := _MAIL.match(found):
        found = match[1] or match[2]
    name, at, domain = found.rpartition("@")
    if "xn--" in domain.lower():
        try:
            domain = domain.lower().encode("ascii").decode("idna")
        except UnicodeError:
            return found
        found = f"{name}{at}{domain}"
    return found
