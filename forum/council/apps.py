"""The room as an app."""

from django.apps import AppConfig


class CouncilConfig(AppConfig):
    """See the package's docstring."""

    name = "forum.council"

    def ready(self) -> None:
        """Register the lifecycle of the municipal council's cases, whose cases they are, and the links
        on the pages of bodies."""
        from forum.cases import case_owners
        from forum.council import events, permissions, queries  # noqa: F401  # importing registers
        from forum.council.case_owner import CouncilCases, links_of
        from forum.council.printed_seals import printed_seals
        from forum.council.workflow import COUNCIL_CASE_WORKFLOW
        from forum.meetings.core import meeting_facts
        from forum.organisation import body_links
        from trepart import workflow
        from trepart.audit import verifying

        workflow.register(COUNCIL_CASE_WORKFLOW)
        case_owners.register(CouncilCases(), related=("case__council_case__case_list__council",))
        body_links.register(links_of)
        meeting_facts.register(queries.facts_of)
        verifying.register_witness(printed_seals)
