"""The room as an app."""

from django.apps import AppConfig


class ProposalsConfig(AppConfig):
    """See the package's docstring."""

    name = "proposals"

    def ready(self) -> None:
        """Register what this room brings: permissions, actions of the trail, the lifecycle, its cases, its checks, and who asks for what was kept."""
        from allauth.account.signals import user_signed_up

        from forum import decided as cases
        from forum import following, hanging, partiality
        from proposals import checks, events, permissions  # noqa: F401  # importing registers; models are ready only now
        from proposals.closing import on_close, ties_of
        from proposals.decided import ProposalCases
        from proposals.drafts import on_arrival, signed_up
        from proposals.following import AdoptedMeasures
        from proposals.handing_over import Measures, letters_nobody_sends
        from proposals.naming import curtain, who_acted, whose
        from proposals.ties import ties
        from proposals.workflow import PROPOSAL_WORKFLOW
        from trepart import workflow
        from trepart.access import arrival, closing
        from trepart.audit import timeline

        workflow.register(PROPOSAL_WORKFLOW)
        timeline.register_naming("forum.case", who_acted)
        timeline.register_word("proposer", whose)
        timeline.register_curtain(curtain)
        arrival.register("proposals", on_arrival)
        closing.register("proposals", ties_of, on_close)
        # The library tells of a new account before its address is confirmed; the arrival comes after, perhaps on another device.
        user_signed_up.connect(
            lambda request, user, **_rest: signed_up(request, user), weak=False, dispatch_uid="proposals.drafts"
        )
        hanging.register("proposals", Measures())
        partiality.register(ties)
        following.register(AdoptedMeasures())
        hanging.watch(letters_nobody_sends)
        cases.register(ProposalCases(), related=("case__proposal",))
