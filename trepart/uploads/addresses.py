"""Addresses in a document: what lies in it, what a reader presses on, and what would be fetched from elsewhere."""

import re
from urllib.parse import unquote

#: Where a template, a picture or another spreadsheet lay on somebody's machine.
_ON_A_MACHINE = re.compile(r"\bfile:|(?<![a-z])[a-z]:[\\/]|\\\\\w", re.IGNORECASE)
_SCHEME = re.compile(r"[a-z][a-z0-9+.-]*:", re.IGNORECASE)
_PRESSED = ("http://", "https://", "mailto:", "#")
_DRAWN = ("data:image/png", "data:image/jpeg", "data:image/gif")
_IGNORED = dict.fromkeys((*range(33), 0x7F, 0xA0, 0xFEFF))
#: An address in a style of a drawing.
_IN_A_STYLE = re.compile(r"url\(\s{0,9}[\"']?\s{0,9}(?!#)|@import|expression\(", re.IGNORECASE)


def is_on_a_machine(said: str) -> bool:
    """Say whether it tells where something lies on somebody's machine, or in an organisation's network."""
    return _ON_A_MACHINE.search(said) is not None


def is_within(address: str) -> bool:
    """Say whether an address leads to nothing outside the document itself."""
    said = unquote(address.translate(_IGNORED))
    if said.lower().startswith(_DRAWN):
        return True
    return not (_SCHEME.match(said) or said.startswith(("/", "\\")) or ".." in said.replace("\\", "/").split("/"))


def may_be_pressed(address: str) -> bool:
    """Say whether an address is one of the web or of mail, which a reader may choose to go to."""
    return address.translate(_IGNORED).lower().startswith(_PRESSED)


def style_fetches(style: str) -> bool:
    """Say whether the style of a drawing fetches something."""
    return _IN_A_STYLE.search(style) is not None
