"""The lifecycle of a referral: one stay with one body. Every step is a consequence of something that happened to the case."""

from datetime import date, timedelta
from typing import Any

from forum.cases.enums import ReferralOutcome, ReferralStatus
from forum.cases.models import Case, Referral
from forum.cases.states import REFERRAL
from forum.organisation.models import Body
from trepart import clock
from trepart.workflow import START, Step, Transition, Workflow, follow

R = ReferralStatus


def _set(*names: str) -> Any:
    def prepare(step: Step) -> None:
        for name in names:
            if name in step.data:
                setattr(step.subject, name, step.data[name])

    return prepare


def _close(step: Step) -> None:
    _set("outcome", "answer")(step)
    step.subject.closed_at = step.at
    step.subject.resumes_on = None


def _overtake(step: Step) -> None:
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
            name="open", label="open", sources=frozenset({START}), target=R.OPEN, permission=None, event="forum.referral_opened",
            describe=lambda step: {"body": step.subject.body.name, "due_on": step.subject.due_on},
        ),
        Transition(
            name="rest", label="rest", sources=frozenset({R.OPEN, R.RESTING}), target=R.RESTING, permission=None, event="forum.referral_rested",
            prepare=_set("answer", "resumes_on"), describe=lambda step: {"body": step.subject.body.name, "resumes_on": step.data["resumes_on"]},
        ),
        Transition(
            name="reopen", label="reopen", sources=frozenset({R.RESTING}), target=R.OPEN, permission=None, event="forum.referral_reopened",
            prepare=_set("due_on"), describe=lambda step: {"body": step.subject.body.name},
        ),
        Transition(
            name="close", label="close", sources=frozenset({R.OPEN, R.RESTING}), target=R.CLOSED, permission=None, event="forum.referral_closed",
            prepare=_close, effect=_overtake, describe=lambda step: {"body": step.subject.body.name, "outcome": step.data["outcome"]},
        ),
    ),
)  # fmt: skip


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
    """Let ``case`` begin a stay with ``body``, as a consequence of ``step``. The deadline runs from receipt (R18): the body's own days unless said."""
    referral = Referral(
        case=case,
        body=body,
        sent_by=sent_by,
        received_at=step.at,
        due_on=due_on or clock.today() + timedelta(days=body.answer_days),
        note=note,
        recommendation=recommendation,
        recommended_by=recommended_by,
        needs_user_representatives=needs_user_representatives,
    )
    done: Referral = follow(step, referral, "open")
    return done


def close_referral(step: Step, referral: Referral, *, outcome: ReferralOutcome, answer: str) -> Referral:
    """End a stay. The database refuses one without outcome and answer."""
    done: Referral = follow(step, referral, "close", {"outcome": outcome, "answer": answer})
    return done


def rest_referral(step: Step, referral: Referral, *, answer: str, resumes_on: date) -> Referral:
    """Let a stay rest until ``resumes_on``: the body considers the matter further."""
    done: Referral = follow(step, referral, "rest", {"answer": answer, "resumes_on": resumes_on})
    return done


def reopen_referral(step: Step, referral: Referral, *, due_on: date) -> Referral:
    """Take a resting stay up again, to be answered by ``due_on``."""
    done: Referral = follow(step, referral, "reopen", {"due_on": due_on})
    return done
