"""The meeting packet built as a structure, for the screen and for print (koml § 11-3, R6, R8).

Like the minutes (`forum.meetings.minutes.structure`) it holds text, numbers and stored values alone, so that two
packets can be held against each other: whether one is older than the agenda is asked of what it says, never of when it
was made.
"""

import hashlib
import json
import re
from dataclasses import asdict, dataclass

from forum.meetings.minutes.structure import Audience, MinutesDocument

_HEADING = re.compile(r"(</?h)([1-6])\b")


@dataclass(frozen=True)
class Attachment:
    """A file that belongs to a case. A picture that can be drawn stands in the packet; every other file is named, with
    the way to it (docs/decisions/0036)."""

    document: int
    title: str
    kind: str
    size: int
    sha256: str
    #: On which basis the file is exempt from public access (R25); the public is told that there is one, and no more.
    exempt_basis: str = ""
    hidden: bool = False
    url: str = ""
    #: Counted when the packet is made, and no part of what it says: pages of a PDF, and under
    #: which name a picture is drawn.
    pages: int = 0
    picture: str = ""


@dataclass(frozen=True)
class Section:
    """One paper of a case: a heading, and its words as plain text, as clean HTML, or as minutes to approve."""

    heading: str
    note: str = ""
    text: str = ""
    html: str = ""
    minutes: MinutesDocument | None = None
    #: What is left out of it for this audience, and on which basis.
    left_out: str = ""


@dataclass(frozen=True)
class PacketItem:
    """One case with its papers. ``hidden``: kept from this audience, which is given number, basis and public
    title alone (R8, R25)."""

    pk: int
    label: str
    title: str
    hidden: bool = False
    closed_basis: str = ""
    #: The basis is that of a proposal to close the doors: the body has not answered it.
    proposed: bool = False
    exempt_basis: str = ""
    case: str = ""
    function: str = ""
    withdrawn: str = ""
    late: str = ""
    sections: tuple[Section, ...] = ()
    attachments: tuple[Attachment, ...] = ()
    url: str = ""

    @property
    def bare(self) -> bool:
        """Say whether there is nothing to read here: no words, no minutes and no file."""
        return not (self.hidden or self.withdrawn or self.sections or self.attachments)

    @property
    def anchor(self) -> str:
        """Return where in the document it stands."""
        return f"sak-{self.pk}"


@dataclass(frozen=True)
class PacketDocument:
    """The whole of one meeting's papers for one audience."""

    audience: str
    title: str
    body: str
    date: str
    time: str
    place: str
    remote: bool
    called: str
    items: tuple[PacketItem, ...]
    language: str
    #: What of the packet is open to its audience today, piece by piece: a packet that holds a piece which is open
    #: no longer is not given out.
    pieces: tuple[str, ...] = ()
    notice: str = ""
    #: Of an agenda as it was sent: what has happened since, in words, case by case (number and title, what).
    after: tuple[tuple[str, str], ...] = ()

    @property
    def holds_exempt(self) -> bool:
        """Say whether something in it is for its readers alone."""
        if self.audience == Audience.PUBLIC:
            return False
        return any(
            item.closed_basis or item.exempt_basis or any(one.exempt_basis for one in item.attachments)
            or any(section.left_out for section in item.sections)
            for item in self.items
        )  # fmt: skip

    def digest(self) -> str:
        """Return the SHA-256 of what the packet says, whenever it is made and however its files are drawn."""
        said = asdict(self)
        for item in said["items"]:
            for one in item["attachments"]:
                del one["pages"], one["picture"]
        return hashlib.sha256(json.dumps(said, sort_keys=True, ensure_ascii=False).encode()).hexdigest()


def deeper(markup: str, by: int) -> str:
    """Return HTML of our own with its headings ``by`` levels further down, so that a document
    can stand within another."""
    return _HEADING.sub(lambda found: f"{found[1]}{min(6, int(found[2]) + by)}", markup)
