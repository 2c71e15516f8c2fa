"""The lifecycle of a referral, one stay of a case with one body.

Every step is a consequence of something that happened to the case.
"""

from dataclasses import dataclass
from datetime import date

from forum.cases.deadlines import answer_due
from forum.cases.enums import ReferralOutcome, ReferralStatus
from forum.cases.models import Case, Referral
from forum.cases.states import REFERRAL
from forum.organisation.models import Body
from trepart import clock
from trepart.workflow import START, Step, Transition, Workflow, follow

R = ReferralStatus


@dataclass(frozen=True, kw_only=True)
class Closed:
    """How a stay ended, and with what answer."""

    outcome: ReferralOutcome
    answer: str


@dataclass(frozen=True, kw_only=True)
class Rested:
    """What is answered meanwhile, and when the body takes it up again."""

    answer: str
    resumes_on: date


@dataclass(frozen=True, kw_only=True)
class Reopened:
    """When it is to be answered by."""

    due_on: date


def _rest(step: Step[Rested]) -> None:
    step.subject.answer, step.subject.resumes_on = step.data.answer, step.data.resumes_on


def _reopen(step: Step[Reopened]) -> None:
    step.subject.due_on = step.data.due_on


def _close(step: Step[Closed]) -> None:
    step.subject.outcome, step.subject.answer = step.data.outcome, step.data.answer
    step.subject.closed_at = step.at
    step.subject.resumes_on = None


def _overtake(step: Step[Closed]) -> None:
    """Let opinions lapse that were asked for and have not come, where the case ends here."""
    from forum.cases.workflow.opinion import lapse_with  # its forms read the services, which read this

    lapse_with(step)


REFERRAL_WORKFLOW = Workflow(
    model="cases.referral",
    states=R,
    edges=REFERRAL,
    root=lambda referral: referral.case,
    transitions=(
        Transition(
            name="open",
            label="open",
            sources=frozenset({START}),
            target=R.OPEN,
            permission=None,
            event="forum.referral_opened",
            describe=lambda step: {"body": step.subject.body.name, "due_on": step.subject.due_on},
        ),
        Transition(
            name="rest",
            label="rest",
            sources=frozenset({R.OPEN, R.RESTING}),
            target=R.RESTING,
            permission=None,
            event="forum.referral_rested",
            takes=Rested,
            prepare=_rest,
            describe=lambda step: {"body": step.subject.body.name, "resumes_on": step.data.resumes_on},
        ),
        Transition(
            name="reopen",
            label="reopen",
            sources=frozenset({R.RESTING}),
            target=R.OPEN,
            permission=None,
            event="forum.referral_reopened",
            takes=Reopened,
            prepare=_reopen,
            describe=lambda step: {"body": step.subject.body.name},
        ),
        Transition(
            name="close",
            label="close",
            sources=frozenset({R.OPEN, R.RESTING}),
            target=R.CLOSED,
            permission=None,
            event="forum.referral_closed",
            takes=Closed,
            prepare=_close,
            effect=_overtake,
            describe=lambda step: {"body": step.subject.body.name, "outcome": step.data.outcome},
        ),
    ),
)


def open_referral(
    step: Step,
    *,
    case: Case,
    body: Body,
    sent_by: Referral | None = None,
    due_on: date | None = None,
    note: str = "",
    recommendation: str = "",
    recommended_by: Body | None = None,
    needs_user_representatives: bool = False,
) -> Referral:
    """Let ``case`` begin a stay with ``body``, as a consequence of ``step``. The deadline runs from receipt (R18): the
    body's own days unless said."""
    referral = Referral(
        case=case,
        body=body,
        sent_by=sent_by,
        received_at=step.at,
        due_on=due_on or answer_due(body, clock.today()),
        note=note,
        recommendation=recommendation,
        recommended_by=recommended_by,
        needs_user_representatives=needs_user_representatives,
    )
    done: Referral = follow(step, referral, "open")
    return done


def close_referral(step: Step, referral: Referral, *, outcome: ReferralOutcome, answer: str) -> Referral:
    """End a stay. The database refuses one without outcome and answer."""
    done: Referral = follow(step, referral, "close", Closed(outcome=outcome, answer=answer))
    return done


def rest_referral(step: Step, referral: Referral, *, answer: str, resumes_on: date) -> Referral:
    """Let a stay rest until ``resumes_on``: the body considers the matter further."""
    done: Referral = follow(step, referral, "rest", Rested(answer=answer, resumes_on=resumes_on))
    return done


def reopen_referral(step: Step, referral: Referral, *, due_on: date) -> Referral:
    """Take a resting stay up again, to be answered by ``due_on``."""
    done: Referral = follow(step, referral, "reopen", Reopened(due_on=due_on))
    return done
