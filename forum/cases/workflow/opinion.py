"""The lifecycle of an opinion: asked for while a case is treated, given or not before it is decided."""

from datetime import timedelta
from typing import TYPE_CHECKING

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from forum.cases import notifications
from forum.cases.enums import CaseAccess, OpinionStatus, ReferralOutcome, ReferralStatus
from forum.cases.forms.opinions import AnswerForm, Asked, AskForm, OpinionGiven, Reasoned, ReasonForm
from forum.cases.models import HearingRule, Opinion, OpinionDocument, Referral
from forum.cases.services.cases import add_document
from forum.cases.states import OPINION
from forum.organisation.models import Body
from trepart import clock
from trepart.workflow import START, Step, Transition, Words, Workflow, follow

if TYPE_CHECKING:
    from collections.abc import Mapping

    from forum.cases.workflow.referral import Closed

S = OpinionStatus
#: A stay that ends so ends the case: an opinion that has not come has been overtaken. Otherwise the next body
#: may still have use of it.
DECIDES = frozenset(
    {
        ReferralOutcome.ADOPTED,
        ReferralOutcome.DECLINED,
        ReferralOutcome.TO_COUNCIL,
        ReferralOutcome.WITHDRAWN,
        ReferralOutcome.MERGED,
        ReferralOutcome.ELSEWHERE,
        ReferralOutcome.NOTED,
    }
)


def _can_be_asked(step: Step) -> Words | None:
    opinion: Opinion = step.subject
    if opinion.case.access == CaseAccess.RECEIVER:
        return _("Only those who treat the case can read it. Decide who may read it before you ask others (R25).")
    stay = opinion.case.referrals.exclude(status=ReferralStatus.CLOSED).first()
    if stay is None or stay.pk != opinion.referral_id or stay.body_id != opinion.asker_id:
        return _("The case is no longer with the body that asks.")
    return None


def _ask(step: Step[Asked]) -> None:
    opinion, to = step.subject, step.data.to
    opinion.asked, opinion.unit = (to, None) if isinstance(to, Body) else (None, to)
    opinion.question, opinion.due_on, opinion.asked_at = step.data.question, step.data.due_on, step.at


def _end(step: Step[object]) -> None:
    step.subject.closed_at, step.subject.closed_by = step.at, step.actor


def _take_answer(step: Step[OpinionGiven]) -> None:
    _end(step)
    step.subject.answer, step.subject.own = step.data.answer, step.data.own


def _take_reason(step: Step[Reasoned]) -> None:
    _end(step)
    step.subject.reason = step.data.reason


def _attach(step: Step[OpinionGiven]) -> None:
    if step.actor is None:
        return
    for upload in step.data.attachments:
        document = add_document(step.subject.case, upload=upload, actor=step.actor, acting=step.acting)
        OpinionDocument.objects.create(opinion=step.subject, document=document)


def _about(step: Step[object]) -> "Mapping[str, object]":
    opinion, given = step.subject, step.data
    of, due_on = (given.to, given.due_on) if isinstance(given, Asked) else (opinion.of, opinion.due_on)
    return {"asker": opinion.asker.name, "of": str(of), "due_on": due_on}


OPINION_WORKFLOW = Workflow(
    model="cases.opinion",
    states=S,
    edges=OPINION,
    root=lambda opinion: opinion.case,
    transitions=(
        Transition(
            name="ask",
            label=_("Ask for an opinion"),
            sources=frozenset({START}),
            target=S.ASKED,
            permission="forum.ask_opinion",
            event="forum.opinion_asked",
            guard=_can_be_asked,
            form=AskForm,
            prepare=_ask,
            describe=_about,
            words=("question",),
            notify=(notifications.OPINION_ASKED,),
            offered=False,
        ),
        Transition(
            name="ask_always",
            label=_("ask as always"),
            sources=frozenset({START}),
            target=S.ASKED,
            permission=None,
            event="forum.opinion_asked",
            takes=Asked,
            prepare=_ask,
            describe=_about,
            words=("question",),
            notify=(notifications.OPINION_ASKED,),
            offered=False,
        ),
        Transition(
            name="answer",
            label=_("Give the opinion"),
            done=_("The opinion is given."),
            sources=frozenset({S.ASKED}),
            target=S.ANSWERED,
            permission="forum.answer_opinion",
            event="forum.opinion_given",
            form=AnswerForm,
            prepare=_take_answer,
            effect=_attach,
            describe=_about,
            words=("answer",),
            notify=(notifications.OPINION_GIVEN,),
            help=_("It goes to those who asked, and can be read with the case."),
        ),
        Transition(
            name="decline",
            label=_("Give no opinion"),
            done=_("It is written down that you give no opinion."),
            sources=frozenset({S.ASKED}),
            target=S.DECLINED,
            permission="forum.answer_opinion",
            event="forum.opinion_declined",
            form=ReasonForm,
            prepare=_take_reason,
            describe=_about,
            words=("reason",),
            notify=(notifications.OPINION_DECLINED,),
        ),
        Transition(
            name="withdraw",
            label=_("Take the question back"),
            done=_("The question is taken back."),
            sources=frozenset({S.ASKED}),
            target=S.WITHDRAWN,
            permission="forum.ask_opinion",
            event="forum.opinion_withdrawn",
            form=ReasonForm,
            prepare=_take_reason,
            describe=_about,
            words=("reason",),
            notify=(notifications.OPINION_WITHDRAWN,),
        ),
        Transition(
            name="lapse",
            label=_("lapse"),
            sources=frozenset({S.ASKED}),
            target=S.LAPSED,
            permission=None,
            event="forum.opinion_lapsed",
            prepare=_end,
            describe=_about,
            notify=(notifications.OPINION_LAPSED,),
            offered=False,
        ),
    ),
)


def lapse_with(step: "Step[Closed]") -> None:
    """Let opinions that have not come lapse when the stay that ``step`` closes ends the case."""
    referral: Referral = step.subject
    if step.data.outcome not in DECIDES:
        return
    for opinion in Opinion.objects.waiting().filter(case=referral.case_id).order_by("pk"):
        follow(step, opinion, "lapse")


def ask_as_always(step: Step, referral: Referral, *, place: str) -> list[Opinion]:
    """Ask those whom the body of ``referral`` always hears about cases at ``place``, as a consequence of ``step``,
    and return what was asked.

    Nobody is asked about a case that only those who treat it may read, and nobody twice.
    """
    if referral.case.access == CaseAccess.RECEIVER:
        return []
    asked = []
    always = HearingRule.objects.filter(asker_id=referral.body_id, always=True)
    for rule in always.select_related("asked", "asker").order_by("pk"):
        known = Opinion.objects.filter(case=referral.case_id, asked=rule.asked_id).exists()
        if known or not rule.asked.is_active or not rule.concerns(place):
            continue
        opinion = Opinion(case=referral.case, referral=referral, asker=referral.body)
        due_on = clock.today() + timedelta(days=rule.days)
        wanted = Asked(to=rule.asked, question=usual_question(referral), due_on=due_on)
        asked.append(follow(step, opinion, "ask_always", wanted))
    return asked


def usual_question(referral: Referral) -> str:
    """Return the question that is asked where nobody writes another."""
    return gettext("What do you think of this? What should we know about the place before we decide?")
