"""The room as an app."""

from django.apps import AppConfig


class ProposalsConfig(AppConfig):
    """See the package's docstring."""

    name = "proposals"

    def ready(self) -> None:
        """Register what this room brings: permissions, actions of the trail, the lifecycle, its cases, its checks."""
        from forum import decided as cases
        from proposals import checks, events, permissions  # noqa: F401  # importing registers; models are ready only now
        from proposals.decided import ProposalCases
        from proposals.naming import who_acted
        from proposals.workflow import PROPOSAL_WORKFLOW
        from trepart import workflow
        from trepart.audit import timeline

        workflow.register(PROPOSAL_WORKFLOW)
        timeline.register_naming("forum.case", who_acted)
        cases.register(ProposalCases(), related=("case__proposal",))
