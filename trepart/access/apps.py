"""Access as an app."""

from django.apps import AppConfig


class AccessConfig(AppConfig):
    """People, roles and what they may."""

    name = "trepart.access"
    label = "access"

    def ready(self) -> None:
        """Register the actions of this room."""
        from allauth.usersessions.models import UserSession
        from django.db.models.signals import pre_save

        from trepart.access import events, sessions, trail  # noqa: F401  # importing registers; translations are ready only now

        # allauth keeps the visitor's network address with the session; we do not.
        pre_save.connect(sessions.forget_address, sender=UserSession, dispatch_uid="trepart.access.sessions")
        trail.connect()
