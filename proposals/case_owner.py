"""Proposals as owners of their cases: what a meeting's decision does to one (`forum.cases.case_owners`)."""

from datetime import date
from typing import TYPE_CHECKING

from django.utils.functional import Promise
from django.utils.translation import gettext as _

from forum.cases.enums import Resolution
from forum.cases.matters import Matter
from forum.cases.models import Referral
from forum.meetings.core.models import AgendaItem, Decision
from proposals import notifications
from proposals.enums import OPEN_TO_TREATMENT, Origin, ProposalStatus
from proposals.forms.fields import Decided
from proposals.models import Proposal
from proposals.presenting.yes_words import standing
from proposals.queries import bodies_back
from proposals.workflow import PROPOSAL_WORKFLOW, guards
from trepart import audit, clock
from trepart.audit.models import Event
from trepart.refusals import GuardRefused, WrongState
from trepart.workflow import Step, Words, perform

if TYPE_CHECKING:
    from trepart.access.models import User

#: What a decision of each kind must say besides its words, and which step it sets in motion.
_FIELDS: dict[Resolution, tuple[str, ...]] = {
    Resolution.ADOPT: ("answer", "responsible", "due_on"),
    Resolution.RECOMMEND: ("answer", "recommendation"),
    Resolution.CONSIDER: ("answer", "due_on"),
    Resolution.SEND_BACK: ("answer", "back_to"),
    Resolution.TO_COUNCIL: ("answer", "due_on"),
    Resolution.DECLINE: ("answer",),
}
_STEPS = {resolution: name for name, resolution in guards.RESOLUTION_OF.items()}
#: What stands in the way of a resolution although the meeting may decide; the meeting itself is
#: the ground for all of them.
_GUARDS = {
    Resolution.ADOPT: guards.all_of(guards.users_have_joined, guards.within_reach),
    Resolution.RECOMMEND: guards.all_of(guards.users_have_joined, guards.has_next_body),
    Resolution.TO_COUNCIL: guards.all_of(guards.users_have_joined, guards.is_last_body),
    Resolution.DECLINE: guards.users_have_joined,
}


def _proposal(referral: Referral) -> Proposal:
    return Proposal.objects.select_related("case", "unit").get(case=referral.case_id)


class ProposalCases:
    """Answers for every case that has a proposal (`forum.cases.case_owners.CaseOwner`)."""

    def owns(self, referral: Referral) -> bool:
        """Say whether the case has a proposal."""
        return hasattr(referral.case, "proposal")

    def resolutions(self, referral: Referral) -> list[tuple[Resolution, str | Promise | None]]:
        """Return what the body may decide, each with what stands in its way; what is not for this
        body at all is left out."""
        proposal = _proposal(referral)
        offered: list[tuple[Resolution, str | Promise | None]] = []
        for resolution in _FIELDS:
            why = self._why(proposal, referral, resolution)
            if resolution in (Resolution.RECOMMEND, Resolution.TO_COUNCIL) and _not_for(resolution, proposal):
                continue
            if resolution == Resolution.SEND_BACK and not bodies_back(proposal).exists():
                continue
            offered.append((resolution, why))
        offered.append((Resolution.POSTPONE, None))
        return offered

    def _why(self, proposal: Proposal, referral: Referral, resolution: Resolution) -> Words | None:
        current = proposal.referral
        if current is None or current.pk != referral.pk:
            return _("The case has moved on since it was put on the agenda.")
        if proposal.status not in OPEN_TO_TREATMENT:
            return _("Nobody has begun on the proposal yet. Open it and begin on it first.")
        guard = _GUARDS.get(resolution)
        return guard(_asking(proposal, resolution)) if guard else None

    def fields(self, resolution: Resolution) -> tuple[str, ...]:
        """Return what a decision of this kind must say."""
        return _FIELDS.get(resolution, ())

    def matter(self, referral: Referral) -> Matter | None:
        """Return whether it is a matter of employer and employees, and what it costs. What employees propose about
        their work is one (koml § 5-11), and what a part raises may be; what citizens propose is none."""
        proposal = _proposal(referral)
        employee = proposal.origin == Origin.EMPLOYEE
        return Matter(
            employer=True if employee else None if proposal.origin == Origin.PART else False,
            from_employee=employee,
            money=proposal.wants_grant,
            amount=proposal.grant_amount if proposal.wants_grant else None,
        )

    def answers_somebody(self) -> bool:
        """Every proposal has a proposer, who is told."""
        return True

    def asks_for_views(self) -> bool:
        """A proposal is answered by the body it stands with."""
        return False

    def back_to(self, referral: Referral) -> list[tuple[int, str]]:
        """Return the bodies the case can be sent back to."""
        return list(bodies_back(_proposal(referral)).values_list("pk", "name"))

    def settle(self, item: AgendaItem, *, actor: "User") -> None:
        """Set the proposal in motion as the decision says. A second time does nothing. Raises
        ``trepart.refusals.Refused`` where it cannot be done."""
        decision = item.decided
        if item.referral is None or decision is None:
            return
        proposal = _proposal(item.referral)
        if _settled(proposal, item):
            return
        if decision.resolution == Resolution.POSTPONE:
            _tell_postponed(proposal, item, decision, actor)
            return
        name = _STEPS.get(Resolution(decision.resolution))
        if name is None:
            return
        if proposal.status not in OPEN_TO_TREATMENT:
            raise WrongState(
                _("The proposal is %(status)s by now; the decision cannot be carried into it.")
                % {"status": standing(proposal)}
            )
        current = proposal.referral
        if current is None or current.pk != item.referral_id:
            raise GuardRefused(_("The case has moved on since the meeting; the decision cannot be carried into it."))
        perform(proposal, name, actor=actor, data=_data(decision), basis=item)

    def carries_out(self) -> bool:
        """A proposal that is adopted is followed up until it is carried out."""
        return True

    def goes_on_with(self, referral: Referral) -> list["User"]:
        """Those who have the proposal now, and whoever carries it out."""
        proposal = _proposal(referral)
        carries = [proposal.responsible] if proposal.responsible and proposal.status == ProposalStatus.ADOPTED else []
        return [*notifications.handlers(proposal), *carries]

    def summary(self, referral: Referral) -> str:
        """Return the proposal in the proposer's words, for the case paper."""
        proposal: Proposal = referral.case.proposal
        said = [proposal.what, proposal.why, proposal.expected_effect]
        return "\n\n".join(part.strip() for part in said if part.strip())

    def url(self, referral: Referral) -> str:
        """Return the page of the proposal."""
        proposal: Proposal = referral.case.proposal
        return notifications.url(proposal)


def _asking(proposal: Proposal, resolution: Resolution) -> Step:
    transition = PROPOSAL_WORKFLOW[_STEPS[resolution]]
    return Step(PROPOSAL_WORKFLOW, transition, proposal, None, clock.now(), data=None)


def _not_for(resolution: Resolution, proposal: Proposal) -> bool:
    step = _asking(proposal, resolution)
    guard = guards.has_next_body if resolution == Resolution.RECOMMEND else guards.is_last_body
    return guard(step) is not None


def _settled(proposal: Proposal, item: AgendaItem) -> bool:
    """Say whether the decision in ``item`` has been carried into the proposal already: the trail remembers."""
    about = Event.objects.about(proposal.case)
    return about.filter(action__startswith="proposals.", data__item=item.pk).exists()


def _data(decision: Decision) -> Decided:
    options: dict[str, object] = decision.options
    day: date | None = decision.due_on
    users = options.get("needs_user_representatives", options.get("user_representatives", False))
    return Decided(
        answer=decision.answer,
        responsible=decision.responsible_id,
        due_on=day,
        resumes_on=day,
        ask_council_on=day,
        goes_to=decision.goes_to,
        goes_to_name=decision.goes_to_name,
        recommendation=options.get("recommendation") or decision.text,
        back_to=options.get("back_to"),
        note=options.get("note") or decision.text,
        needs_user_representatives="on" if users else "",
    )


def _tell_postponed(proposal: Proposal, item: AgendaItem, decision: Decision, actor: "User") -> None:
    with audit.recorded(
        "proposals.postponed",
        actor=actor,
        subject=proposal,
        root=proposal.case,
        data={"item": item.pk, "body": item.meeting.body.name},
        text={"answer": decision.answer},
    ) as event:
        notifications.tell_proposers(
            proposal,
            kind="postponed",
            template="postponed",
            event=event,
            answer=decision.answer,
            body=item.meeting.body,
        )
        notifications.tell_above(proposal, event, body=item.meeting.body, answer=decision.answer, day=None)
