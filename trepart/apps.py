"""The project package as an app: it brings template tags, forms and checks."""

from django.apps import AppConfig


class TrepartConfig(AppConfig):
    """Holds what belongs to no single room: the workflow executor, print, the clock."""

    name = "trepart"
    label = "trepart"

    def ready(self) -> None:
        """Register the system checks, and a look at the antivirus."""
        from trepart.server import checks, health  # noqa: F401  # importing registers; models are ready only now
        from trepart.uploads import antivirus

        health.register(antivirus.antivirus)
