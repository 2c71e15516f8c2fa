"""From a template to the words of a mail: one line of subject, plain text, and what its button says."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from django.template import Context, engines

#: Characters that turn the direction of the text around them, and could make an address read as another (the marks that
#: only set a direction may stay).
_TURNING = dict.fromkeys([*range(0x202A, 0x202F), *range(0x2066, 0x206A)])
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]")
SUBJECT_LENGTH = 200
#: How much of what a case is called a subject says.
ABOUT = 90


@dataclass(frozen=True)
class Words:
    """A mail in words. ``label`` is empty where the template has no button of its own."""

    subject: str
    text: str
    label: str


def write(template: str, words: Mapping[str, object]) -> Words:
    """Render ``template`` (a path below ``templates/`` without ending) in the active language.

    It is one text file that extends ``notices/mail.txt`` and has the blocks subject, text and, where the button is to
    say something of its own, button. Rendered as the plain text it is: an ampersand in a title is one in the mail.
    """
    return Words(
        subject=one_line(_plain(template, "subject", words), SUBJECT_LENGTH),
        text=clean(_plain(template, "text", words)).strip(),
        label=one_line(_plain(template, "button", words), 100),
    )


def clean(text: str) -> str:
    """Return ``text`` without what is no text: control characters, and those that turn the direction of what follows;
    at most one empty line at a time."""
    plain = _CONTROL.sub("", text.replace("\r\n", "\n").replace("\r", "\n").translate(_TURNING))
    return re.sub(r"\n[ \t]*\n\s*\n", "\n\n", plain)


def one_line(text: str, length: int) -> str:
    """Return ``text`` as one line of at most ``length`` characters; what is cut off shows."""
    line = " ".join(clean(text).split())
    return line if len(line) <= length else line[: length - 1].rstrip() + "…"


def _plain(template: str, part: str, words: Mapping[str, object]) -> str:
    # The one engine there is; the stub knows the base class only.
    engine = engines["django"].engine  # type: ignore[attr-defined]
    context = Context({**words, "mail_part": part}, autoescape=False)
    return str(engine.get_template(f"{template}.txt").render(context))
