"""The room as an app."""

from django.apps import AppConfig


class CommissionsConfig(AppConfig):
    """See the package's docstring."""

    name = "forum.commissions"

    def ready(self) -> None:
        """Register the lifecycle of commissions, whose cases they are, and the links on the pages of bodies."""
        from forum.cases import case_owners
        from forum.commissions import events, permissions  # noqa: F401  # importing registers
        from forum.commissions.case_owner import CommissionCases, links_of
        from forum.commissions.unattended import opinions_and_commissions
        from forum.commissions.workflow import COMMISSION_WORKFLOW
        from forum.organisation import body_links, unattended
        from trepart import workflow

        workflow.register(COMMISSION_WORKFLOW)
        case_owners.register(CommissionCases(), related=("case__commission",))
        body_links.register(links_of)
        unattended.watch(opinions_and_commissions)
