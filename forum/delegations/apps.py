"""The room as an app."""

from django.apps import AppConfig


class DelegationsConfig(AppConfig):
    """See the package's docstring."""

    name = "forum.delegations"

    def ready(self) -> None:
        """Register what the trail says, who may keep delegations, and the way to them from a body's page."""
        from forum.delegations import events, permissions  # noqa: F401  # importing registers
        from forum.delegations.queries import links_of
        from forum.organisation import body_links

        body_links.register(links_of)
