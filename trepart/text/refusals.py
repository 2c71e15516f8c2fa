"""Why a text is not taken in, said to whoever sent it."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

_TOO_LONG = _("This is more than fits in one text. Put some of it in an attachment.")
_TOO_DEEP = _(
    "The text is built up of more layers or pieces than can be read. Paste it as plain text, or put it in an "
    "attachment."
)
_BRACKETS = _(
    "Something is marked as exempt with [[ or ]], but not both before and after: nobody can tell what is to be "
    "exempt. Put [[ before the passage and ]] after it, or take them away."
)


class NotTaken(ValueError):
    """A text that cannot be taken in; ``words`` say why and what to do."""

    def __init__(self, code: str, words: str | Promise) -> None:
        super().__init__(code)
        self.words = words


def too_long() -> NotTaken:
    """Return the refusal of what is more than one text."""
    return NotTaken("too long", _TOO_LONG)


def too_deep() -> NotTaken:
    """Return the refusal of what is nested deeper, or is of more elements, than anybody writes."""
    return NotTaken("too deep", _TOO_DEEP)


def half_marked() -> NotTaken:
    """Return the refusal of ``[[`` or ``]]`` without the other."""
    return NotTaken("half marked", _BRACKETS)
