"""The room as an app."""

from django.apps import AppConfig


class CasesConfig(AppConfig):
    """See the package's docstring."""

    name = "forum.cases"

    def ready(self) -> None:
        """Register the lifecycles of referrals and opinions, and what is told of exempt cases and earlier titles."""
        from forum.cases import earlier_titles, events, exempt_events, permissions  # noqa: F401  # importing registers
        from forum.cases.unattended import QUEUES
        from forum.cases.workflow.opinion import OPINION_WORKFLOW
        from forum.cases.workflow.referral import REFERRAL_WORKFLOW
        from forum.organisation import unattended
        from trepart import workflow
        from trepart.notices import withholding

        workflow.register(REFERRAL_WORKFLOW)
        workflow.register(OPINION_WORKFLOW)
        withholding.register(exempt_events.numbers)
        withholding.register_titles(earlier_titles.of_cases)
        unattended.watch_bodies(QUEUES)
