"""What the parts of a document lead to: each other, pages that a reader presses on, and nothing else."""

from trepart.uploads import addresses
from trepart.uploads.leftovers import Leftover, Leftovers
from trepart.uploads.office_parts import StartsPrograms
from trepart.uploads.xml_parts import Element, Rules

#: What Word itself writes for what is not there.
_NOWHERE = "NULL"
#: Relations, by the last word of their kind: to what no reader sees; to programs; and to whole documents of another
#: kind that are read in when it is opened.
_TAKEN_OUT = frozenset({
    "attachedTemplate", "mailMergeSource", "mailMergeHeaderSource", "recipientData", "printerSettings", "thumbnail",
    "revisionHeaders", "revisionLog", "usernames", "transform",
})  # fmt: skip
_PROGRAMS = frozenset({"vbaProject", "wordVbaData", "activeXControl", "activeXControlBinary", "xlMacrosheet"})
_READ_IN = frozenset({"aFChunk", "subDocument", "frame"})
#: Other spreadsheets: that they are there is said of the parts that hold what was read of them.
_SAID_ELSEWHERE = frozenset({"externalLinkPath", "xlPathMissing", "xlStartup", "xlAlternateStartup", "xlLibrary"})
#: Parts that are left out with their relations.
_LEFT_OUT = ("xl/revisions/", "docprops/thumbnail")
_MACROS = ("macroenabled", "vbaproject", "ms-excel.macrosheet", "activex")


class ReachesOut(ValueError):
    """Whole documents are read in when it is opened, and what would be left without them is not what it says."""


def is_left_out(name: str) -> bool:
    """Say whether a part of this name (in small letters) is left out of the document."""
    return name.startswith(_LEFT_OUT) or "/printersettings/" in name


class Relations(Rules):
    """What is kept of the relations of a part."""

    def __init__(self, left: Leftovers) -> None:
        super().__init__()
        self._left = left

    def start(self, element: Element) -> bool:
        """Say whether a relation stays; one that leads out leads nowhere."""
        if element.local != "Relationship":
            return True
        kind = element.said("Type").rpartition("/")[2]
        if kind in _PROGRAMS:
            raise StartsPrograms
        if kind in _READ_IN:
            raise ReachesOut
        if kind in _TAKEN_OUT:
            return False
        target = element.said("Target")
        outside = element.said("TargetMode").strip().lower() == "external"
        if kind == "hyperlink" and addresses.may_be_pressed(target):
            return True
        if not outside and not _leaves(target):
            return True
        element.attrs["Target"], element.attrs["TargetMode"] = _NOWHERE, "External"
        if kind != "hyperlink" and kind not in _SAID_ELSEWHERE and target != _NOWHERE:
            self._left.note(Leftover.OUTSIDE)
        return True


def _leaves(target: str) -> bool:
    """Say whether an address leads out of the document. One that begins with a stroke, or goes up a folder, is of
    another part of it."""
    return not addresses.is_within(target.lstrip("./")) or target.startswith(("//", "\\"))


class ContentTypes(Rules):
    """What is kept of the list of parts: those that are left."""

    def __init__(self) -> None:
        super().__init__()
        #: The kind of each part, in small letters: by its name, and by its ending.
        self.by_name: dict[str, str] = {}
        self.by_ending: dict[str, str] = {}

    def start(self, element: Element) -> bool:
        """Say whether a part is named still. One that is a program is refused."""
        kind = element.said("ContentType").lower()
        if any(macro in kind for macro in _MACROS):
            raise StartsPrograms
        if element.local == "Override":
            name = element.said("PartName").lower().lstrip("/")
            self.by_name[name] = kind
            return not is_left_out(name)
        if element.local == "Default":
            self.by_ending[element.said("Extension").lower()] = kind
        return True

    def says_xml(self, name: str) -> bool:
        """Say whether the part of this name is XML, by what is said of it."""
        kind = self.by_name.get(name) or self.by_ending.get(name.rpartition(".")[2], "")
        return kind.endswith(("+xml", "/xml"))
