"""The audit trail as an app."""

from django.apps import AppConfig
from django.db.models.signals import post_migrate


class AuditConfig(AppConfig):
    """Events, seals, history and the log of who looked."""

    name = "trepart.audit"
    label = "audit"

    def ready(self) -> None:
        """Tie every history row to the event it belongs to (a hook of django-simple-history), and register
        what this room brings."""
        # Importing registers; models are ready only now.
        from trepart.audit import events, history, permissions, runtime_role  # noqa: F401

        history.connect()
        post_migrate.connect(runtime_role.give, sender=self, dispatch_uid="trepart.audit.runtime_role")
