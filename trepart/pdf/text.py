"""The type of printed documents: which font files there are, what each can write, and what becomes of the rest.

A character without a glyph is drawn as an empty box (`.notdef`), which PDF/A-2 forbids (ISO 19005-2, 6.2.11.8) and
which loses what somebody wrote. So before anything is laid out every character is looked up here: Inter writes
Norwegian, Sámi, Polish, Vietnamese, Greek and Cyrillic; DejaVu Sans arrows, marks, mathematics, Arabic and Hebrew;
Noto Emoji the rest of what people write in a proposal; and what none of them has is spelt out in brackets.

Nothing here knows WeasyPrint: that is `trepart.pdf`.
"""

import io
import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import accumulate
from pathlib import Path

from django.contrib.staticfiles import finders
from fontTools.ttLib import TTFont
from fontTools.ttLib.woff2 import decompress

#: Weights that static/print uses: text, and what stands out. Another weight is drawn in the nearest of these.
WEIGHTS = (400, 600)


class PdfError(RuntimeError):
    """A document could not be printed; the message says what is wrong, for whoever writes
    templates or runs the portal."""


class MissingFont(PdfError):
    """A font file is not among the static files: the npm packages are not installed."""


@dataclass(frozen=True)
class Face:
    """One font file: a static path, and the weight (100-900) and style it draws."""

    path: str
    weight: int
    style: str = "normal"


@dataclass(frozen=True)
class Family:
    """A font family under the name that CSS and fontconfig know it by.

    Each of Inter's files, cut up by alphabet, is a family of its own: under one name WeasyPrint takes two files of the
    same weight for the same font, and mixes up their glyphs.
    """

    name: str
    faces: tuple[Face, ...]


def _inter(alphabet: str) -> Family:
    upright = (Face(f"inter/inter-{alphabet}-{weight}-normal.woff2", weight) for weight in WEIGHTS)
    return Family(
        f"Trepart Inter {alphabet}", (*upright, Face(f"inter/inter-{alphabet}-400-italic.woff2", 400, "italic"))
    )


#: Always loaded: punctuation, digits and the letters of Norwegian.
LATIN = _inter("latin")
EMOJI = Family("Trepart Emoji", (Face("noto-emoji/noto-emoji-emoji-400-normal.woff2", 400),))
#: In the order in which a character is looked for.
FAMILIES = (
    LATIN,
    _inter("latin-ext"),
    _inter("vietnamese"),
    _inter("cyrillic"),
    _inter("cyrillic-ext"),
    _inter("greek"),
    _inter("greek-ext"),
    Family("Trepart DejaVu", (Face("dejavu/DejaVuSans.ttf", 400), Face("dejavu/DejaVuSans-Bold.ttf", 700))),
    EMOJI,
)
FONT_FILES = frozenset(face.path for family in FAMILIES for face in family.faces)
FONT_STACK = ", ".join(f'"{family.name}"' for family in FAMILIES)

# Signs that steer layout and have no glyph of their own: soft hyphen, zero-width spaces and joiners, emoji selectors.
_INVISIBLE = frozenset("\t\n\r\u00ad\u200b\u200c\u200d\u2060\ufe0e\ufe0f")
# Marks that turn the direction of what follows: with them, what is printed could read otherwise than what is stored.
_TURNING = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
# A hyphen and a space that must not break; the fonts have only the plain ones, which look the same.
_SAME_LOOK = {"\u202f": "\u00a0", "\u2028": "\n", "\u2029": "\n", "\u2011": "-", "\u2010": "-"}


def _file(path: str) -> bytes:
    found = finders.find(path)
    if found is None:
        raise MissingFont(f"The font {path} is not among the static files. Run `npm ci`.")
    return Path(found).read_bytes()


@lru_cache(maxsize=64)
def font_bytes(path: str) -> bytes:
    """The font at a static path as plain TrueType, unpacked once per process.

    Raises:
        MissingFont: no static file has this path.
    """
    content = _file(path)
    if content[:4] != b"wOF2":
        return content
    unpacked = io.BytesIO()
    decompress(io.BytesIO(content), unpacked)
    return unpacked.getvalue()


@lru_cache(maxsize=len(FAMILIES))
def alphabet(family: Family) -> frozenset[str]:
    """The characters that a family has a glyph for in every one of its weights."""
    held = (TTFont(io.BytesIO(_file(face.path)), lazy=True).getBestCmap() for face in family.faces)
    return frozenset.intersection(*(frozenset(map(chr, cmap)) for cmap in held))


def families_for(characters: Iterable[str]) -> tuple[Family, ...]:
    """The families that a document with these characters needs loaded, Inter's Latin first.

    A character that Inter lacks brings every other family that has it: whether an emoji or a plain sign is drawn is
    decided by Pango, from its neighbours.
    """
    left = set(characters) - alphabet(LATIN)
    needed = [LATIN]
    for family in FAMILIES[1:]:
        if left & alphabet(family):
            needed.append(family)
            if family.name.startswith("Trepart Inter"):
                left -= alphabet(family)
    return tuple(needed)


def font_faces(families: Iterable[Family]) -> str:
    """The `@font-face` rules (CSS) that load these families through the print scheme."""
    return "\n".join(
        f'@font-face {{ font-family: "{family.name}"; font-weight: {face.weight}; font-style: {face.style}; '
        f'src: url("trepart-font:{face.path}"); }}'
        for family in families
        for face in family.faces
    )


#: What is read as one: the sign and its number, thousands and the rest, a sum and its unit, "kl." and the time.
_AS_ONE = re.compile(
    r"(?<=§)\s+(?=\d)|(?<=\d)\s(?=\d{3}(?!\d))|(?<=\b[Kk]r)\s(?=[-−–]?\d)|(?<=\b[Kk]r\.)\s(?=\d)|(?<=\bNOK)\s(?=[-−–]?\d)"
    r"|(?<=\d)\s(?=(?:kr|kroner|NOK|mill|mrd|millioner|milliarder|prosent|[%‰€])(?!\w))|(?<=\bkl\.)\s(?=\d)"
)


def unbroken(text: str) -> str:
    """Return ``text`` with no-break spaces within what is read as one, "§ 11-10" and "180 000 kr": a line never ends
    there."""
    return unbroken_across([text])[0]


def unbroken_across(pieces: list[str]) -> list[str]:
    """Return the ``pieces`` of one line of text, which markup has divided, so: a part of it may stand in bold."""
    signs = list("".join(pieces))
    for match in _AS_ONE.finditer("".join(pieces)):
        signs[match.start() : match.end()] = ["\N{NO-BREAK SPACE}", *[""] * (match.end() - match.start() - 1)]
    ends = list(accumulate(map(len, pieces)))
    return ["".join(signs[end - len(piece) : end]) for piece, end in zip(pieces, ends, strict=True)]


def printable(text: str) -> str:
    """The same text in characters that the fonts can draw; nothing visible is lost.

    Composed (NFC), since the fonts place few loose accents; control characters and direction overrides go, since what
    is printed must read as it is stored; and a run of characters that no font has becomes its names (signs) or code
    points (letters) in brackets: `[U+4E2D U+6587]`.
    """
    if text.isascii():
        return "".join(char for char in text if char.isprintable() or char in _INVISIBLE)
    return "".join(_drawable(unicodedata.normalize("NFC", text)))


def _drawable(text: str) -> Iterator[str]:
    missing: list[str] = []
    for char in text:
        if char in _TURNING:
            continue
        same = _SAME_LOOK.get(char, char)
        if same in _INVISIBLE or any(same in alphabet(family) for family in FAMILIES):
            if missing:
                yield _spelt_out(missing)
                missing = []
            yield same
        elif unicodedata.category(char) not in {"Cc", "Cf", "Cn", "Cs"} or ord(char) > 0xFFFF:
            missing.append(char)
    if missing:
        yield _spelt_out(missing)


def _spelt_out(run: list[str]) -> str:
    names = (
        f"U+{ord(char):04X}"
        if unicodedata.category(char)[0] in "LMC"
        else unicodedata.name(char, f"U+{ord(char):04X}").lower()
        for char in run
    )
    separator = " " if unicodedata.category(run[0])[0] in "LMC" else ", "
    return f"[{separator.join(names)}]"
