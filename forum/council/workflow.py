"""The lifecycle of a case on the municipal council's list: taken in, treated, decided by it, or taken off the list."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from forum.cases.enums import ReferralOutcome, ReferralStatus, Resolution
from forum.cases.models import Referral
from forum.cases.workflow.referral import close_referral, open_referral
from forum.council.enums import CouncilCaseStatus
from forum.council.forms import CouncilDecided, DecidedForm, TakenOff, TakenOffForm
from forum.council.models import CouncilCase
from forum.council.states import COUNCIL_CASE
from forum.meetings.agenda.services import withdraw_item
from forum.meetings.core.models import AgendaItem
from forum.meetings.enums import MeetingStatus
from trepart.refusals import GuardRefused
from trepart.workflow import START, Step, Transition, Words, Workflow

S = CouncilCaseStatus
PLAN = "forum.plan_meeting"


def stay_of(council_case: CouncilCase) -> Referral | None:
    """Return the case's stay with the body that treats it, or None where it no longer waits there."""
    return (
        Referral.objects.filter(case=council_case.case_id)
        .exclude(status=ReferralStatus.CLOSED)
        .select_related("body", "case")
        .first()
    )


def _on_agendas(council_case: CouncilCase) -> list[AgendaItem]:
    standing = AgendaItem.objects.filter(
        referral__case=council_case.case_id, withdrawn_at__isnull=True, settled_at__isnull=True
    )
    return list(standing.select_related("meeting__body"))


def _not_in_session(step: Step) -> Words | None:
    """While a meeting has it on its table, the meeting treats it."""
    for item in _on_agendas(step.subject):
        if item.meeting.status in (MeetingStatus.IN_SESSION, MeetingStatus.ENDED):
            return _("%(item)s is being treated in a meeting. Withdraw or decide it there first.") % {
                "item": item.label
            }
    return None


def _come_in(step: Step) -> None:
    council_case: CouncilCase = step.subject
    open_referral(
        step,
        case=council_case.case,
        body=council_case.body,
        due_on=council_case.case_list.held_on,
    )


def _take_view(step: Step) -> None:
    council_case, item = step.subject, step.basis
    if item is None or item.decided is None:
        raise GuardRefused(_("A view is given in a meeting."))
    council_case.view, council_case.item = item.decision.text, item


def _close_as_treated(step: Step) -> None:
    noted = step.basis.decision.resolution == Resolution.NOTED
    _close(step, ReferralOutcome.NOTED if noted else ReferralOutcome.TO_COUNCIL, step.subject.view)


def _close(step: Step, outcome: ReferralOutcome, answer: str) -> None:
    stay = stay_of(step.subject)
    if stay is not None:
        stay.case = step.subject.case
        close_referral(step, stay, outcome=outcome, answer=answer)


def _off(step: Step[TakenOff]) -> None:
    step.subject.withdrawn_reason = step.data.reason


def _withdraw(step: Step[TakenOff]) -> None:
    _off_agendas(step, step.data.reason)
    _close(step, ReferralOutcome.WITHDRAWN, step.data.reason)


def _off_agendas(step: Step, reason: str) -> None:
    if step.actor is None:
        return
    for item in _on_agendas(step.subject):
        withdraw_item(item, reason=reason, actor=step.actor, cause=step)


def _take_decision(step: Step[CouncilDecided]) -> None:
    council_case, given = step.subject, step.data
    council_case.decision, council_case.decided_on = given.decision, given.decided_on
    council_case.followed = given.followed


def _close_as_decided(step: Step) -> None:
    _off_agendas(step, _("The municipal council has decided the case."))
    _close(step, ReferralOutcome.NOTED, step.subject.decision)


def _about(step: Step) -> dict[str, object]:
    council_case: CouncilCase = step.subject
    said = {
        "number": council_case.number,
        "council": council_case.case_list.council.name,
        "held_on": council_case.case_list.held_on,
        "body": council_case.body.name,
    }
    if step.basis is not None:
        said |= {"item": step.basis.pk, "label": step.basis.label}
    return said


def _fetch(pk: int) -> CouncilCase | None:
    found: CouncilCase | None = (
        CouncilCase.objects.select_related("case", "body", "case_list__council", "case_list__meeting")
        .filter(pk=pk)
        .first()
    )
    return found


COUNCIL_CASE_WORKFLOW = Workflow(
    model="council.councilcase",
    states=S,
    edges=COUNCIL_CASE,
    root=lambda council_case: council_case.case,
    fetch=_fetch,
    transitions=(
        Transition(
            name="take_in",
            label=gettext_lazy("Take the case in"),
            sources=frozenset({START}),
            target=S.RECEIVED,
            permission=PLAN,
            event="forum.council_case_taken_in",
            effect=_come_in,
            describe=_about,
            offered=False,
        ),
        Transition(
            name="treat",
            label=gettext_lazy("Give the view"),
            sources=frozenset({S.RECEIVED}),
            target=S.TREATED,
            permission="forum.run_meeting",
            event="forum.council_case_treated",
            prepare=_take_view,
            effect=_close_as_treated,
            describe=_about,
            offered=False,
        ),
        Transition(
            name="decided",
            label=gettext_lazy("Record what the municipal council decided"),
            done=gettext_lazy("It is written down what the municipal council decided."),
            sources=frozenset({S.RECEIVED, S.TREATED, S.DECIDED}),
            target=S.DECIDED,
            permission=PLAN,
            event="forum.council_case_decided",
            form=DecidedForm,
            guard=_not_in_session,
            prepare=_take_decision,
            effect=_close_as_decided,
            describe=_about,
            words=("decision",),
        ),
        Transition(
            name="withdraw",
            label=gettext_lazy("The municipal council has taken it off its list"),
            done=gettext_lazy("It is written down that the municipal council has taken the case off its list."),
            sources=frozenset({S.RECEIVED}),
            target=S.WITHDRAWN,
            permission=PLAN,
            event="forum.council_case_withdrawn",
            form=TakenOffForm,
            guard=_not_in_session,
            prepare=_off,
            effect=_withdraw,
            describe=_about,
            words=("reason",),
            help=gettext_lazy("The case leaves the queue, and the agenda where it stands on one."),
        ),
    ),
)
