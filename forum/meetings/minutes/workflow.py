"""The lifecycle of minutes: draft, published but not yet approved, approved, corrected (R13, R29)."""

from django.utils.translation import gettext_lazy as _

from forum.meetings.enums import MinutesStatus
from forum.meetings.minutes import services
from forum.meetings.minutes.approvals import services as approvals
from forum.meetings.minutes.approvals.queries import remarks_of
from forum.meetings.minutes.completeness import missing
from forum.meetings.minutes.corrections import texts
from forum.meetings.minutes.extracts import services as extracts
from forum.meetings.minutes.forms import CorrectedTexts, CorrectionForm, PublishForm
from forum.meetings.notifications import (
    MINUTES_APPROVED,
    MINUTES_CORRECTED,
    MINUTES_PUBLISHED,
    MINUTES_WAIT_FOR_YOU,
)
from forum.meetings.states import MINUTES
from forum.organisation.enums import MinutesApproval
from trepart import languages
from trepart.workflow import START, Step, Transition, Words, Workflow

P = MinutesStatus


def _complete(step: Step) -> Words | None:
    """Everything that koml § 11-4 asks for must be there (R13)."""
    lacking = missing(step.subject.meeting)
    if not lacking:
        return None
    return _("The minutes lack something that § 11-4 of the Local Government Act asks for: %(list)s") % {
        "list": " ".join(lacking)
    }


def _as_the_body_approves(step: Step) -> Words | None:
    """Approved as the body has settled: by those who sign, by the next meeting, or by the leader; and never by
    whoever corrected them."""
    if step.basis is not None:
        return None  # the body itself, as a case in a later meeting
    if step.actor is None:
        return (
            None
            if approvals.is_complete(step.subject)
            else _("Not everybody who was asked has approved the minutes yet.")
        )
    way = step.subject.meeting.body.minutes_approval
    if way == MinutesApproval.SIGNERS:
        return _(
            "The minutes of this body are approved by the one who presided and two of those who met, each in "
            "their own name."
        )
    if way == MinutesApproval.NEXT_MEETING:
        return _("The minutes of this body are approved by the next meeting, as a case on its agenda.")
    return approvals.OWN if approvals.is_own_correction(step.subject, step.actor) else None


def _publish(step: Step) -> None:
    services.publish(step.subject, reason="")
    extracts.tell(step)


def _stamp_published(step: Step) -> None:
    step.subject.published_at = step.subject.published_at or step.at


def _stamp_approved(step: Step) -> None:
    step.subject.approved_at = step.at


def _approve(step: Step) -> None:
    signed = []
    with languages.municipal():
        if step.basis is not None:
            # The body itself approved them, as a case in a later meeting.
            reason = _("Approved in %(item)s.") % {"item": step.basis.label}
        elif step.actor is not None:
            reason = _("Approved by %(name)s.") % {"name": step.actor.name}
            signed = [approvals.line_of(step)]
        else:
            newest = approvals.newest_of(step.subject)
            signed = approvals.lines(approvals.approvals_of(newest)) if newest else []
            reason = _("Approved by %(name)s.") % {"name": ", ".join(line.name for line in signed)}
    services.publish(step.subject, reason=str(reason), signatures=signed)


def _clear_approval(step: Step) -> None:
    step.subject.approved_at = None


def _correct(step: Step[CorrectedTexts]) -> None:
    if step.actor is not None:
        texts.correct(step.subject.meeting, step.data, reason=step.data.reason, actor=step.actor)
    services.check_says_something_new(step.subject)
    services.publish(step.subject, reason=step.data.reason)
    approvals.heed(step, [one for one in remarks_of(step.subject) if one.pk in step.data.heeded])


def _version(step: Step) -> dict[str, object]:
    return {"version": step.subject.versions.count() + 1}


MINUTES_WORKFLOW = Workflow(
    model="meetings.minutes",
    states=P,
    edges=MINUTES,
    root=lambda minutes: minutes.meeting,
    transitions=(
        Transition(
            name="create",
            label=_("Begin the minutes"),
            sources=frozenset({START}),
            target=P.DRAFT,
            permission=None,
            automatic=True,
            offered=False,
            event="forum.minutes_begun",
        ),
        Transition(
            name="publish",
            label=_("Publish the minutes"),
            done=_("The minutes are published."),
            sources=frozenset({P.DRAFT}),
            target=P.PUBLISHED,
            permission="forum.publish_minutes",
            event="forum.minutes_published",
            guard=_complete,
            form=PublishForm,
            prepare=_stamp_published,
            effect=_publish,
            describe=_version,
            notify=(MINUTES_PUBLISHED, MINUTES_WAIT_FOR_YOU),
            help=_(
                "They are marked as not yet approved. A published version never changes; what is wrong is put "
                "right in a new one."
            ),
        ),
        Transition(
            name="correct",
            label=_("Correct the minutes"),
            done=_("The corrected minutes are published."),
            sources=frozenset({P.PUBLISHED, P.APPROVED}),
            target=P.PUBLISHED,
            permission="forum.publish_minutes",
            event="forum.minutes_corrected",
            guard=_complete,
            form=CorrectionForm,
            prepare=_clear_approval,
            effect=_correct,
            describe=_version,
            words=("reason",),
            notify=(MINUTES_CORRECTED, MINUTES_WAIT_FOR_YOU),
            help=_(
                "The version that is out stays as it is. A new one says what was corrected, and must be approved anew. "
                "Votes, attendance, partiality and decisions are put right under “Correct the record” first."
            ),
        ),
        Transition(
            name="approve",
            label=_("Approve the minutes"),
            done=_("The minutes are approved."),
            sources=frozenset({P.PUBLISHED}),
            target=P.APPROVED,
            permission="forum.approve_minutes",
            automatic=True,
            event="forum.minutes_approved",
            guard=_as_the_body_approves,
            prepare=_stamp_approved,
            effect=_approve,
            describe=_version,
            notify=(MINUTES_APPROVED,),
        ),
    ),
)
