"""A mail as it leaves the house: plain text and HTML made of the same words, and the headers.

Both are made when the mail is sent. The HTML takes each paragraph as it stands, escaped; a line that is nothing but an
address of the portal becomes a button. Other addresses are not made into links: what people write in a proposal shall
not lead readers of our mail anywhere.
"""

import re
from dataclasses import dataclass
from email.utils import formataddr, parseaddr
from functools import lru_cache
from urllib.parse import urlsplit

from django.conf import settings
from django.core.mail import EmailMessage, EmailMultiAlternatives
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation

from trepart import municipality
from trepart.notices import bounces
from trepart.notices.models import Mail

_WORDS_OR_LINK = re.compile(r"(https?://\S+)")


@dataclass(frozen=True)
class Piece:
    """A run of words within a paragraph, or an address of the portal (``link``)."""

    words: str
    link: bool = False


@dataclass(frozen=True)
class Paragraph:
    """One paragraph: lines of pieces, or (``button``) an address of the portal that stands alone."""

    lines: tuple[tuple[Piece, ...], ...] = ()
    button: str = ""


def paragraphs(text: str) -> list[Paragraph]:
    """Divide the words of a mail into paragraphs and buttons."""
    found: list[Paragraph] = []
    for block in re.split(r"\n\s*\n", text.strip()):
        lines: list[tuple[Piece, ...]] = []
        for line in block.splitlines():
            if _is_ours(line.strip()):
                found += [Paragraph(tuple(lines))] if lines else []
                lines = []
                found.append(Paragraph(button=line.strip()))
            else:
                lines.append(_pieces(line))
        found += [Paragraph(tuple(lines))] if lines else []
    return found


def _pieces(line: str) -> tuple[Piece, ...]:
    return tuple(Piece(part, _is_ours(part)) for part in _WORDS_OR_LINK.split(line) if part)


def _is_ours(word: str) -> bool:
    return bool(re.fullmatch(re.escape(settings.SITE_URL) + r"(/[^\s<>\"']*)?", word))


def plain(mail: Mail) -> str:
    """Return the whole mail as plain text."""
    with translation.override(mail.language):
        return render_to_string("notices/letter.txt", {"mail": mail, **_shell(mail)}).strip() + "\n"


def html(mail: Mail) -> str:
    """Return the whole mail as HTML."""
    with translation.override(mail.language):
        return render_to_string(
            "notices/letter.html", {"mail": mail, "paragraphs": paragraphs(mail.text), **_shell(mail)}
        )


def _shell(mail: Mail) -> dict[str, object]:
    own = municipality.current()
    accent = own.accent if re.fullmatch(r"#[0-9a-fA-F]{6}", own.accent) else "#0b3f5c"
    return {
        "municipality": own,
        "accent": accent,
        "on_accent": on_colour(accent),
        "settings_url": f"{settings.SITE_URL}{reverse('portal:mail_choice')}" if mail.person_id else "",
        "site_url": settings.SITE_URL,
    }


@lru_cache(maxsize=8)
def on_colour(colour: str) -> str:
    """Return black or white, whichever is read best on ``colour`` ("#rrggbb"); one of them always reaches
    4.5 to 1 (WCAG 1.4.3)."""
    channels = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    luminance = 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
    return "#000000" if (luminance + 0.05) / 0.05 > 1.05 / (luminance + 0.05) else "#ffffff"


def host() -> str:
    """Return the portal's host, for names that must be its own."""
    return urlsplit(settings.SITE_URL).hostname or "localhost"


def message(mail: Mail) -> EmailMessage:
    """Return the mail as it is handed to the mail server. The same mail always has the same Message-ID."""
    own = municipality.current()
    _name, address = parseaddr(settings.DEFAULT_FROM_EMAIL)
    sender = formataddr((_header_safe(own.name), address), charset="utf-8")
    headers = {
        "From": sender,
        "Message-ID": f"<{mail.key}@{host()}>",
        "Auto-Submitted": "auto-generated",
        "X-Auto-Response-Suppress": "All",
        "Content-Language": mail.language,
    }
    if mail.person_id:
        headers["List-Id"] = f"<varsler.{host()}>"
        headers["List-Unsubscribe"] = f"<{settings.SITE_URL}{reverse('portal:mail_choice')}>"
    made = EmailMultiAlternatives(
        subject=mail.subject,
        body=plain(mail),
        from_email=bounces.return_path(mail) or sender,
        to=[mail.to],
        reply_to=[own.feedback_email] if own.feedback_email else None,
        headers=headers,
    )
    made.attach_alternative(html(mail), "text/html")
    for file in mail.attachments.all():
        content = bytes(file.content)
        if file.method:
            # Beside the text too: there calendars look, and show the invitation for what it is.
            made.attach_alternative(content.decode(), f"{file.content_type}; method={file.method}")
        made.attach(file.name, content, "application/ics" if file.method else file.content_type)
    return made


def _header_safe(name: str) -> str:
    return " ".join(name.split())
