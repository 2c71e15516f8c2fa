"""The room as an app."""

from django.apps import AppConfig


class ForumConfig(AppConfig):
    """See the package's docstring."""

    name = "forum"

    def ready(self) -> None:
        """Register what this room brings: permissions, actions of the trail, who stands where, and the lifecycles."""
        from forum import decided, doors, events, exempt, hanging, paper_permissions, permissions  # noqa: F401  # importing registers; models are ready only now
        from forum.asked import CommissionCases, asked_doors
        from forum.closing import ties_of
        from forum.council_cases import CouncilCases, council_doors
        from forum.facts import written_down
        from forum.services import feeds, notes
        from forum.services.follow_up import DecisionsToCarryOut
        from forum.services.logos import kept
        from forum.services.minutes import printed_seals
        from forum.standing import Memberships
        from forum.workflow.commission import COMMISSION_WORKFLOW
        from forum.workflow.council_case import COUNCIL_CASE_WORKFLOW
        from forum.workflow.meeting import MEETING_WORKFLOW
        from forum.workflow.minutes import MINUTES_WORKFLOW
        from forum.workflow.opinion import OPINION_WORKFLOW
        from forum.workflow.referral import REFERRAL_WORKFLOW
        from trepart import municipality, workflow
        from trepart.access import closing, standing
        from trepart.audit import timeline, verifying
        from trepart.notices import keeping

        standing.use(Memberships())
        closing.register("forum", ties_of)
        hanging.register("forum", DecisionsToCarryOut())
        closing.erases(feeds.forget)
        closing.erases(notes.forget)
        municipality.use(written_down)
        municipality.use_arms(kept)
        workflow.register(REFERRAL_WORKFLOW)
        workflow.register(MEETING_WORKFLOW)
        workflow.register(MINUTES_WORKFLOW)
        workflow.register(OPINION_WORKFLOW)
        workflow.register(COMMISSION_WORKFLOW)
        workflow.register(COUNCIL_CASE_WORKFLOW)
        decided.register(CommissionCases(), related=("case__commission",))
        decided.register(CouncilCases(), related=("case__council_case__case_list__council",))
        doors.register(asked_doors)
        doors.register(council_doors)
        verifying.register_witness(printed_seals)
        keeping.register(exempt.numbers)
        timeline.register_curtain(permissions.behind_closed_doors)
