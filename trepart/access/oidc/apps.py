"""Signing in with OpenID Connect, as an app of its own: its tables are nobody else's."""

from django.apps import AppConfig


class OidcConfig(AppConfig):
    """Who one is at ID-porten or Entra ID, and the sessions they have begun."""

    name = "trepart.access.oidc"
    label = "oidc"

    def ready(self) -> None:
        """Register the actions, the checks, and what goes when an account is closed."""
        from trepart.access import account_closure
        from trepart.access.oidc import accounts, checks, events, sessions  # noqa: F401  # importing registers

        account_closure.erases(accounts.erase)
        sessions.connect()
