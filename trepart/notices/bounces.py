"""Delivery reports: mail that could not be delivered comes back, and is written down on the mail it is about.

The mail server hands what comes to the return address (`trepart.notices.return_address`) to ``manage.py take_bounce``,
or the portal fetches it (BOUNCE_IMAP_URL). What is read is the part made for machines (RFC 3464), nothing else, and
only codes of it are kept.
"""

import re
from dataclasses import dataclass
from email import message_from_bytes, policy
from email.message import Message

from django.db import transaction

from trepart import clock
from trepart.notices import blanking, sending
from trepart.notices.models import Mail, MailState
from trepart.notices.return_address import mail_behind

#: What a report may weigh; longer ones are cut before they are read.
MOST_BYTES = 512 * 1024
#: What is read of one header.
_MOST_HEADER = 2_000
_ADDRESS = re.compile(r"[^\s<>()\",;:@]++@[^\s<>()\",;:@]+")


class NotABounce(ValueError):
    """It is no delivery report (RFC 3464), or says nothing of a delivery."""


@dataclass(frozen=True)
class Report:
    """What a delivery report says of one recipient: ``action`` (failed, delayed, …), ``status`` (5.1.1) and ``code``
    (550; 0 where it gives none)."""

    action: str
    status: str
    code: int


def take(content: bytes, *, recipient: str = "") -> Mail:
    """Take in a delivery report and return the mail it is about.

    ``recipient`` is the address it came to, as the mail server knows it; without one it is taken from the headers the
    server wrote on delivery. Raises ``Forged`` or ``NotABounce``; nothing is then changed. A report of a delay changes
    nothing but is no error, and the same report twice counts once.
    """
    parsed = parse(content)
    mail = mail_behind([recipient] if recipient else came_to(parsed))
    report = read(parsed)
    if report.action == "failed":
        _failed(mail, report)
    return mail


def parse(content: bytes) -> Message:
    """Return a mail as it came, taken apart. Headers are left as they stand: what reads them in depth takes far
    longer for a long one."""
    return message_from_bytes(content[:MOST_BYTES], policy=policy.compat32)


def came_to(parsed: Message) -> list[str]:
    """Return the addresses it came to, as the headers say."""
    headers = [
        str(value)[:_MOST_HEADER]
        for name in ("Delivered-To", "X-Original-To", "To")
        for value in parsed.get_all(name, [])
    ]
    return [address for said in headers for address in _ADDRESS.findall(said)]


def read(parsed: Message) -> Report:
    """Read the part made for machines. Raises ``NotABounce`` where there is none."""
    part = next((p for p in parsed.walk() if p.get_content_type() == "message/delivery-status"), None)
    blocks = part.get_payload() if part is not None else None
    if parsed.get_content_type() != "multipart/report" or not isinstance(blocks, list):
        raise NotABounce("It is no delivery report.")
    for block in blocks:
        if not isinstance(block, Message):
            continue
        action = str(block.get("Action", ""))[:_MOST_HEADER].strip().lower()
        status = re.search(r"\b[245]\.\d{1,3}\.\d{1,3}\b", str(block.get("Status", ""))[:_MOST_HEADER])
        if action and status:
            code = re.search(r";\s*([245]\d\d)\b", str(block.get("Diagnostic-Code", ""))[:_MOST_HEADER])
            return Report(action, status[0], int(code[1]) if code else 0)
    raise NotABounce("The delivery report says nothing of a delivery.")


def _failed(mail: Mail, report: Report) -> None:
    with transaction.atomic():
        mail = Mail.objects.select_for_update(of=("self",)).get(pk=mail.pk)
        if mail.state not in (MailState.SENT, MailState.SENDING):
            return
        # "Failed" is the last word, also where the code is one of those that may pass: the servers
        # on the way have given up.
        verdict = sending.from_code(report.code or int(f"{report.status[0]}50"), report.status)
        mail.state, mail.troubled_at, mail.reason, mail.code = (
            MailState.FAILED,
            clock.now(),
            verdict.reason,
            verdict.code,
        )
        mail.claimed_at = None
        mail.save(update_fields=["state", "troubled_at", "reason", "code", "claimed_at"])
        if mail.secret and mail.blanked_at is None:
            blanking.blank([mail])
