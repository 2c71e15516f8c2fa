"""The app of access: people, roles, rights and signing in."""

from django.apps import AppConfig


class AccessConfig(AppConfig):
    """People, roles and what they may."""

    name = "trepart.access"
    label = "access"

    def ready(self) -> None:
        """Register the actions of this room, and a look at how much sessions hold."""
        from trepart.access import events, limits  # noqa: F401  # importing registers; translations are ready only now
        from trepart.access.models import User
        from trepart.access.sign_in import trail
        from trepart.audit.history import may_erase
        from trepart.server import health

        health.register(limits.sessions)
        trail.connect()
        may_erase(User, "email", "name")
