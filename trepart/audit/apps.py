"""The audit trail as an app."""

from django.apps import AppConfig


class AuditConfig(AppConfig):
    """Events, seals, history and the log of who looked."""

    name = "trepart.audit"
    label = "audit"

    def ready(self) -> None:
        """Tie every history row to the event it belongs to (a hook of django-simple-history), and register
        what this room brings."""
        # Importing registers; models are ready only now.
        from trepart.audit import events, history, permissions  # noqa: F401

        history.connect()
