"""Mail that comes back. Every mail leaves with a return address of its own, signed; what comes to it says which mail it
was, and cannot be made up.

    varsler-retur+<number>.<signature>@kommune.example        with BOUNCE_ADDRESS=varsler-retur@kommune.example

The mail server hands what comes there to ``manage.py take_bounce``, or the portal fetches it (BOUNCE_IMAP_URL). Only
whoever was sent the mail, and the servers on its way, have seen the signature; it answers for that one mail and nothing
else. What is read is the part made for machines (RFC 3464), nothing else, and only codes of it are kept.
"""

import base64
import hashlib
import hmac
import re
from dataclasses import dataclass
from email import message_from_bytes, policy
from email.message import Message
from email.utils import getaddresses

from django.conf import settings
from django.db import transaction
from django.utils.crypto import salted_hmac

from trepart import clock
from trepart.notices import blanking, sending
from trepart.notices.models import Mail, MailState

#: Bytes of the signature: sixteen letters, so that the part before the @ stays below the 64 that are
#: allowed (RFC 5321, 4.5.3.1.1).
_SIGNATURE = 10
#: What a report may weigh; longer ones are cut before they are read.
MOST_BYTES = 512 * 1024
_TOKEN = re.compile(r"(\d{1,19})\.([a-z2-7]{16})")


class NotABounce(ValueError):
    """It is no delivery report (RFC 3464), or says nothing of a delivery."""


class Forged(PermissionError):
    """It does not come from where a mail of ours has been."""


@dataclass(frozen=True)
class Report:
    """What a delivery report says of one recipient: ``action`` (failed, delayed, …), ``status`` (5.1.1) and ``code``
    (550; 0 where it gives none)."""

    action: str
    status: str
    code: int


def return_path(mail: Mail) -> str:
    """Return the address that what bounces of ``mail`` comes back to; empty where the municipality has given
    none (BOUNCE_ADDRESS)."""
    local, at, domain = settings.BOUNCE_ADDRESS.rpartition("@")
    return f"{local}+{mail.pk}.{_signature(mail.pk, mail.key.hex)}@{domain}" if at else ""


def _signature(pk: int, key: str) -> str:
    digest = salted_hmac("trepart.notices.bounces", f"{pk}.{key}", algorithm="sha256").digest()
    return base64.b32encode(digest[:_SIGNATURE]).decode().lower()


def mail_behind(addresses: list[str]) -> Mail:
    """Return the mail that one of ``addresses`` is the return address of. Raises ``Forged`` where none is."""
    own, at, domain = settings.BOUNCE_ADDRESS.lower().rpartition("@")
    for address in addresses:
        local, _at, given_domain = address.strip().lower().rpartition("@")
        name, _plus, token = local.partition("+")
        match = _TOKEN.fullmatch(token)
        if not at or match is None or (name, given_domain) != (own, domain):
            continue
        mail = Mail.objects.filter(pk=int(match[1])).first() if int(match[1]) < 2**63 else None
        key = mail.key.hex if mail else hashlib.sha256(token.encode()).hexdigest()
        if hmac.compare_digest(_signature(int(match[1]), key), match[2]) and mail is not None:
            return mail
    raise Forged("The address is not one that a mail of the portal was sent with.")


def take(content: bytes, *, recipient: str = "") -> Mail:
    """Take in a delivery report and return the mail it is about.

    ``recipient`` is the address it came to, as the mail server knows it; without one it is taken from the headers the
    server wrote on delivery. Raises ``Forged`` or ``NotABounce``; nothing is then changed. A report of a delay changes
    nothing but is no error, and the same report twice counts once.
    """
    parsed = message_from_bytes(content[:MOST_BYTES], policy=policy.default)
    mail = mail_behind([recipient] if recipient else _came_to(parsed))
    report = read(parsed)
    if report.action == "failed":
        _failed(mail, report)
    return mail


def _came_to(parsed: Message) -> list[str]:
    headers = [str(value) for name in ("Delivered-To", "X-Original-To", "To") for value in parsed.get_all(name, [])]
    return [address for _name, address in getaddresses(headers)]


def read(parsed: Message) -> Report:
    """Read the part made for machines. Raises ``NotABounce`` where there is none."""
    part = next((p for p in parsed.walk() if p.get_content_type() == "message/delivery-status"), None)
    blocks = part.get_payload() if part is not None else None
    if parsed.get_content_type() != "multipart/report" or not isinstance(blocks, list):
        raise NotABounce("It is no delivery report.")
    for block in blocks:
        if not isinstance(block, Message):
            continue
        action = str(block.get("Action", "")).strip().lower()
        status = re.search(r"\b[245]\.\d{1,3}\.\d{1,3}\b", str(block.get("Status", "")))
        if action and status:
            code = re.search(r";\s*([245]\d\d)\b", str(block.get("Diagnostic-Code", "")))
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
