"""The lifecycle of minutes: draft, published but not yet approved, approved; corrections are new versions (R13, R29)."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from forum.enums import MinutesStatus
from forum.forms.minutes import CorrectionForm
from forum.minutes_missing import missing
from forum.notifications import MINUTES_APPROVED, MINUTES_CORRECTED, MINUTES_PUBLISHED
from forum.services import minutes as versions
from forum.states import MINUTES
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


def _not_own_correction(step: Step) -> Words | None:
    """Whoever corrected the minutes does not approve them."""
    newest = step.subject.versions.first()
    published = step.subject.status_event
    if newest and newest.number > 1 and step.actor is not None and published.actor_id == step.actor.pk:
        return _("Somebody else than the one who corrected the minutes approves them.")
    return None


def _publish(step: Step) -> None:
    versions.publish(step.subject, reason="")


def _stamp_published(step: Step) -> None:
    step.subject.published_at = step.subject.published_at or step.at


def _stamp_approved(step: Step) -> None:
    step.subject.approved_at = step.at


def _approve(step: Step) -> None:
    with languages.municipal():
        if step.basis is not None:
            # The body itself approved them, as a case in a later meeting.
            reason = _("Approved in %(item)s.") % {"item": step.basis.label}
        else:
            reason = _("Approved by %(name)s.") % {"name": step.actor.name if step.actor else ""}
    versions.publish(step.subject, reason=str(reason))


def _clear_approval(step: Step) -> None:
    step.subject.approved_at = None


def _correct(step: Step) -> None:
    versions.rewrite(step.subject.meeting, step.data)
    versions.publish(step.subject, reason=step.data["reason"])


def _version(step: Step) -> dict[str, Any]:
    return {"version": step.subject.versions.count() + 1}


MINUTES_WORKFLOW = Workflow(
    model="forum.minutes",
    states=P,
    edges=MINUTES,
    root=lambda minutes: minutes.meeting,
    transitions=(
        Transition(
            name="create", label=_("Begin the minutes"), sources=frozenset({START}), target=P.DRAFT,
            permission=None, automatic=True, offered=False, event="forum.minutes_begun",
        ),
        Transition(
            name="publish", label=_("Publish the minutes"), sources=frozenset({P.DRAFT}), target=P.PUBLISHED,
            permission="forum.publish_minutes", event="forum.minutes_published", guard=_complete, prepare=_stamp_published,
            effect=_publish, describe=_version, notify=(MINUTES_PUBLISHED,),
            help=_("They are marked as not yet approved. A published version never changes; what is wrong is put right in a new one."),
        ),
        Transition(
            name="correct", label=_("Correct the minutes"), sources=frozenset({P.PUBLISHED, P.APPROVED}), target=P.PUBLISHED,
            permission="forum.publish_minutes", event="forum.minutes_corrected", guard=_complete, form=CorrectionForm,
            prepare=_clear_approval, effect=_correct, describe=_version, words=("reason",), notify=(MINUTES_CORRECTED,),
            help=_("The version that is out stays as it is. A new one says what was corrected, and must be approved anew."),
        ),
        Transition(
            name="approve", label=_("Approve the minutes"), sources=frozenset({P.PUBLISHED}), target=P.APPROVED,
            permission="forum.approve_minutes", automatic=True, event="forum.minutes_approved", guard=_not_own_correction,
            prepare=_stamp_approved, effect=_approve, describe=_version, notify=(MINUTES_APPROVED,),
        ),
    ),
)  # fmt: skip
