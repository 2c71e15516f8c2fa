"""What follows when a proposal is concluded, by whomever, and when a measure is carried out."""

from datetime import date

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from forum.cases.deadlines import answer_due
from forum.cases.enums import ReferralOutcome, ReferralStatus, Resolution
from forum.cases.models import Referral
from forum.cases.workflow.referral import close_referral, reopen_referral, rest_referral
from forum.organisation.models import Body
from proposals.enums import FeedbackOutcome
from proposals.forms.consensus import Agreed, AgreedToCarryOut, AgreedToConsider
from proposals.forms.deciding import (
    Adopted,
    AwaitsCouncil,
    Considered,
    CouncilAdopted,
)
from proposals.forms.fields import Answered
from proposals.forms.follow_up import CarriedOut
from proposals.forms.handling import Merged, Withdrawn
from proposals.heard.asking import say_who_was_silent, tell_outcome
from proposals.models import Proposal
from proposals.notifications import Reply, handlers
from proposals.workflow.effects import give_feedback, holding, leave_agendas, log, municipal_words
from proposals.workflow.guards import waits_for_council
from trepart import clock
from trepart.refusals import GuardRefused
from trepart.workflow import Step


def _conclude(
    step: Step[Answered], outcome: ReferralOutcome, feedback: FeedbackOutcome, *, expected_on: date | None = None
) -> tuple[Referral, Reply]:
    referral = holding(step)
    say_who_was_silent(step, referral)
    leave_agendas(step, referral, municipal_words(gettext_lazy("Decided on otherwise.")))
    close_referral(step, referral, outcome=outcome, answer=step.data.answer)
    return referral, give_feedback(step, feedback, step.data.answer, body=referral.body, expected_on=expected_on)


def adopt(step: Step[Adopted]) -> Reply:
    """Adopted: the stay ends, the proposer is answered, the follow-up begins."""
    return _adopt(step)[1]


def _adopt(step: Step[Adopted]) -> tuple[Referral, Reply]:
    return _conclude(step, ReferralOutcome.ADOPTED, FeedbackOutcome.ADOPTED, expected_on=step.data.due_on)


def decline(step: Step[Answered]) -> Reply:
    """Declined, with the reason."""
    return _conclude(step, ReferralOutcome.DECLINED, FeedbackOutcome.DECLINED)[1]


def consider(step: Step[Considered]) -> Reply:
    """Considered further: the stay rests until the day it comes back."""
    referral = holding(step)
    leave_agendas(step, referral, municipal_words(gettext_lazy("Considered further.")))
    rest_referral(step, referral, answer=step.data.answer, resumes_on=step.data.resumes_on)
    return give_feedback(
        step,
        FeedbackOutcome.CONSIDERED,
        step.data.answer,
        body=referral.body,
        expected_on=step.data.resumes_on,
    )


def carry_out(step: Step[AgreedToCarryOut]) -> Reply:
    """Agreed to carry out."""
    referral, reply = _adopt(step)
    log(step, referral, Resolution.ADOPT)
    return reply


def done_already(step: Step[Agreed]) -> Reply:
    """Agreed, and done."""
    referral, reply = _conclude(step, ReferralOutcome.ADOPTED, FeedbackOutcome.IMPLEMENTED)
    log(step, referral, Resolution.ADOPT)
    return reply


def think_further(step: Step[AgreedToConsider]) -> Reply:
    """Agreed to consider it further."""
    referral = holding(step)
    reply = consider(step)
    log(step, referral, Resolution.CONSIDER)
    return reply


def turn_down(step: Step[Agreed]) -> Reply:
    """Agreed to decline."""
    referral, reply = _conclude(step, ReferralOutcome.DECLINED, FeedbackOutcome.DECLINED)
    log(step, referral, Resolution.DECLINE)
    return reply


def resume(step: Step) -> Reply:
    """Take a resting stay up again; the deadline runs anew from today (R18)."""
    referral = holding(step)
    if referral.status == ReferralStatus.RESTING:
        reopen_referral(step, referral, due_on=answer_due(referral.body, clock.today()))
    return Reply(body=referral.body)


# The municipal council ------------------------------------------------------------------------------------------------


def _sender(step: Step) -> Body | None:
    referral = waits_for_council(step.subject)
    return referral.body if referral else None


def council_adopted(step: Step[CouncilAdopted]) -> Reply:
    """The municipal council said yes: the proposer is told."""
    return give_feedback(
        step,
        FeedbackOutcome.ADOPTED,
        step.data.answer,
        body=_sender(step),
        expected_on=step.data.due_on,
    )


def council_declined(step: Step[Answered]) -> Reply:
    """The municipal council said no: the proposer is told."""
    return give_feedback(step, FeedbackOutcome.DECLINED, step.data.answer, body=_sender(step))


def ask_again(step: Step[AwaitsCouncil]) -> Reply:
    """Not answered yet: the proposer is told that it takes time."""
    return give_feedback(
        step,
        FeedbackOutcome.PRELIMINARY,
        step.data.answer,
        body=_sender(step),
        expected_on=step.data.ask_council_on,
    )


# Ending otherwise -----------------------------------------------------------------------------------------------------


def withdraw(step: Step[Withdrawn]) -> Reply:
    """The proposer takes it back: off every agenda, off the table."""
    referral = holding(step)
    had_it = list(handlers(step.subject))
    reason = municipal_words(gettext_lazy("Withdrawn by the proposer."))
    leave_agendas(step, referral, reason)
    close_referral(step, referral, outcome=ReferralOutcome.WITHDRAWN, answer=step.data.reason or reason)
    reply = Reply(body=referral.body, handlers=had_it)
    tell_outcome(step, reply)
    return reply


def merge(step: Step[Merged]) -> Reply:
    """One with another proposal: this one leaves the table, its proposer gets what the other one's proposer gets."""
    # The other one must stay where it can be answered from while this one is tied to it.
    into = Proposal.objects.select_for_update(no_key=True).get(pk=step.data.into.pk)
    fault = unfit(into)
    if fault:
        raise GuardRefused(fault)
    referral = holding(step)
    say_who_was_silent(step, referral)
    leave_agendas(
        step, referral, municipal_words(gettext_lazy("Merged with %(reference)s."), reference=into.case.reference)
    )
    close_referral(step, referral, outcome=ReferralOutcome.MERGED, answer=step.data.answer)
    return give_feedback(step, FeedbackOutcome.ON_ITS_WAY, step.data.answer, body=referral.body)


def unfit(into: Proposal) -> str | None:
    """Say why nothing can be merged into ``into``, or None."""
    from proposals.queries import may_be_merged_into  # the queries read what these effects write

    if may_be_merged_into(None).filter(pk=into.pk).exists():
        return None
    return _("%(reference)s has been concluded. Answer this one by itself.") % {"reference": into.case.reference}


# Follow-up ------------------------------------------------------------------------------------------------------------


def complete(step: Step[CarriedOut]) -> Reply:
    """Carried out: the proposer is told what came of it."""
    return give_feedback(step, FeedbackOutcome.IMPLEMENTED, step.data.effect, body=step.subject.adopted_by)


def stop(step: Step[Answered]) -> Reply:
    """Could not be carried out after all: the proposer is told why."""
    return give_feedback(step, FeedbackOutcome.DECLINED, step.data.answer, body=step.subject.adopted_by)
