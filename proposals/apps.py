"""The room as an app."""

from django.apps import AppConfig


class ProposalsConfig(AppConfig):
    """See the package's docstring."""

    name = "proposals"

    def ready(self) -> None:
        """Register what this room brings: permissions, actions of the trail, the lifecycle, its cases, its checks, and
        who asks for what was kept."""
        from allauth.account.signals import user_signed_up

        from forum.cases import case_owners as cases
        from forum.cases import demanded_cases, own_cases
        from forum.meetings.attendance import conflicts_of_interest
        from forum.meetings.follow_up import sources as following
        from forum.organisation import responsibilities, unattended

        # Importing registers; models are ready only now.
        from proposals import checks, events, permissions  # noqa: F401
        from proposals.account_closure import on_close, ties_of
        from proposals.case_owner import ProposalCases
        from proposals.conflict_ties import ties
        from proposals.consent import permissions as consent_permissions  # noqa: F401  # as above
        from proposals.consent.workflow import CONCLUSION_WORKFLOW
        from proposals.demanded import DemandedProposals
        from proposals.drafts import quota
        from proposals.drafts.services import on_arrival, signed_up
        from proposals.follow_up_source import AdoptedMeasures
        from proposals.paper_intake.models import PaperSender
        from proposals.presenting.display_names import curtain, who_acted, whose
        from proposals.presenting.own_cases import SentProposals
        from proposals.presenting.yes_words import did
        from proposals.responsibilities import Measures, letters_nobody_sends
        from proposals.workflow import PROPOSAL_WORKFLOW
        from trepart import workflow
        from trepart.access import account_closure
        from trepart.access.sign_in import arrival
        from trepart.audit import timeline
        from trepart.server import health
        from trepart.text.administration_act import Matter, cite

        health.register(quota.drafts)
        from trepart.audit.history import may_erase

        may_erase(PaperSender, "address", "telephone", "erased_at")
        workflow.register(PROPOSAL_WORKFLOW)
        workflow.register(CONCLUSION_WORKFLOW)
        timeline.register_naming("cases.case", who_acted)
        timeline.register_word("proposer", whose)
        timeline.register_word("did", did)
        timeline.register_word("partiality_act", lambda event, _reader: cite(Matter.PARTIAL, event.at))
        timeline.register_curtain(curtain)
        arrival.register("proposals", on_arrival)
        account_closure.register("proposals", ties_of, on_close)
        # The library tells of a new account before its address is confirmed; the arrival comes after,
        # perhaps on another device.
        user_signed_up.connect(
            lambda request, user, **_rest: signed_up(request, user), weak=False, dispatch_uid="proposals.drafts"
        )
        responsibilities.register("proposals", Measures())
        conflicts_of_interest.register(ties)
        following.register(AdoptedMeasures())
        unattended.watch(letters_nobody_sends)
        cases.register(ProposalCases(), related=("case__proposal",))
        demanded_cases.register(DemandedProposals())
        own_cases.register(SentProposals())
