"""What stands on the screen, by what the code calls it."""

from typing import Any

from django.utils import translation
from django.utils.translation import gettext, pgettext


def say(msgid: str, context: str = "", **words: Any) -> str:
    """Return what the page says, in bokmål: the story does not break when a word is bettered."""
    with translation.override("nb"):
        said = pgettext(context, msgid) if context else gettext(msgid)
    assert said != msgid, f"not translated: {msgid}"
    return said % words if words else said
