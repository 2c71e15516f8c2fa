"""The room as an app."""

from django.apps import AppConfig


class PortalConfig(AppConfig):
    """See the package's docstring."""

    name = "portal"

    def ready(self) -> None:
        """Register the actions of this room."""
        from portal import events  # noqa: F401  # importing registers; translations are ready only now
