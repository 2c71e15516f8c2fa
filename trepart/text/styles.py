"""What a style says of how a text is seen: hidden, struck out, bold, raised. All else of it is left where it came
from."""

import re
from dataclasses import dataclass, replace

_CLASSES = re.compile(r"(?:^|,)\s*(?:[a-z0-9]+)?\.([\w-]+)\s*(?=,|$)", re.IGNORECASE)
#: What word processors call text that a change has deleted, and what belongs to a comment.
_UNSEEN_CLASS = re.compile(
    r"msodel|msocom\w*+|msocomment\w*+|comment(?:start|end|reference)\w*+|sdcomment",
    re.IGNORECASE,
)
_HIDES = {
    "display": {"none"}, "visibility": {"hidden", "collapse"}, "opacity": {"0", "0.0"},
    "font-size": {"0", "0pt", "0px", "0.0pt", "0em"},
    "mso-element": {"comment", "comment-list"},
}  # fmt: skip


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


def parsed(style: str) -> dict[str, str]:
    """Return what a style attribute says, by name, in small letters."""
    pairs = (part.partition(":") for part in style.split(";"))
    return {name.strip().lower(): value.strip().lower() for name, colon, value in pairs if colon}


def hidden_classes(sheet: str) -> set[str]:
    """Return the classes that a style sheet hides or strikes out."""
    found: set[str] = set()
    # Each rule by its end, and read backwards from there: no sign is looked at for more than one of them.
    for rule in sheet.replace("<!--", "").replace("-->", "").split("}"):
        named, brace, said = rule.rpartition("{")
        if brace and hides(parsed(said)):
            found.update(_CLASSES.findall(named.rpartition("{")[2].strip()))
    return found


def hides(style: dict[str, str]) -> bool:
    """Say whether what has this style is not seen, or seen to be deleted."""
    line = f"{style.get('text-decoration', '')} {style.get('text-decoration-line', '')}"
    return (
        any(style.get(name, "") in values for name, values in _HIDES.items())
        or style.get("mso-hide", "none") not in ("none", "")
        or "line-through" in line
    )


def unseen(attrs: dict[str, str], style: dict[str, str], classes: set[str]) -> bool:
    """Say whether an element is not seen by who reads the document."""
    said = attrs.get("class", "")
    return (
        "hidden" in attrs
        or hides(style)
        or "mso-comment-reference" in style
        or attrs.get("href", "").startswith(("#_msocom", "#cmnt"))
        or any(_is_unseen_class(name) for name in said.split())
        or bool(classes and not classes.isdisjoint(said.split()))
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
    if "mso-list" in style and "ignore" in style["mso-list"]:
        look = replace(look, drawn=True)
    return look
