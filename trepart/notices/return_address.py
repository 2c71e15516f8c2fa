"""The return address of a mail: signed, so that what comes back to it says which mail it was.

    varsler-retur+<number>.<signature>@kommune.example        with BOUNCE_ADDRESS=varsler-retur@kommune.example

Only whoever was sent the mail, and the servers on its way, have seen the signature; it answers for that one mail and
nothing else.
"""

import base64
import hashlib
import hmac
import re

from django.conf import settings
from django.utils.crypto import salted_hmac

from trepart.notices.models import Mail

#: Bytes of the signature: sixteen letters, so that the part before the @ stays below the 64 that are
#: allowed (RFC 5321, 4.5.3.1.1).
_SIGNATURE = 10
_TOKEN = re.compile(r"(\d{1,19})\.([a-z2-7]{16})")


class Forged(PermissionError):
    """It does not come from where a mail of ours has been."""


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
