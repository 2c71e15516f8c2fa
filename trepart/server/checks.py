"""System checks: what must never be true of a running portal."""

from collections.abc import Sequence

from django.apps import AppConfig
from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, Warning, register  # noqa: A004  (Django's own name)
from django.core.exceptions import ImproperlyConfigured

from trepart.server import production

#: Every fault has its own number, so that one can look it up; E001 to E004 are as old as the portal.
_IDS = {
    "TREPART_DEMO": "trepart.E001",
    "AUDIT_SEAL_KEY": "trepart.E004",
    "DJANGO_DEBUG": "trepart.E005",
    "SECRET_KEY": "trepart.E006",
    "SITE_URL": "trepart.E007",
    "ALLOWED_HOSTS": "trepart.E008",
    "EMAIL_URL": "trepart.E009",
    "OIDC_PROVIDERS": "trepart.E010",
}


@register(Tags.security, deploy=True)
def fit_for_production(app_configs: Sequence[AppConfig] | None, **kwargs: object) -> list[CheckMessage]:
    """Refuse a deployment the web server would refuse to start with (`trepart.server.production`)."""
    return [Error(f"{f.name} {f.wrong}", hint=f.mend, id=_IDS[f.name]) for f in production.faults(settings)]


@register(Tags.database, deploy=True)
def runs_as_another_than_the_owner(
    app_configs: Sequence[AppConfig] | None, databases: Sequence[str] | None = None, **kwargs: object
) -> list[CheckMessage]:
    """Warn where the portal runs as who owns its tables: whoever takes it over could rewrite the past."""
    from trepart.audit import runtime_role  # models are loaded after the checks are registered

    if not databases or settings.DEMO or not runtime_role.owns_the_tables():
        return []
    hint = "Run `migrate` as the owner, everything else as DATABASE_RUNTIME_ROLE (docs/operations.md)."
    return [Warning("The portal is connected as the owner of its tables.", hint=hint, id="trepart.W011")]


@register(Tags.security)
def demo_is_local(app_configs: Sequence[AppConfig] | None, **kwargs: object) -> list[CheckMessage]:
    """Refuse to start the demo under an https address: a demo is never a real municipality's portal."""
    if settings.DEMO and settings.SITE_URL.startswith("https://"):
        return [Error("TREPART_DEMO is on at a public https address.", id="trepart.E002")]
    return []


@register(Tags.security)
def seal_key_is_usable(app_configs: Sequence[AppConfig] | None, **kwargs: object) -> list[CheckMessage]:
    """Refuse a key of the audit seals that is too short or cannot be read."""
    from trepart.audit import sealing  # models are loaded after the checks are registered

    try:
        sealing.key()
    except ImproperlyConfigured as error:
        return [Error(str(error), id="trepart.E003")]
    return []
