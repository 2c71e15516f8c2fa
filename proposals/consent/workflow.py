"""The lifecycle of a conclusion: provisional, until it stands, is sent up without agreement, or is taken back (R24)."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from proposals.consent import notifications as tell
from proposals.consent.enums import ConclusionStatus as S
from proposals.consent.forms import SendUpForm, SentUp, TakeBackForm, TakenBack
from proposals.consent.models import Conclusion, Stance
from proposals.consent.queries import pending, verdict
from proposals.consent.states import CONCLUSION
from proposals.consent.who_answers import seats
from proposals.enums import ProposalStatus
from proposals.forms.fields import Decided
from proposals.routing import road
from trepart import clock
from trepart.workflow import START, Step, Transition, Words, Workflow, follow, perform


def _fetch(pk: int) -> Conclusion | None:
    found = Conclusion.objects.select_related("referral__case__proposal", "referral__body", "concluded_by")
    return found.filter(pk=pk).first()


def _one_at_a_time(step: Step) -> Words | None:
    """One conclusion waits for answers at a time."""
    if pending(step.subject.referral) is None:
        return None
    return _("A provisional conclusion waits for answers already. Answer it, or take it back first.")


def _ask(step: Step) -> None:
    """Every seat is asked; whoever writes it says yes to it by that, from their own sign-in."""
    conclusion: Conclusion = step.subject
    for seat in seats(conclusion.referral.body_id):
        Stance.objects.create(conclusion=conclusion, membership=seat, told_on=clock.today())


def _has_consent(step: Step) -> Words | None:
    """Leader and a union representative have each said yes, nobody objects, and silence has had its days (R24)."""
    return None if verdict(step.subject).stands else _("Not everybody who must say yes has done so.")


def _carry_out(step: Step) -> None:
    """Let what was concluded happen: the portal does it, on what each of them said."""
    conclusion: Conclusion = step.subject
    proposal = conclusion.referral.case.proposal
    perform(proposal, conclusion.step, actor=None, data=Decided(conclusion.filled_in), basis=conclusion)


def _can_be_sent_up(step: Step) -> Words | None:
    """There is disagreement: an objection, or a yes that must be there has not come within the days; somebody has begun
    on the proposal; and there is a body above (R24)."""
    conclusion: Conclusion = step.subject
    if not verdict(conclusion).disputed:
        return _("Nobody has objected, and the days for answering are not over.")
    body = conclusion.referral.body
    if road.next_body(body) is None:
        return _("%(body)s has no body above it to send to.") % {"body": body}
    if conclusion.referral.case.proposal.status == ProposalStatus.RECEIVED:
        return _("Begin on the proposal first: what nobody has read through is not sent on.")
    return None


def _send_up(step: Step[SentUp]) -> None:
    follow(step, step.subject.referral.case.proposal, "disagree", step.data)


def _take_reason(step: Step[TakenBack]) -> None:
    step.subject.reason = step.data.reason


def _about(step: Step[Any]) -> Mapping[str, object]:
    conclusion: Conclusion = step.subject
    return {"body": conclusion.referral.body.name, "step": conclusion.step, "stay": conclusion.referral_id}


CONCLUSION_WORKFLOW = Workflow(
    model="proposals.conclusion",
    states=S,
    edges=CONCLUSION,
    root=lambda conclusion: conclusion.referral.case,
    fetch=_fetch,
    transitions=(
        Transition(
            name="conclude", label=gettext_lazy("Write a provisional conclusion"), sources=frozenset({START}),
            target=S.PROVISIONAL, permission="proposals.conclude", event="proposals.concluded",
            guard=_one_at_a_time, effect=_ask, describe=_about, notify=(tell.ASKED,), offered=False,
        ),
        Transition(
            name="stand", label=gettext_lazy("stand"), sources=frozenset({S.PROVISIONAL}), target=S.STANDS,
            permission=None, automatic=True, event="proposals.conclusion_stands", guard=_has_consent,
            effect=_carry_out, describe=_about, notify=(tell.STANDS,), offered=False,
        ),
        Transition(
            name="send_up", label=gettext_lazy("Send the disagreement up"), sources=frozenset({S.PROVISIONAL}),
            done=_("The disagreement is sent up, with what each of you has written."),
            target=S.SENT_UP, permission="proposals.take_position", event="proposals.conclusion_sent_up",
            help=gettext_lazy(
                "It takes nobody's consent. What each of you has written goes along, word for word; whoever has not "
                "answered stands as that."
            ),
            guard=_can_be_sent_up, form=SendUpForm, effect=_send_up, describe=_about, notify=(tell.SENT_UP,),
        ),
        Transition(
            name="take_back", label=gettext_lazy("Take the conclusion back"), sources=frozenset({S.PROVISIONAL}),
            done=_("The conclusion is taken back. The proposal waits as it did."),
            target=S.DROPPED, permission="proposals.conclude", event="proposals.conclusion_dropped",
            help=gettext_lazy("The proposal waits as it did, and you can write another conclusion."),
            form=TakeBackForm, prepare=_take_reason, describe=_about, words=("reason",), notify=(tell.DROPPED,),
        ),
        Transition(
            name="lapse", label=gettext_lazy("lapse"), sources=frozenset({S.PROVISIONAL}), target=S.DROPPED,
            permission=None, takes=TakenBack, event="proposals.conclusion_dropped", prepare=_take_reason,
            describe=_about, words=("reason",), notify=(tell.DROPPED,), offered=False,
        ),
    ),
)  # fmt: skip
