"""System checks: what must never be true of a running portal."""

from collections.abc import Sequence
from typing import Any

from django.apps import AppConfig
from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, register
from django.core.exceptions import ImproperlyConfigured

#: 32 random bytes have about 30 different ones; fewer than this is a pattern somebody typed.
_DIFFERENT_BYTES = 20


@register(Tags.security, deploy=True)
def demo_is_closed(app_configs: Sequence[AppConfig] | None, **kwargs: Any) -> list[CheckMessage]:
    """Refuse a deployment where anybody can step into any role."""
    if settings.DEMO:
        return [Error("TREPART_DEMO is on: anybody can step into any role.", id="trepart.E001")]
    return []


@register(Tags.security)
def demo_is_local(app_configs: Sequence[AppConfig] | None, **kwargs: Any) -> list[CheckMessage]:
    """Refuse to start the demo under an https address: a demo is never a real municipality's portal."""
    if settings.DEMO and settings.SITE_URL.startswith("https://"):
        return [Error("TREPART_DEMO is on at a public https address.", id="trepart.E002")]
    return []


@register(Tags.security)
def seal_key_is_usable(app_configs: Sequence[AppConfig] | None, **kwargs: Any) -> list[CheckMessage]:
    """Refuse a key of the audit seals that is too short or cannot be read."""
    from trepart.audit import sealing  # models are loaded after the checks are registered

    try:
        sealing.key()
    except ImproperlyConfigured as error:
        return [Error(str(error), id="trepart.E003")]
    return []


@register(Tags.security, deploy=True)
def seal_key_is_secret(app_configs: Sequence[AppConfig] | None, **kwargs: Any) -> list[CheckMessage]:
    """Refuse, in production, a key of the audit seals that anybody could guess: a pattern, or the same as the secret key."""
    text = settings.AUDIT_SEAL_KEY.lower()
    guessable = len(set(zip(text[::2], text[1::2], strict=False))) < _DIFFERENT_BYTES
    if guessable or text == settings.SECRET_KEY.lower():
        return [
            Error(
                "AUDIT_SEAL_KEY is a pattern or the same as SECRET_KEY.",
                hint="Make one with: python -c 'import secrets; print(secrets.token_hex(32))'",
                id="trepart.E004",
            )
        ]
    return []
