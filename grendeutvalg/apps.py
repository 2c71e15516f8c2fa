"""The room as an app."""

from django.apps import AppConfig


class GrendeutvalgConfig(AppConfig):
    """See the package's docstring."""

    name = "grendeutvalg"

    def ready(self) -> None:
        """Register rights, actions, and the doors on the bodies' pages."""
        from forum.organisation import body_links
        from grendeutvalg import events, permissions  # noqa: F401  # importing registers; models are ready only now
        from grendeutvalg.body_links import links_of

        body_links.register(links_of)
