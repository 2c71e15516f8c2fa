"""What must be so before the portal meets people.

Asked by the web server and the worker when they start, and by `check --deploy`.

Everything but the demo (``TREPART_DEMO=1``) and the tests is production. Nothing has to be set to be safe;
something has to be set to play.
"""

from dataclasses import dataclass
from urllib.parse import urlsplit

from django.conf import LazySettings
from django.core.exceptions import ImproperlyConfigured

#: Signs in a secret key, and how many different ones: what Django's own check (security.W009) asks for.
_KEY_LENGTH, _KEY_VARIETY = 50, 10
#: 32 random bytes have about 30 different ones; fewer than this is a pattern somebody typed.
_DIFFERENT_BYTES = 20
#: Long enough that chance does not write them.
_PLAYED_WITH = ("insecure", "example", "changeme", "change-me", "secret-key", "only-for-", "xxxxxx")
_LOCAL = ("localhost", "127.0.0.1", "::1", "")


@dataclass(frozen=True)
class Fault:
    """Something that must be mended first: ``name`` of the setting, what is wrong with it, and what to do."""

    name: str
    wrong: str
    mend: str

    def __str__(self) -> str:
        return f"{self.name} {self.wrong} {self.mend}"


_MAKE_SECRET = "Make one with: python -c 'import secrets; print(secrets.token_urlsafe(64))'"  # noqa: S105  # a sentence
_MAKE_SEAL = "Make one with: python -c 'import secrets; print(secrets.token_hex(32))'"


def faults(settings: LazySettings) -> list[Fault]:
    """Return what keeps ``settings`` from being used in production; empty where nothing does."""
    found = []
    if settings.DEMO:
        found.append(Fault("TREPART_DEMO", "is on: anybody can step into any role.", "Take it out of the environment."))
    if settings.DEBUG:
        found.append(
            Fault(
                "DJANGO_DEBUG",
                "is on: error pages would show the insides of the portal.",
                "Take it out of the environment.",
            )
        )
    found += [
        Fault("OIDC_PROVIDERS", f"cannot be used: {name} {why}", "docs/oidc.md has every setting.")
        for name, why in settings.OIDC.faults
    ]
    return found + _keys(settings) + _addresses(settings) + _mail(settings)


def guessable(key: str) -> bool:
    """Say whether a key of the audit seals (hexadecimal) is a pattern rather than chance."""
    key = key.lower()
    return len(set(zip(key[::2], key[1::2], strict=False))) < _DIFFERENT_BYTES


def _keys(settings: LazySettings) -> list[Fault]:
    from trepart.audit import sealing  # models are loaded after the settings

    found = []
    secret, seal = settings.SECRET_KEY, settings.AUDIT_SEAL_KEY
    if len(secret) < _KEY_LENGTH or len(set(secret)) < _KEY_VARIETY:
        found.append(Fault("SECRET_KEY", f"is shorter than {_KEY_LENGTH} signs, or a pattern.", _MAKE_SECRET))
    elif any(word in secret.lower() for word in _PLAYED_WITH):
        found.append(Fault("SECRET_KEY", "looks like one from a demo, a test or an example.", _MAKE_SECRET))
    try:
        sealing.key(seal)
    except ImproperlyConfigured as error:
        found.append(Fault("AUDIT_SEAL_KEY", f"cannot be used: {error}", _MAKE_SEAL))
    else:
        if guessable(seal) or seal.lower() == secret.lower():
            found.append(Fault("AUDIT_SEAL_KEY", "is a pattern, or the same as SECRET_KEY.", _MAKE_SEAL))
    return found


def _addresses(settings: LazySettings) -> list[Fault]:
    found = []
    site = urlsplit(settings.SITE_URL)
    host = site.hostname or ""
    if site.scheme != "https" or host in _LOCAL:
        found.append(
            Fault("SITE_URL", "is not a public https address.", "Set it to the address people reach the portal at.")
        )
    hosts = settings.ALLOWED_HOSTS
    if "*" in hosts:
        found.append(Fault("ALLOWED_HOSTS", "lets any name in.", "List the names the portal is reached at."))
    elif host not in _LOCAL and not any(host == h.lower() or (h[:1] == "." and f".{host}".endswith(h)) for h in hosts):
        found.append(Fault("ALLOWED_HOSTS", "does not list the host of SITE_URL.", f"Set ALLOWED_HOSTS={host}."))
    return found


def _mail(settings: LazySettings) -> list[Fault]:
    if settings.EMAIL_BACKEND in (
        "django.core.mail.backends.console.EmailBackend",
        "django.core.mail.backends.dummy.EmailBackend",
        "django.core.mail.backends.locmem.EmailBackend",
    ):
        return [Fault("EMAIL_URL", "sends no mail: nobody would hear from the portal.", "Set it to the mail server.")]
    return []


def refuse_unfit(settings: LazySettings) -> None:
    """Raise ``ImproperlyConfigured`` with everything that is wrong where these settings must not meet people. The demo
    is let through, on http only."""
    if settings.DEMO:
        if settings.SITE_URL.startswith("https://"):
            raise ImproperlyConfigured(
                "The portal does not start: TREPART_DEMO is on at a public https address, and anybody could "
                "step into any role."
            )
        return
    if found := faults(settings):
        lines = "".join(f"\n  - {fault}" for fault in found)
        raise ImproperlyConfigured(
            f"The portal does not start like this (docs/operations.md has every setting):{lines}\n"
            "To try it out instead of running it, set TREPART_DEMO=1."
        )
