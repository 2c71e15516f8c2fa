"""The room as an app."""

from django.apps import AppConfig


class LmuConfig(AppConfig):
    """See the package's docstring."""

    name = "lmu"

    def ready(self) -> None:
        """Register rights, actions, and the doors on the bodies' pages."""
        from forum import doors
        from lmu import events, permissions  # noqa: F401  # importing registers; models are ready only now
        from lmu.doors import open_doors

        doors.register(open_doors)
