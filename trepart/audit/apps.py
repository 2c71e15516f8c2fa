"""The audit trail as an app."""

from django.apps import AppConfig


class AuditConfig(AppConfig):
    """Events, seals, history and the log of who looked."""

    name = "trepart.audit"
    label = "audit"

    def ready(self) -> None:
        """Tie every history row to the event it belongs to (a hook of django-simple-history)."""
        from trepart.audit import history  # models are ready only now

        history.connect()
