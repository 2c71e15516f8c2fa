"""The lifecycle of a commission: given from above, carried out, reported, heard (domain.md, step 2)."""

from collections.abc import Callable, Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

from forum.cases.enums import ReferralOutcome, ReferralStatus, Resolution
from forum.cases.forms import opinions
from forum.cases.models import Referral
from forum.cases.services.cases import add_document
from forum.cases.workflow.referral import close_referral, open_referral
from forum.commissions import forms as commissions_forms
from forum.commissions import notifications
from forum.commissions.enums import CommissionStatus
from forum.commissions.models import Commission, CommissionDocument
from forum.commissions.states import COMMISSION
from forum.delegations.enums import Power, power_of
from forum.meetings.agenda.services import withdraw_item
from forum.meetings.core.models import AgendaItem
from forum.organisation.enums import DecidesBy
from forum.organisation.models import Body
from trepart.refusals import GuardRefused
from trepart.workflow import START, Step, Transition, Words, Workflow

S = CommissionStatus


def stay_of(commission: Commission) -> Referral | None:
    """Return the report's stay with the body that is to hear it, or None where none waits."""
    return (
        Referral.objects.filter(case=commission.case_id)
        .exclude(status=ReferralStatus.CLOSED)
        .select_related("body", "case")
        .first()
    )


def _heard_in_a_meeting(step: Step) -> Words | None:
    """A body that votes hears a report in a meeting (koml § 11-2); another may do without, as long as
    it stands on no agenda."""
    if step.basis is not None:
        return None
    commission: Commission = step.subject
    if commission.report_to.decides_by == DecidesBy.VOTE:
        return _(
            "%(body)s hears it in a meeting. Put it on an agenda; what is decided there is carried out by itself."
        ) % {"body": commission.report_to}
    stay = stay_of(commission)
    if stay is not None and _standing(stay):
        return _("It stands on an agenda. What is decided in the meeting is carried out by itself.")
    return None


def _standing(stay: Referral) -> list[AgendaItem]:
    return list(stay.items.filter(withdrawn_at__isnull=True, settled_at__isnull=True))


def _received_by(
    step: Step[commissions_forms.Commissioned | commissions_forms.PassedOn | commissions_forms.GivenAnew],
) -> None:
    to = step.data.to
    if to is not None:
        step.subject.receiver_body, step.subject.receiver_unit = (to, None) if isinstance(to, Body) else (None, to)


def _give(step: Step[commissions_forms.Commissioned]) -> None:
    _received_by(step)
    commission, given = step.subject, step.data
    commission.wanted, commission.due_on, commission.report_to = given.wanted, given.due_on, given.report_to
    commission.item, commission.council = given.item, given.council
    commission.council_decision = given.council_decision
    commission.given_at = step.at


def _accept(step: Step[commissions_forms.Accepted]) -> None:
    step.subject.plan = step.data.plan


def _back(step: Step[opinions.Reasoned]) -> None:
    step.subject.reason = step.data.reason


def _give_anew(step: Step[commissions_forms.GivenAnew]) -> None:
    _received_by(step)
    step.subject.due_on = step.data.due_on


def _report(step: Step[commissions_forms.Reported]) -> None:
    step.subject.report = step.data.report
    step.subject.reported_at, step.subject.reported_by = step.at, step.actor


def _files(step: Step[commissions_forms.Commissioned]) -> None:
    if step.actor is not None:
        for upload in step.data.attachments:
            add_document(step.subject.case, upload=upload, actor=step.actor, acting=step.acting)


def _come_back(step: Step[commissions_forms.Reported]) -> None:
    """Put the report on the table of the body that is to hear it."""
    commission: Commission = step.subject
    if step.actor is not None:
        for upload in step.data.attachments:
            document = add_document(commission.case, upload=upload, actor=step.actor, acting=step.acting)
            CommissionDocument.objects.create(commission=commission, document=document)
    open_referral(step, case=commission.case, body=commission.report_to, note=commission.report)


#: How the report's stay with the body ends, where what was decided in a meeting is more than hearing it.
_OUTCOMES = {Resolution.ADOPT: ReferralOutcome.ADOPTED, Resolution.TO_COUNCIL: ReferralOutcome.TO_COUNCIL}


def _outcome_of(step: Step, heard: ReferralOutcome) -> ReferralOutcome:
    decision = step.basis.decided if step.basis is not None else None
    decides = decision is not None and power_of(step.subject.report_to.legal_basis) != Power.AGREES
    return _OUTCOMES.get(decision.resolution, heard) if decision is not None and decides else heard


def _heard(outcome: ReferralOutcome) -> Callable[[Step[commissions_forms.ReportAnswered]], None]:
    def effect(step: Step[commissions_forms.ReportAnswered]) -> None:
        stay = stay_of(step.subject)
        if stay is None or step.actor is None:
            raise GuardRefused(_("No body has the report on its table now."))
        stay.case = step.subject.case
        for item in _standing(stay):
            if step.basis is None or item.pk != step.basis.pk:
                withdraw_item(item, reason=str(_("The report has been heard.")), actor=step.actor, cause=step)
        close_referral(step, stay, outcome=_outcome_of(step, outcome), answer=step.data.answer)

    return effect


def _conclude(step: Step[commissions_forms.ReportAnswered]) -> None:
    step.subject.conclusion = step.data.answer


def _go_on(step: Step[commissions_forms.MoreWanted]) -> None:
    step.subject.conclusion, step.subject.due_on = step.data.answer, step.data.due_on


def _about(step: Step[object]) -> Mapping[str, Any]:
    commission, given = step.subject, step.data
    new = given if isinstance(given, commissions_forms.Commissioned) else None
    by = new.council if new is not None and new.council is not None else commission.given_by
    hears = new.report_to if new is not None else commission.report_to
    to, due_on = None, commission.due_on
    if isinstance(given, commissions_forms.Commissioned | commissions_forms.PassedOn | commissions_forms.GivenAnew):
        to = given.to
    if isinstance(given, commissions_forms.Commissioned | commissions_forms.GivenAnew | commissions_forms.MoreWanted):
        due_on = given.due_on
    return {
        "by": str(by),
        "to": str(to or commission.receiver),
        "before": str(commission.receiver) if commission.receiver_body_id or commission.receiver_unit_id else "",
        "hears": str(hears),
        "due_on": due_on,
        "item": step.basis.pk if step.basis is not None else None,
    }


_BY_RECEIVER: dict[str, Any] = {"permission": "forum.carry_commission", "describe": _about}
_BY_GIVER: dict[str, Any] = {"permission": "forum.give_commission", "describe": _about}
_BY_HEARER: dict[str, Any] = {
    "permission": "forum.hear_commission",
    "describe": _about,
    "guard": _heard_in_a_meeting,
    "sources": frozenset({S.REPORTED}),
}

COMMISSION_WORKFLOW = Workflow(
    model="commissions.commission",
    states=S,
    edges=COMMISSION,
    root=lambda commission: commission.case,
    transitions=(
        Transition(
            name="give",
            label=_("Give the commission"),
            sources=frozenset({START}),
            target=S.GIVEN,
            event="forum.commission_given",
            **_BY_GIVER,
            form=commissions_forms.GiveForm,
            prepare=_give,
            effect=_files,
            words=("wanted",),
            notify=(notifications.COMMISSION_GIVEN,),
            offered=False,
        ),
        Transition(
            name="accept",
            label=_("Take it on"),
            done=_("You have taken the commission on."),
            sources=frozenset({S.GIVEN}),
            target=S.ACCEPTED,
            event="forum.commission_accepted",
            **_BY_RECEIVER,
            form=commissions_forms.AcceptForm,
            prepare=_accept,
            words=("plan",),
            notify=(notifications.COMMISSION_ACCEPTED,),
        ),
        Transition(
            name="pass_on",
            label=_("Pass it on to the right ones"),
            done=_("The commission is sent to the right ones."),
            sources=frozenset({S.GIVEN}),
            target=S.GIVEN,
            event="forum.commission_passed_on",
            **_BY_RECEIVER,
            form=commissions_forms.PassOnForm,
            prepare=_received_by,
            words=("reason",),
            notify=(notifications.COMMISSION_PASSED_ON, notifications.COMMISSION_GIVEN),
            help=_("Those who gave the commission are told."),
        ),
        Transition(
            name="send_back",
            label=_("Send it back"),
            done=_("The commission is sent back."),
            sources=frozenset({S.GIVEN, S.ACCEPTED}),
            target=S.SENT_BACK,
            event="forum.commission_sent_back",
            **_BY_RECEIVER,
            form=opinions.ReasonForm,
            prepare=_back,
            words=("reason",),
            notify=(notifications.COMMISSION_SENT_BACK,),
            help=_("Say why it cannot be done, or with whom it belongs. Those who gave it decide what happens next."),
        ),
        Transition(
            name="give_anew",
            label=_("Give it anew"),
            done=_("The commission is given anew."),
            sources=frozenset({S.SENT_BACK}),
            target=S.GIVEN,
            event="forum.commission_given_anew",
            **_BY_GIVER,
            form=commissions_forms.GiveAnewForm,
            prepare=_give_anew,
            words=("note",),
            notify=(notifications.COMMISSION_GIVEN,),
        ),
        Transition(
            name="report",
            label=_("Report"),
            done=_("The report is sent."),
            sources=frozenset({S.ACCEPTED}),
            target=S.REPORTED,
            event="forum.commission_reported",
            **_BY_RECEIVER,
            form=commissions_forms.ReportForm,
            prepare=_report,
            effect=_come_back,
            words=("report",),
            notify=(notifications.COMMISSION_REPORTED,),
            help=_("The report comes up as a case in the body that hears it."),
        ),
        Transition(
            name="conclude",
            label=_("Conclude it"),
            done=_("The commission is concluded."),
            target=S.CONCLUDED,
            event="forum.commission_concluded",
            **_BY_HEARER,
            form=commissions_forms.ConcludeForm,
            prepare=_conclude,
            effect=_heard(ReferralOutcome.NOTED),
            words=("answer",),
            notify=(notifications.COMMISSION_CONCLUDED,),
        ),
        Transition(
            name="go_on",
            label=_("Ask them to go on"),
            done=_("They are asked to go on."),
            target=S.ACCEPTED,
            event="forum.commission_goes_on",
            **_BY_HEARER,
            form=commissions_forms.GoOnForm,
            prepare=_go_on,
            effect=_heard(ReferralOutcome.SENT_BACK),
            words=("answer",),
            notify=(notifications.COMMISSION_GOES_ON,),
        ),
        Transition(
            name="call_back",
            label=_("Call it back"),
            done=_("The commission is called back."),
            sources=frozenset({S.GIVEN, S.ACCEPTED, S.SENT_BACK}),
            target=S.CALLED_BACK,
            event="forum.commission_called_back",
            **_BY_GIVER,
            form=opinions.ReasonForm,
            prepare=_back,
            words=("reason",),
            notify=(notifications.COMMISSION_CALLED_BACK,),
        ),
    ),
)
