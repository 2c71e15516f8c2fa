"""Drawings from outside, made harmless: an SVG file is read as data and written anew from what is known to be safe.

A drawing can hold scripts, fetch things from other servers, and describe itself so that reading it fills the
memory. What tries any of that is refused, and says so; what is merely unknown (the editor's own notes,
layers, fonts) is left out.
"""

import re
from xml.etree import ElementTree

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

SVG = "http://www.w3.org/2000/svg"
_XLINK = "http://www.w3.org/1999/xlink"

_SHAPES = {"path", "rect", "circle", "ellipse", "line", "polyline", "polygon"}
_ELEMENTS = _SHAPES | {
    "svg", "g", "defs", "title", "desc", "use", "symbol", "clipPath", "mask", "linearGradient", "radialGradient",
    "stop",
}  # fmt: skip
_STYLES = {
    "fill", "fill-opacity", "fill-rule", "stroke", "stroke-width", "stroke-opacity", "stroke-linecap",
    "stroke-linejoin", "stroke-miterlimit", "opacity", "clip-path",
    "clip-rule", "mask", "stop-color", "stop-opacity", "color", "display", "visibility",
}  # fmt: skip
_ATTRIBUTES = _STYLES | {
    "id", "d", "x", "y", "x1", "y1", "x2", "y2", "cx", "cy", "r", "rx", "ry", "fx", "fy", "width", "height", "points",
    "transform", "viewBox", "preserveAspectRatio", "gradientUnits", "gradientTransform", "clipPathUnits", "maskUnits",
    "maskContentUnits", "offset", "spreadMethod", "version",
}  # fmt: skip
#: Elements that run something, fetch something, or move: a coat of arms needs none of them.
_REFUSED = {
    "script", "foreignObject", "iframe", "image", "feImage", "audio", "video", "a", "animate", "animateTransform",
    "animateMotion", "set", "handler", "listener",
}  # fmt: skip
#: How many elements a drawing may have, and how deep they may lie in each other.
_MOST, _DEEPEST = 5000, 40
#: So many references are more than any coat of arms has. What is drawn when each of them is followed is counted too: a
#: copy of copies of copies grows exponentially. (Patterns and dashes, which repeat a thing without end, are left out.)
_MOST_COPIES = 200
_REFERENCE = re.compile(r"url\(\s*[\"']?#([\w.:-]+)")


def cleaned(content: bytes) -> bytes:
    """Return the drawing written anew; ``ValidationError`` where it is no SVG or tries what a picture must not."""
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise ValidationError(_("The drawing cannot be read. Save it as plain SVG and try again.")) from None
    declared = re.match(r"\s*<\?xml[^>]*encoding\s*=\s*[\"']([^\"']+)", text)
    if declared and declared[1].lower() not in ("utf-8", "us-ascii", "ascii"):
        raise ValidationError(_("The drawing cannot be read. Save it as plain SVG and try again."))
    # The address of SVG's own description is harmless, and many programs write it; descriptions inside the file are
    # not.
    text = re.sub(r"<!DOCTYPE\s+svg(?:\s+PUBLIC\s+\"[^\"<>]*\"\s+\"[^\"<>]*\")?\s*>", "", text, count=1)
    if re.search(r"<!(DOCTYPE|ENTITY|ATTLIST|ELEMENT)", text, re.IGNORECASE):
        raise _hostile()
    try:
        root = ElementTree.fromstring(text)  # noqa: S314  # whatever declares something of its own was refused above
    except (ElementTree.ParseError, ValueError):
        raise ValidationError(_("The drawing cannot be read. Save it as plain SVG and try again.")) from None
    if root.tag != f"{{{SVG}}}svg":
        raise ValidationError(_("The file is not a drawing in SVG."))
    counter = _Counter()
    drawn = _copy(root, counter, 0)
    if drawn is None or not counter.shapes:
        raise ValidationError(_("The drawing is empty."))
    if "viewBox" not in drawn.attrib and not {"width", "height"} <= set(drawn.attrib):
        raise ValidationError(_("The drawing does not say how large it is. Save it with a page size and try again."))
    _bounded(drawn)
    ElementTree.register_namespace("", SVG)
    return ElementTree.tostring(drawn, encoding="utf-8", xml_declaration=False)


def _bounded(drawn: ElementTree.Element) -> None:
    """Refuse a drawing that grows when its references are followed, or leads back to itself. Every element is counted
    once, however often it is drawn."""
    named = {name: element for element in reversed(list(drawn.iter())) if (name := element.get("id"))}
    sizes: dict[ElementTree.Element, int] = {}
    #: From the drawing down; a second look at an element is when all that it is made of has been counted.
    waiting, open_ = [drawn], set[ElementTree.Element]()
    while waiting:
        element = waiting[-1]
        if element in sizes:
            waiting.pop()
            continue
        parts = [*element, *(named[name] for name in _references(element) if name in named)]
        unknown = [part for part in parts if part not in sizes]
        if not unknown:
            sizes[element] = 1 + sum(sizes[part] for part in parts)
            open_.discard(element)
            waiting.pop()
        elif element in open_ or any(part in open_ for part in unknown):
            raise _too_detailed()
        else:
            open_.add(element)
            waiting += unknown
    if sizes[drawn] > _MOST:
        raise _too_detailed()


def _references(element: ElementTree.Element) -> list[str]:
    """Return the names of what is drawn along with ``element``: copies, gradients, masks and clippings."""
    copied = [element.get("href", "").removeprefix("#")] if element.get("href") else []
    return copied + [name for value in element.attrib.values() for name in _REFERENCE.findall(value)]


def _too_detailed() -> ValidationError:
    return ValidationError(_("The drawing is too detailed for a coat of arms on a page."))


class _Counter:
    """What has been seen so far."""

    def __init__(self) -> None:
        self.elements = self.shapes = self.copies = 0


def _hostile() -> ValidationError:
    return ValidationError(
        _("The drawing holds program code, or fetches something from elsewhere. Save it as plain SVG without either."),
        code="hostile",
    )


def _copy(element: ElementTree.Element, counter: _Counter, depth: int) -> ElementTree.Element | None:
    """Return ``element`` with what is known in it, or None where it is unknown itself."""
    if not isinstance(element.tag, str):
        return None  # type: ignore[unreachable]  # a comment's tag is a function; the stub knows elements only
    space, _brace, name = element.tag.rpartition("}")
    if name in _REFUSED or name.lower() in ("script", "foreignobject"):
        raise _hostile()
    counter.elements += 1
    if counter.elements > _MOST or depth > _DEEPEST:
        raise _too_detailed()
    attributes = _attributes(element)
    if space != f"{{{SVG}" or name not in _ELEMENTS:
        # Left out, and what lies inside it too; but it is walked, so that nothing hostile hides there.
        for child in element:
            _copy(child, counter, depth + 1)
        return None
    counter.shapes += name in _SHAPES
    counter.copies += name == "use"
    if counter.copies > _MOST_COPIES:
        raise _too_detailed()
    made = ElementTree.Element(f"{{{SVG}}}{name}", attributes)
    if name in ("title", "desc"):
        made.text = element.text
    for child in element:
        kept = _copy(child, counter, depth + 1)
        if kept is not None:
            made.append(kept)
    return made


def _attributes(element: ElementTree.Element) -> dict[str, str]:
    found: dict[str, str] = {}
    for key, value in element.attrib.items():
        space, _brace, name = key.rpartition("}")
        if name.lower().startswith("on"):
            raise _hostile()
        if name == "href" and space in ("", f"{{{_XLINK}"):
            if not re.fullmatch(r"#[\w.:-]+", value.strip()):
                raise _hostile()
            found["href"] = value.strip()
        elif name == "style" and not space:
            for one in value.split(";"):
                style, _colon, said = one.partition(":")
                if style.strip() in _STYLES:
                    found[style.strip()] = _plain(said)
                else:
                    _plain(said)
        elif not space and name in _ATTRIBUTES:
            found[name] = _plain(value)
    return found


def _plain(value: str) -> str:
    """Return a value that points at nothing outside the drawing."""
    lowered = re.sub(r"\s+|\\", "", value.lower())
    if any(word in lowered for word in ("javascript:", "data:", "expression(", "@import", "http:", "https:", "//")):
        raise _hostile()
    if "url(" in lowered and not re.fullmatch(r"url\([\"']?#[\w.:-]+[\"']?\).*", lowered):
        raise _hostile()
    return value.strip()
