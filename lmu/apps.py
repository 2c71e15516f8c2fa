"""The room as an app."""

from django.apps import AppConfig


class LmuConfig(AppConfig):
    """See the package's docstring."""

    name = "lmu"

    def ready(self) -> None:
        """Register rights and actions."""
        from lmu import events, permissions  # noqa: F401  # importing registers; models are ready only now
