"""What follows when a step is taken: referrals closed and opened, the feedback that is owed, the follow-up, the LMU's log."""

from datetime import timedelta
from typing import Any, cast

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from forum.cases.enums import CaseAccess, ReferralOutcome, ReferralStatus, Resolution
from forum.cases.models import Referral
from forum.cases.services.cases import set_access, set_exemption
from forum.cases.workflow.opinion import ask_as_always
from forum.cases.workflow.referral import close_referral, open_referral, reopen_referral, rest_referral
from forum.meetings.agenda.services import withdraw_item
from forum.meetings.services import LogItem, log_meeting
from forum.organisation.models import Body, Employment
from proposals.enums import FeedbackOutcome
from proposals.models import Feedback, PaperSender, Position, Proposal
from proposals.notifications import duplicates, handlers, tell_duplicates
from proposals.routing import rules as road
from proposals.workflow.guards import standing_items, waits_for_council
from trepart import clock, languages
from trepart.access.models import User
from trepart.audit.models import Event
from trepart.workflow import GuardRefused, Step


def holding(step: Step) -> Referral:
    """Return the stay the proposal is in; its body is remembered for what the proposer is told. Raises ``GuardRefused`` without one."""
    referral: Referral | None = step.subject.referral
    if referral is None:
        raise GuardRefused(_("No body has the proposal on its table now."))
    step.data["_body"] = referral.body
    return referral


def _person(step: Step) -> User:
    """Return who takes the step; what follows from it is written in that person's name."""
    if step.actor is None:
        raise GuardRefused(_("This step is taken by a person."))
    return step.actor


def give_feedback(
    step: Step, outcome: FeedbackOutcome, text: str, *, body: Body | None, expected_on: Any = None
) -> None:
    """Answer the proposer, and with the same words everybody whose proposal was merged into this one (R18, domain.md step 9)."""
    event = cast("Event", step.event)  # an effect runs under the event of its step
    for proposal in [step.subject, *duplicates(step.subject)]:
        Feedback.objects.create(
            proposal=proposal,
            outcome=outcome,
            text=text,
            body=body,
            given_by=step.actor,
            given_at=step.at,
            expected_on=expected_on,
            event=event,
        )
    step.data["_feedback"] = text
    tell_duplicates(step)


def _kept(text: Any, **words: object) -> str:
    """Return a reason that stays on an agenda and in the trail: in the municipality's language, not in that of whoever took the step."""
    with languages.municipal():
        return str(text) % words if words else str(text)


def leave_agendas(step: Step, referral: Referral, reason: str) -> None:
    """Take the case off agendas where it still stands, except where the step carries out what was decided there."""
    for item in standing_items(referral):
        if step.basis is None or item.pk != step.basis.pk:
            withdraw_item(item, reason=reason, actor=_person(step), cause=step)


def log(step: Step, referral: Referral, resolution: Resolution) -> None:
    """Let what a body agreed on appear in its log, as the meeting it was."""
    log_meeting(
        body=referral.body,
        held_on=step.data["held_on"],
        present=step.data["participants"],
        items=[LogItem(title=step.subject.title, agreed=step.data["answer"], resolution=resolution, referral=referral)],
        actor=_person(step),
        cause=step,
        stand_ins=step.data["stand_ins"],
    )


# Coming in ------------------------------------------------------------------------------------------------------------


def receive(step: Step) -> None:
    """Let the proposal begin its first stay (domain.md, step 2)."""
    proposal: Proposal = step.subject
    body = road.entry(proposal.origin, proposal.unit)
    if body is None:
        raise GuardRefused(road.NO_WAY_IN if proposal.unit_id else road.NOBODY_RECEIVES)
    open_referral(step, case=proposal.case, body=body)


def receive_on_paper(step: Step) -> None:
    """Write down how the proposer is reached, and let the first stay begin; the deadline runs from when the municipality had the sheet (R18)."""
    proposal, words = step.subject, step.data
    body = road.entry(proposal.origin, proposal.unit)
    if body is None:
        raise GuardRefused(road.NO_WAY_IN if proposal.unit_id else road.NOBODY_RECEIVES)
    proposal.paper = PaperSender.objects.create(
        proposal=proposal,
        entered_by=_person(step),
        entered_at=step.at,
        **{name: words[name] for name in ("name", "address", "telephone", "language", "received_on")},
    )
    due = words["received_on"] + timedelta(days=body.answer_days)
    open_referral(step, case=proposal.case, body=body, due_on=due)


def screen(step: Step) -> None:
    """Say who may read it from now on (domain.md, step 3), and ask those who are always heard about the place (step 2)."""
    referral = holding(step)
    if step.actor is not None:
        set_access(
            step.subject.case,
            access=CaseAccess(step.data["access"]),
            basis=step.data["access_basis"],
            actor=step.actor,
        )
        for document, basis in step.data.get("exempt", {}).items():
            set_exemption(document, basis=basis, actor=step.actor)
    referral.case = step.subject.case
    ask_as_always(step, referral, place=step.subject.place)


def pass_on(step: Step) -> None:
    """Send it to the group of the right workplace, and tell the proposer."""
    referral = holding(step)
    right = road.nearest_local(step.data["unit"])
    if right is None or right == referral.body:
        raise GuardRefused(_("That workplace has no group of its own to receive it."))
    _hand(step, referral, right, _kept(gettext_lazy("Passed on to another workplace.")))


def hand_over(step: Step) -> None:
    """Send it to the body it belongs with, and tell the proposer."""
    referral, right = holding(step), step.data["to_body"]
    _hand(step, referral, right, _kept(gettext_lazy("Handed over to %(body)s."), body=right))


def _hand(step: Step, referral: Referral, right: Body, reason: str) -> None:
    """Let ``right`` have what came to the wrong place. The deadline stays: it runs from when the proposer sent it (R18)."""
    leave_agendas(step, referral, reason)
    closed = close_referral(step, referral, outcome=ReferralOutcome.PASSED_ON, answer=step.data["answer"])
    open_referral(
        step,
        case=step.subject.case,
        body=right,
        sent_by=closed,
        note=step.data["answer"],
        due_on=referral.due_on,
    )
    give_feedback(step, FeedbackOutcome.ON_ITS_WAY, step.data["answer"], body=referral.body)


def point_elsewhere(step: Step) -> None:
    """Answer with where it belongs: a matter that is not the municipality's, or not for these bodies, is not left lying (fvl § 11)."""
    referral = holding(step)
    leave_agendas(step, referral, _kept(gettext_lazy("Belongs elsewhere.")))
    close_referral(step, referral, outcome=ReferralOutcome.ELSEWHERE, answer=step.data["answer"])
    give_feedback(step, FeedbackOutcome.ELSEWHERE, step.data["answer"], body=referral.body)


# Going on -------------------------------------------------------------------------------------------------------------


def _send(
    step: Step,
    referral: Referral,
    to: Body,
    *,
    outcome: ReferralOutcome,
    note: str = "",
    recommendation: str = "",
    needs_user_representatives: bool = False,
) -> Referral:
    leave_agendas(step, referral, _kept(gettext_lazy("Sent on to %(body)s."), body=to))
    closed = close_referral(step, referral, outcome=outcome, answer=step.data["answer"])
    open_referral(
        step,
        case=step.subject.case,
        body=to,
        sent_by=closed,
        note=note,
        recommendation=recommendation,
        recommended_by=referral.body if recommendation else None,
        needs_user_representatives=needs_user_representatives,
    )
    give_feedback(step, FeedbackOutcome.ON_ITS_WAY, step.data["answer"], body=referral.body)
    return closed


def _above(referral: Referral) -> Body:
    above = road.next_body(referral.body)
    if above is None:
        raise GuardRefused(_("%(body)s has no body above it to send to.") % {"body": referral.body})
    return above


def forward(step: Step) -> None:
    """Agreed: to the body above."""
    referral = holding(step)
    _send(step, referral, _above(referral), outcome=ReferralOutcome.FORWARDED, note=step.data["note"])
    log(step, referral, Resolution.FORWARD)


def disagree(step: Step) -> None:
    """Not agreed: the positions are written down and the matter goes to the body above (R24)."""
    referral = holding(step)
    closed = _send(step, referral, _above(referral), outcome=ReferralOutcome.DISAGREED)
    for membership, text in step.data["positions"]:
        stand_in = step.data["stand_ins"].get(membership.pk)
        Position.objects.create(
            referral=closed, membership=membership, part=membership.part, text=text, stand_in=stand_in
        )
    log(step, referral, Resolution.FORWARD)


def recommend(step: Step) -> None:
    """To the body above, with a recommendation."""
    referral = holding(step)
    _send(
        step,
        referral,
        _above(referral),
        outcome=ReferralOutcome.RECOMMENDED,
        recommendation=step.data["recommendation"],
    )


def send_back(step: Step) -> None:
    """Back to a body that goes on with it, perhaps with the order to bring user representatives in."""
    _send(
        step,
        holding(step),
        step.data["back_to"],
        outcome=ReferralOutcome.SENT_BACK,
        note=step.data["note"],
        needs_user_representatives=step.data["needs_user_representatives"],
    )


def to_council(step: Step) -> None:
    """To the municipal council, which is outside the portal: from here on the proposal visibly waits there."""
    referral = holding(step)
    leave_agendas(step, referral, _kept(gettext_lazy("Sent to the municipal council.")))
    close_referral(step, referral, outcome=ReferralOutcome.TO_COUNCIL, answer=step.data["answer"])
    give_feedback(
        step,
        FeedbackOutcome.ON_ITS_WAY,
        step.data["answer"],
        body=referral.body,
        expected_on=step.data["ask_council_on"],
    )


# Concluding -----------------------------------------------------------------------------------------------------------


def _conclude(step: Step, outcome: ReferralOutcome, feedback: FeedbackOutcome) -> Referral:
    referral = holding(step)
    leave_agendas(step, referral, _kept(gettext_lazy("Decided on otherwise.")))
    close_referral(step, referral, outcome=outcome, answer=step.data["answer"])
    give_feedback(step, feedback, step.data["answer"], body=referral.body, expected_on=step.data.get("due_on"))
    return referral


def adopt(step: Step) -> None:
    """Adopted: the stay ends, the proposer is answered, the follow-up begins."""
    _conclude(step, ReferralOutcome.ADOPTED, FeedbackOutcome.ADOPTED)


def decline(step: Step) -> None:
    """Declined, with the reason."""
    _conclude(step, ReferralOutcome.DECLINED, FeedbackOutcome.DECLINED)


def consider(step: Step) -> None:
    """Considered further: the stay rests until the day it comes back."""
    referral = holding(step)
    leave_agendas(step, referral, _kept(gettext_lazy("Considered further.")))
    rest_referral(step, referral, answer=step.data["answer"], resumes_on=step.data["resumes_on"])
    give_feedback(
        step,
        FeedbackOutcome.CONSIDERED,
        step.data["answer"],
        body=referral.body,
        expected_on=step.data["resumes_on"],
    )


def carry_out(step: Step) -> None:
    """Agreed to carry out."""
    log(step, _conclude(step, ReferralOutcome.ADOPTED, FeedbackOutcome.ADOPTED), Resolution.ADOPT)


def done_already(step: Step) -> None:
    """Agreed, and done."""
    log(step, _conclude(step, ReferralOutcome.ADOPTED, FeedbackOutcome.IMPLEMENTED), Resolution.ADOPT)


def think_further(step: Step) -> None:
    """Agreed to consider it further."""
    referral = holding(step)
    consider(step)
    log(step, referral, Resolution.CONSIDER)


def turn_down(step: Step) -> None:
    """Agreed to decline."""
    log(step, _conclude(step, ReferralOutcome.DECLINED, FeedbackOutcome.DECLINED), Resolution.DECLINE)


def resume(step: Step) -> None:
    """Take a resting stay up again; the deadline runs anew from today (R18)."""
    referral = holding(step)
    if referral.status == ReferralStatus.RESTING:
        reopen_referral(step, referral, due_on=clock.today() + timedelta(days=referral.body.answer_days))


# The municipal council ------------------------------------------------------------------------------------------------


def _sender(step: Step) -> Body | None:
    referral = waits_for_council(step.subject)
    step.data["_body"] = referral.body if referral else None
    return referral.body if referral else None


def council_adopted(step: Step) -> None:
    """The municipal council said yes: the proposer is told."""
    give_feedback(
        step,
        FeedbackOutcome.ADOPTED,
        step.data["answer"],
        body=_sender(step),
        expected_on=step.data["due_on"],
    )


def council_declined(step: Step) -> None:
    """The municipal council said no: the proposer is told."""
    give_feedback(step, FeedbackOutcome.DECLINED, step.data["answer"], body=_sender(step))


def ask_again(step: Step) -> None:
    """Not answered yet: the proposer is told that it takes time."""
    give_feedback(
        step,
        FeedbackOutcome.ON_ITS_WAY,
        step.data["answer"],
        body=_sender(step),
        expected_on=step.data["ask_council_on"],
    )


# Ending otherwise -----------------------------------------------------------------------------------------------------


def withdraw(step: Step) -> None:
    """The proposer takes it back: off every agenda, off the table."""
    referral = holding(step)
    step.data["_handlers"] = list(handlers(step.subject))
    reason = _kept(gettext_lazy("Withdrawn by the proposer."))
    leave_agendas(step, referral, reason)
    close_referral(step, referral, outcome=ReferralOutcome.WITHDRAWN, answer=step.data["reason"] or reason)


def merge(step: Step) -> None:
    """One with another proposal: this one leaves the table, its proposer gets what the other one's proposer gets."""
    into: Proposal = step.data["into"]
    # The other one must stay where it can be answered from while this one is tied to it.
    into = Proposal.objects.select_for_update(no_key=True).get(pk=into.pk)
    fault = unfit(into)
    if fault:
        raise GuardRefused(fault)
    referral = holding(step)
    leave_agendas(step, referral, _kept(gettext_lazy("Merged with %(reference)s."), reference=into.case.reference))
    close_referral(step, referral, outcome=ReferralOutcome.MERGED, answer=step.data["answer"])
    give_feedback(step, FeedbackOutcome.ON_ITS_WAY, step.data["answer"], body=referral.body)


def unfit(into: Proposal) -> str | None:
    """Say why nothing can be merged into ``into``, or None."""
    from proposals.queries import may_be_merged_into  # the queries read what these effects write

    if may_be_merged_into(None).filter(pk=into.pk).exists():
        return None
    return _("%(reference)s has been concluded. Answer this one by itself.") % {"reference": into.case.reference}


# Follow-up ------------------------------------------------------------------------------------------------------------


def complete(step: Step) -> None:
    """Carried out: the proposer is told what came of it."""
    step.data["_body"] = step.subject.adopted_by
    give_feedback(step, FeedbackOutcome.IMPLEMENTED, step.data["effect"], body=step.subject.adopted_by)


def stop(step: Step) -> None:
    """Could not be carried out after all: the proposer is told why."""
    step.data["_body"] = step.subject.adopted_by
    give_feedback(step, FeedbackOutcome.DECLINED, step.data["answer"], body=step.subject.adopted_by)


# What stands on the proposal itself, set before it is saved under its new status ---------------------------------------


def set_follow_up(step: Step) -> None:
    """Note who adopted it, who carries it out, and by when."""
    proposal: Proposal = step.subject
    referral = proposal.referral or waits_for_council(proposal)
    proposal.adopted_by = referral.body if referral else None
    proposal.responsible = step.data["responsible"]
    proposal.responsible_unit = _unit_of(step)
    proposal.due_on = step.data["due_on"]
    proposal.ask_council_on = None


def _unit_of(step: Step) -> Any:
    running = list(Employment.objects.running().filter(person=step.data["responsible"]).select_related("unit"))
    own = [employment.unit for employment in running if employment.unit_id == step.subject.unit_id]
    return own[0] if own else running[0].unit if running else None


def set_effect(step: Step) -> None:
    """Note what came of it."""
    proposal: Proposal = step.subject
    proposal.carried_out_on = step.data["carried_out_on"]
    proposal.effect = step.data["effect"]
    proposal.effect_saved = step.data.get("effect_saved")
    proposal.effect_absence = step.data.get("effect_absence")


def set_done(step: Step) -> None:
    """Note what came of what a body has both adopted and done."""
    set_effect(step)
    step.subject.adopted_by = step.subject.referral.body if step.subject.referral else None


def set_ask(step: Step) -> None:
    """Note when the municipal council is asked again."""
    step.subject.ask_council_on = step.data["ask_council_on"]


def set_council_answer(step: Step) -> None:
    """Note what the municipal council decided."""
    step.subject.council_decided_on = step.data["council_decided_on"]
    step.subject.council_decision = step.data["council_decision"]
    step.subject.ask_council_on = None


def set_council_adopted(step: Step) -> None:
    """Note what the municipal council decided, and the follow-up."""
    set_council_answer(step)
    set_follow_up(step)


def set_merged(step: Step) -> None:
    """Note which proposal it became one with."""
    step.subject.merged_into = step.data["into"]
