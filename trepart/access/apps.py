"""Access as an app."""

from django.apps import AppConfig


class AccessConfig(AppConfig):
    """People, roles and what they may."""

    name = "trepart.access"
    label = "access"

    def ready(self) -> None:
        """Register the actions of this room."""
        from trepart.access import events, trail  # noqa: F401  # importing registers; translations are ready only now

        trail.connect()
