"""System checks: what must never be true of a running portal."""

from collections.abc import Sequence
from typing import Any

from django.apps import AppConfig
from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, register


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
