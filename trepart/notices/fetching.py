"""Fetching what bounces from a mailbox (IMAP), where the mail server does not hand it to ``take_bounce`` itself."""

import imaplib
import logging
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import unquote, urlsplit

from django.conf import settings

from trepart.notices import bounces

log = logging.getLogger(__name__)

#: Reports fetched at a time, and seconds the server gets for each answer.
MOST = 200
PATIENCE = 20


def fetch() -> int:
    """Take in what lies unseen in the mailbox of ``BOUNCE_IMAP_URL`` and return how many reports counted.

    Each is marked as seen when it has been dealt with, so that one that is interrupted is taken again; nothing is
    deleted. What is no report stays in the mailbox, seen.
    """
    if not settings.BOUNCE_IMAP_URL:
        return 0
    taken = 0
    with _mailbox(settings.BOUNCE_IMAP_URL) as box:
        _status, found = box.uid("SEARCH", "UNSEEN")
        for uid in (found[0] or b"").split()[:MOST]:
            # Bytes are right.
            _status, parts = box.uid("FETCH", uid, f"(BODY.PEEK[]<0.{bounces.MOST_BYTES}>)")  # type: ignore[arg-type]
            content = next((part[1] for part in parts if isinstance(part, tuple)), b"")
            try:
                bounces.take(content)
                taken += 1
            except (bounces.NotABounce, bounces.Forged) as error:
                log.info("What lies in the mailbox for reports was left there: %s", type(error).__name__)
            box.uid("STORE", uid, "+FLAGS.SILENT", r"(\Seen)")  # type: ignore[arg-type]  # as above
    return taken


@contextmanager
def _mailbox(url: str) -> Iterator[imaplib.IMAP4]:
    parts = urlsplit(url)
    host = parts.hostname or ""
    box: imaplib.IMAP4
    if parts.scheme == "imaps":
        box = imaplib.IMAP4_SSL(host, parts.port or 993, ssl_context=ssl.create_default_context(), timeout=PATIENCE)
    else:
        box = imaplib.IMAP4(host, parts.port or 143, timeout=PATIENCE)
    with box:
        box.login(unquote(parts.username or ""), unquote(parts.password or ""))
        box.select(unquote(parts.path.strip("/")) or "INBOX")
        yield box
