"""The room as an app."""

from django.apps import AppConfig


class LmuConfig(AppConfig):
    """See the package's docstring."""

    name = "lmu"

    def ready(self) -> None:
        """Register rights, actions, and the links on the bodies' pages."""
        from forum.organisation import body_links
        from forum.organisation.enums import BodyKind
        from lmu import events, permissions  # noqa: F401  # importing registers; models are ready only now
        from lmu.body_links import links_of
        from lmu.guests.models import GuestLetter
        from lmu.queries import waiting_step, written_on
        from proposals.presenting import already_written
        from trepart.audit.history import may_erase

        may_erase(GuestLetter, "address")
        body_links.register(links_of)
        body_links.register_page(BodyKind.LMU, "lmu:detail")
        already_written.register(written_on, waiting_step)
