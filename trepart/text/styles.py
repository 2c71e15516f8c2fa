"""What a style says of how a text is seen: hidden, struck out, bold, raised. All else of it is left where it came
from."""

import re
from dataclasses import dataclass, replace
from typing import Any

import tinycss2

#: What word processors call text that a change has deleted, and what belongs to a comment.
_UNSEEN_CLASS = re.compile(
    r"msodel|msocom\w*+|msocomment\w*+|comment(?:start|end|reference)\w*+|sdcomment",
    re.IGNORECASE,
)
_HIDES = {
    "display": {"none"}, "visibility": {"hidden", "collapse"}, "mso-element": {"comment", "comment-list"},
    "color": {"transparent"}, "content-visibility": {"hidden"}, "zoom": {"0", "0%"},
}  # fmt: skip
#: What a value begins with that draws the element as nothing, by property; spaces are left out.
_DRAWS_NOTHING = {
    "transform": ("scale(0)", "scale(0,", "scalex(0)", "scaley(0)"), "font": ("0/", "0px"),
    "clip-path": ("inset(100%", "inset(50%", "circle(0"), "filter": ("opacity(0)", "opacity(0%)"),
    "clip": ("rect(0,0,0,0)", "rect(0000)", "rect(0px,0px", "rect(0px0px", "rect(1px,1px", "rect(1px1px"),
    "mso-style-textfill-fill-alpha": ("0%", "0.0%"),
}  # fmt: skip
#: Smaller than this nobody reads it, by its unit; and so far to the left it is outside the page.
_SMALLEST = {"": 0.0, "px": 1.0, "pt": 1.0, "mm": 0.3, "cm": 0.03, "in": 0.01, "em": 0.1, "rem": 0.1, "%": 5.0}
_OUTSIDE = -400.0
_WHITE = {"white", "#fff", "#ffffff", "#ffff", "#ffffffff", "window", "background1", "rgb(255,255,255)",
          "rgb(100%,100%,100%)", "rgba(255,255,255,1)", "hsl(0,0%,100%)",
          "snow", "ivory", "ghostwhite"}  # fmt: skip
_NO_COLOUR = {"", "none", "transparent", "inherit", "initial", "auto", "unset", "rgba(0,0,0,0)"}
#: What a style sheet is asked: what it hides.
_OF_SHEETS = {
    *_HIDES, "mso-hide", "text-decoration", "text-decoration-line", "font-size", "opacity", "overflow", "overflow-y",
    "left", "top", "right", "bottom", "margin-left", "margin-top", "text-indent", "height", "max-height", "width",
    "max-width", "background", "background-color", *_DRAWS_NOTHING,
}  # fmt: skip
#: Where something stands, that may be outside the page.
_PLACES = ("left", "top", "right", "bottom", "margin-left", "margin-top", "text-indent")
_HEX = re.compile(r"#([0-9a-f]{2})([0-9a-f]{2})([0-9a-f]{2})")
_RGB = re.compile(r"rgba?\(\s*([0-9]{1,3})[\s,]+([0-9]{1,3})[\s,]+([0-9]{1,3})(?:\s*[,/]\s*([0-9.]{1,9}%?))?\s*\)")
#: So near white, of 255.
_NEAR = 250
#: So many words of one value are read, at most.
_MOST_WORDS = 40
_MEASURE = re.compile(r"([+-]?[0-9.]+(?:e[+-]?[0-9]+)?)([a-z%]*)")

#: What a style says, by name: whether it says that it is important, and what.
Said = dict[str, tuple[bool, str]]


@dataclass(frozen=True, slots=True)
class Look:
    """How the text within an element is seen."""

    hidden: bool = False
    bold: bool = False
    italic: bool = False
    #: "sup", "sub", or neither.
    raised: str = ""
    marked: bool = False
    href: str = ""
    #: Which link of the text it stands in, from 1.
    link: int = 0
    #: Spaces and lines stay.
    kept: bool = False
    #: It is the number or bullet that Word has drawn before a point.
    drawn: bool = False
    #: Its letters are white; they stand on something that is not.
    white: bool = False
    coloured: bool = False


def parsed(style: str) -> Said:
    """Return what a style attribute says, by name, in small letters. Of two the latter counts, unless the first is the
    more important."""
    return _declared(tinycss2.parse_component_value_list(style, skip_comments=True))


def plainly(said: Said) -> dict[str, str]:
    """Return it without which of it is important."""
    return {name: value for name, (_important, value) in said.items()}


def both(before: Said, after: Said) -> Said:
    """Return what two styles say together, of which the latter counts more."""
    found = dict(before)
    for name, (important, value) in after.items():
        _say(found, name, important, value)
    return found


def _say(found: Said, name: str, important: bool, value: str) -> None:
    if important or name not in found or not found[name][0]:
        found[name] = (important, value)


def _declared(tokens: list[Any]) -> Said:
    found: Said = {}
    name, begun = "", False
    words: list[str] = []

    def done() -> None:
        said = "".join(words).strip()
        value, _mark, rest = said.partition("!")
        if begun and name:
            _say(found, name, rest.strip() == "important", value.strip())

    for token in tokens:
        sign = token.value if token.type == "literal" else ""
        if sign == ";":
            done()
            name, words, begun = "", [], False
        elif not begun and sign == ":":
            begun = True
        elif not begun:
            name = token.lower_value if token.type == "ident" and not name else name
        elif len(words) < _MOST_WORDS:
            words.append(_word(token))
    done()
    return found


def _word(token: Any) -> str:
    """Return one word of a value as it is compared: in small letters, of a function its numbers alone."""
    if token.type in ("number", "percentage", "dimension"):
        return f"{token.representation}{'%' if token.type == 'percentage' else getattr(token, 'lower_unit', '')}"
    if token.type == "function":
        inner = [_word(one) for one in token.arguments[:_MOST_WORDS] if one.type in ("number", "percentage")]
        return f"{token.lower_name}({','.join(inner)})"
    if token.type == "hash":
        return f"#{token.value.lower()}"
    if token.type == "whitespace":
        return " "
    return str(token.value).lower() if token.type in ("ident", "string", "literal") else ""


class Sheet:
    """What the style sheets in a paste say of elements, by their name, class or id. A selector of more than that says
    nothing here: it may not be meant."""

    def __init__(self) -> None:
        self._said: dict[str, Said] = {}

    def read(self, sheet: str) -> None:
        """Read another."""
        self._rules(tinycss2.parse_component_value_list(sheet, skip_comments=True), 0)

    def _rules(self, tokens: list[Any], depth: int) -> None:
        before: list[Any] = []
        for token in tokens:
            if token.type == "literal" and token.value in (";", "<!--", "-->"):
                before = []
            elif token.type != "{} block":
                before.append(token)
            else:
                self._rule(before, token, depth)
                before = []

    def _rule(self, before: list[Any], block: Any, depth: int) -> None:
        at = next((one for one in before if one.type != "whitespace"), None)
        if at is None or at.type == "at-keyword":
            names = {one.lower_value for one in before if one.type == "ident"}
            if at is not None and at.lower_value == "media" and (not names or names & {"screen", "all"}) and depth < 3:
                self._rules(block.content, depth + 1)
            return
        said: Said | None = None
        for selector in "".join(map(_piece, before)).split(","):
            key = selector.strip()
            if key and " " not in key:
                if said is None:
                    said = {name: one for name, one in _declared(block.content).items() if name in _OF_SHEETS}
                self._said[key] = both(self._said.get(key, {}), said) if key in self._said else said

    def of(self, name: str, attrs: dict[str, str]) -> Said:
        """Return what they say of an element."""
        if not self._said:
            return {}
        classes = attrs.get("class", "").split()
        keys = [name, *(f".{one}" for one in classes), *(f"{name}.{one}" for one in classes)]
        found: Said = {}
        for key in (*keys, f"#{attrs.get('id', '')}", f"{name}#{attrs.get('id', '')}"):
            if key in self._said:
                found = both(found, self._said[key])
        return found


def _piece(token: Any) -> str:
    if token.type == "ident":
        return str(token.value)
    if token.type == "hash":
        return f"#{token.value}"
    if token.type == "literal" and token.value in ".,":
        return str(token.value)
    return " x " if token.type != "whitespace" else " "


def _measure(said: str) -> tuple[float, str] | None:
    found = _MEASURE.fullmatch(said)
    try:
        return (float(found[1]), found[2]) if found else None
    except ValueError:
        return None


def _is_tiny(said: str) -> bool:
    measure = _measure(said)
    return measure is not None and measure[0] <= _SMALLEST.get(measure[1], 0.0)


def _is_outside(said: str) -> bool:
    measure = _measure(said)
    return measure is not None and measure[0] <= _OUTSIDE


def hides(style: dict[str, str]) -> bool:
    """Say whether what has this style is not seen, or seen to be deleted."""
    line = f"{style.get('text-decoration', '')} {style.get('text-decoration-line', '')}"
    cut = "hidden" in style.get("overflow", "") + style.get("overflow-y", "")
    return (
        any(style.get(name, "") in values for name, values in _HIDES.items())
        or style.get("mso-hide", "none") not in ("none", "")
        or "line-through" in line
        or _is_tiny(style.get("font-size", ""))
        or ((found := _measure(style.get("opacity", ""))) is not None and found[0] <= 0.05)
        or any(_is_outside(style.get(name, "")) for name in _PLACES)
        or (cut and any(_is_tiny(style.get(name, "")) for name in ("height", "max-height", "width", "max-width")))
        or any(
            style.get(name, "").replace(" ", "").startswith(nothing)
            for name, nothing in _DRAWS_NOTHING.items()
            if name in style
        )
        or _is_clear(style.get("color", ""))
        or _is_on_itself(style)
    )


def _is_clear(colour: str) -> bool:
    """Say whether a colour has no strength at all."""
    found = _RGB.fullmatch(colour)
    return found is not None and (measure := _measure(found[4] or "")) is not None and measure[0] <= 0.05


def _is_on_itself(style: dict[str, str]) -> bool:
    """Say whether letters have the very colour of their ground, as one blackens a word. White on white is judged by
    what is around it."""
    colour, ground = style.get("color", ""), style.get("background-color") or style.get("background", "")
    return colour == ground and colour not in _NO_COLOUR and not _is_white(colour)


def _is_white(colour: str) -> bool:
    """Say whether nobody tells a colour from the paper's."""
    if colour in _WHITE:
        return True
    if found := _HEX.fullmatch(colour):
        return all(int(one, 16) >= _NEAR for one in found.groups())
    found = _RGB.fullmatch(colour)
    return found is not None and all(int(one) >= _NEAR for one in found.groups()[:3])


def unseen(attrs: dict[str, str], style: dict[str, str]) -> bool:
    """Say whether an element is not seen by who reads the document."""
    said = attrs.get("class", "")
    return (
        "hidden" in attrs
        or hides(style)
        or "mso-comment-reference" in style
        or attrs.get("href", "").startswith(("#_msocom", "#cmnt"))
        or any(_is_unseen_class(name) for name in said.split())
    )


def _is_unseen_class(name: str) -> bool:
    _before, change, kind = name.lower().partition("trackchange")
    return bool(_UNSEEN_CLASS.fullmatch(name)) or (bool(change) and "delet" in kind)


def styled(look: Look, style: dict[str, str]) -> Look:
    """Return ``look`` as the style changes it."""
    if weight := style.get("font-weight"):
        look = replace(look, bold=weight in ("bold", "bolder") or (weight.isdigit() and int(weight[:4]) >= 600))
    if slant := style.get("font-style"):
        look = replace(look, italic=slant.startswith(("italic", "oblique")))
    if place := style.get("vertical-align"):
        if place in ("super", "sub"):
            look = replace(look, raised="sup" if place == "super" else "sub")
        elif place == "baseline":
            look = replace(look, raised="")
    if colour := style.get("color"):
        look = replace(look, white=_is_white(colour))
    ground = style.get("background-color") or style.get("background", "")
    if ground not in _NO_COLOUR:
        look = replace(look, coloured=not _is_white(ground.split(" ")[0]))
    if "mso-list" in style and "ignore" in style["mso-list"]:
        look = replace(look, drawn=True)
    return look
