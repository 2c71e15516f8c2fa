"""System check: what the environment says of the sign-in services is complete and holds together."""

from collections.abc import Sequence

from django.apps import AppConfig
from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, register


@register(Tags.security)
def services_are_set_up(app_configs: Sequence[AppConfig] | None, **kwargs: object) -> list[CheckMessage]:
    """Name every setting that is missing, contradicts another or cannot be read; secrets are never repeated."""
    return [
        Error(f"{name} {why}", hint="docs/oidc.md has every setting.", id="trepart.E010")
        for name, why in settings.OIDC.faults
    ]
