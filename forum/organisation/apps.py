"""The room as an app."""

from django.apps import AppConfig


class OrganisationConfig(AppConfig):
    """See the package's docstring."""

    name = "forum.organisation"

    def ready(self) -> None:
        """Register who stands where, what ties a person, and what the portal asks of the municipality."""
        from forum.organisation import body_links, events, permissions  # noqa: F401  # importing registers
        from forum.organisation.account_closure import ties_of
        from forum.organisation.municipality_facts import written_down
        from forum.organisation.queries.stand_ins import links_of
        from forum.organisation.role_assignments import Memberships
        from forum.organisation.services.logos import kept
        from trepart import municipality
        from trepart.access import account_closure, role_assignments

        body_links.register(links_of)
        role_assignments.use(Memberships())
        account_closure.register("forum", ties_of)
        municipality.use(written_down)
        municipality.use_arms(kept)
