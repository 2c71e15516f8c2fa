"""The table: every step in the life of a proposal, who may take it, what stands in its way, what it asks for, what follows, who is told."""

from collections import Counter
from collections.abc import Callable, Mapping
from typing import Any

from django.db.models import Model
from django.utils.translation import gettext_lazy as _

from forum.organisation.models import Membership
from proposals import notifications as tell
from proposals.enums import ProposalStatus as S
from proposals.forms import consensus, deciding, handling
from proposals.forms.submission import SubmitForm
from proposals.paper_intake.forms import PaperForm
from proposals.queries import held
from proposals.routing import rules as road
from proposals.states import PROPOSAL
from proposals.workflow import effects, guards
from trepart.workflow import START, Guard, Step, Transition, Workflow

Describe = Callable[[Step], Mapping[str, Any]]


def _about(*names: str) -> Describe:
    """Return what an event says besides its words: the body that acted, the agenda item it carries out, and the dates and choices in ``names``."""

    def describe(step: Step) -> Mapping[str, Any]:
        referral = step.subject.referral or guards.waits_for_council(step.subject)
        found: dict[str, Any] = {"body": referral.body.name if referral else ""}
        if step.basis is not None:
            found["item"] = step.basis.pk
            found["item_label"] = step.basis.label
        if "participants" in step.data:
            found["held_on"] = step.data["held_on"]
            found["participants"] = [member.pk for member in step.data["participants"]]
            if step.data["stand_ins"]:
                found["stand_ins"] = [stand_in.pk for stand_in in step.data["stand_ins"].values()]
            found["parts"] = _parts(step.data["participants"])
        for name in names:
            value = step.data.get(name)
            found[name] = value.pk if isinstance(value, Model) else value
        return found

    return describe


def _parts(members: list[Membership]) -> list[tuple[str, int]]:
    """Count who took part, by part; whoever belongs to none (safety and user representatives) by role. No words: each reads it in their own language."""
    counted = Counter(member.part or member.role for member in members)
    return list(counted.items())


def _to_next(step: Step) -> Mapping[str, Any]:
    referral = step.subject.referral
    above = road.next_body(referral.body) if referral else None
    return {**_about()(step), "to": above.name if above else ""}


def _sent_back(step: Step) -> Mapping[str, Any]:
    data = step.data
    return {
        **_about()(step),
        "to": data["back_to"].name,
        "back_to": data["back_to"].pk,
        "needs_user_representatives": data["needs_user_representatives"],
    }


def _passed_on(step: Step) -> Mapping[str, Any]:
    return {**_about("unit")(step), "to": step.data["unit"].name}


def _handed_over(step: Step) -> Mapping[str, Any]:
    return {**_about()(step), "to": step.data["to_body"].name}


def _elsewhere(step: Step) -> Mapping[str, Any]:
    return {**_about()(step), "to": step.data["belongs_to"]}


def _submitted(step: Step) -> Mapping[str, Any]:
    proposal = step.subject
    return {
        "reference": proposal.case.reference,
        "origin": proposal.origin,
        "unit": proposal.unit.name if proposal.unit else "",
        "on_behalf_of": proposal.on_behalf_of.name if proposal.on_behalf_of else "",
    }


def _entered(step: Step) -> Mapping[str, Any]:
    return {**_submitted(step), "received_on": step.data["received_on"]}


def _merged(step: Step) -> Mapping[str, Any]:
    return {**_about()(step), "into": step.data["into"].case.reference, "into_case": step.data["into"].case_id}


_ON_THE_TABLE = frozenset({S.IN_TREATMENT, S.CONSIDERED})
_BEFORE_DECISION = frozenset({S.RECEIVED, S.IN_TREATMENT, S.CONSIDERED})
_CAN_CONCLUDE: tuple[Guard, ...] = (guards.decided_rightly, guards.users_have_joined)


def _agreed(name: str, label: Any, target: S, event: str, **rest: Any) -> Transition:
    """Return a step of a body that decides by consensus (R24)."""
    return Transition(
        name=name,
        label=label,
        sources=_ON_THE_TABLE,
        target=target,
        permission="proposals.agree",
        event=f"proposals.{event}",
        **{"words": ("answer",), **rest},
    )


def _decided(name: str, label: Any, target: S, event: str, **rest: Any) -> Transition:
    """Return a step of a body that decides by vote."""
    return Transition(
        name=name,
        label=label,
        sources=_ON_THE_TABLE,
        target=target,
        permission="proposals.decide",
        event=f"proposals.{event}",
        **{"words": ("answer",), **rest},
    )


_COMING_IN = (
    Transition(
        name="submit",
        label=_("Send in"),
        sources=frozenset({START}),
        target=S.RECEIVED,
        permission="proposals.submit",
        guard=guards.has_way_in,
        form=SubmitForm,
        effect=effects.receive,
        event="proposals.submitted",
        describe=_submitted,
        notify=(tell.RECEIPT, tell.IN_QUEUE),
        offered=False,
    ),
    Transition(
        name="enter",
        label=_("Enter from paper"),
        sources=frozenset({START}),
        target=S.RECEIVED,
        permission="proposals.enter_paper",
        guard=guards.has_way_in,
        form=PaperForm,
        effect=effects.receive_on_paper,
        event="proposals.entered_from_paper",
        describe=_entered,
        notify=(tell.RECEIPT, tell.IN_QUEUE),
        offered=False,
    ),
    Transition(
        name="begin",
        label=_("Begin on it"),
        help=_(
            "Read it through first. What you choose here says who may read it from now on; the proposer can no longer correct it."
        ),
        sources=frozenset({S.RECEIVED}),
        target=S.IN_TREATMENT,
        permission="proposals.handle",
        guard=guards.in_a_body,
        form=handling.BeginForm,
        effect=effects.screen,
        event="proposals.begun",
        describe=_about("access"),
        notify=(tell.BEGUN,),
    ),
    Transition(
        name="pass_on",
        label=_("Pass on to another workplace"),
        help=_("For a proposal that came to the wrong workplace."),
        sources=frozenset({S.RECEIVED, S.IN_TREATMENT}),
        target=S.RECEIVED,
        permission="proposals.handle",
        guard=guards.all_of(guards.in_a_body, guards.belongs_to_a_unit, guards.not_on_called_agenda),
        form=handling.PassOnForm,
        effect=effects.pass_on,
        event="proposals.passed_on",
        describe=_passed_on,
        words=("answer",),
        notify=(tell.PASSED_ON, tell.IN_QUEUE),
    ),
    Transition(
        name="hand_over",
        label=_("Hand over to another body"),
        help=_("For a proposal that belongs with another group. The proposer is told, and the deadline stays."),
        sources=frozenset({S.RECEIVED, S.IN_TREATMENT}),
        target=S.RECEIVED,
        permission="proposals.handle",
        guard=guards.all_of(guards.in_a_body, guards.serves_no_single_unit, guards.not_on_called_agenda),
        form=handling.HandOverForm,
        effect=effects.hand_over,
        event="proposals.handed_over",
        describe=_handed_over,
        words=("answer",),
        notify=(tell.PASSED_ON, tell.IN_QUEUE),
    ),
    Transition(
        name="elsewhere",
        label=_("It belongs elsewhere"),
        help=_("For what another authority decides, or what is no proposal. The proposer is told where to turn."),
        sources=frozenset({S.RECEIVED, S.IN_TREATMENT}),
        target=S.ELSEWHERE,
        permission="proposals.handle",
        guard=guards.all_of(guards.in_a_body, guards.nothing_decided, guards.not_on_called_agenda),
        form=handling.ElsewhereForm,
        effect=effects.point_elsewhere,
        event="proposals.elsewhere",
        describe=_elsewhere,
        words=("answer",),
        notify=(tell.ANSWER,),
    ),
)

_BY_CONSENSUS = (
    _agreed(
        "carry_out", _("Carry it out"), S.ADOPTED, "adopted",
        help=_("You have agreed to do it. Say who sees to it, and by when."),
        guard=guards.all_of(*_CAN_CONCLUDE, guards.within_reach),
        form=consensus.CarryOutForm, prepare=effects.set_follow_up, effect=effects.carry_out,
        describe=_about("responsible", "due_on"), notify=(tell.ANSWER, tell.RESPONSIBLE),
    ),
    _agreed(
        "done_already", _("It is done already"), S.IMPLEMENTED, "done_already",
        help=_("It was quickly done. Say what came of it."),
        guard=guards.all_of(*_CAN_CONCLUDE, guards.within_reach),
        form=consensus.DoneAlreadyForm, prepare=effects.set_done, effect=effects.done_already,
        describe=_about("carried_out_on", "effect_saved"), words=("answer", "effect"), notify=(tell.ANSWER,),
    ),
    _agreed(
        "think_further", _("Consider further"), S.CONSIDERED, "considered",
        help=_("You have not finished. The proposer is told why, and when you take it up again."),
        guard=guards.decided_rightly,
        form=consensus.ThinkFurtherForm, effect=effects.think_further,
        describe=_about("resumes_on"), notify=(tell.ANSWER,),
    ),
    _agreed(
        "turn_down", _("Decline"), S.DECLINED, "declined",
        help=_("You have agreed not to do it. The proposer is entitled to a good answer."),
        guard=guards.all_of(*_CAN_CONCLUDE),
        form=consensus.TurnDownForm, effect=effects.turn_down,
        describe=_about(), notify=(tell.ANSWER,),
    ),
    _agreed(
        "forward", _("Send on"), S.IN_TREATMENT, "forwarded",
        help=_("For what concerns several workplaces or needs a grant, and for what you cannot decide yourselves."),
        guard=guards.all_of(*_CAN_CONCLUDE, guards.has_next_body),
        form=consensus.ForwardForm, effect=effects.forward,
        describe=_to_next, words=("answer", "note"), notify=(tell.MOVED, tell.IN_QUEUE),
    ),
    _agreed(
        "disagree", _("We do not agree"), S.IN_TREATMENT, "disagreed",
        help=_("Nobody is voted down. What each of you held is written down, and the body above goes on with it."),
        guard=guards.all_of(*_CAN_CONCLUDE, guards.has_next_body),
        form=consensus.DisagreeForm, effect=effects.disagree,
        describe=_to_next, notify=(tell.MOVED, tell.IN_QUEUE),
    ),
)  # fmt: skip

_BY_VOTE = (
    _decided(
        "adopt", _("Adopt"), S.ADOPTED, "adopted",
        help=_("The body has said yes. Say who carries it out, and by when."),
        guard=guards.all_of(*_CAN_CONCLUDE, guards.within_reach),
        form=deciding.AdoptForm, prepare=effects.set_follow_up, effect=effects.adopt,
        describe=_about("responsible", "due_on"), notify=(tell.ANSWER, tell.RESPONSIBLE),
    ),
    _decided(
        "recommend", _("Send on with a recommendation"), S.IN_TREATMENT, "recommended",
        help=_("For what the body above must decide. It never goes without a recommendation."),
        guard=guards.all_of(*_CAN_CONCLUDE, guards.has_next_body),
        form=deciding.RecommendForm, effect=effects.recommend,
        describe=_to_next, words=("answer", "recommendation"), notify=(tell.MOVED, tell.IN_QUEUE),
    ),
    _decided(
        "consider", _("Consider further"), S.CONSIDERED, "considered",
        help=_("The proposer is told why, and when it comes back."),
        guard=guards.decided_rightly,
        form=deciding.ConsiderForm, effect=effects.consider,
        describe=_about("resumes_on"), notify=(tell.ANSWER,),
    ),
    _decided(
        "send_back", _("Send back"), S.IN_TREATMENT, "sent_back",
        help=_("To a group that goes on with it. Where users are affected you can ask it to bring their representatives in."),
        guard=guards.all_of(guards.decided_rightly),
        form=deciding.SendBackForm, effect=effects.send_back,
        describe=_sent_back, words=("answer", "note"), notify=(tell.MOVED, tell.IN_QUEUE),
    ),
    _decided(
        "to_council", _("Send to the municipal council"), S.AWAITING_COUNCIL, "to_council",
        help=_("It waits there, visibly, until you have written down what the council answered."),
        guard=guards.all_of(*_CAN_CONCLUDE, guards.is_last_body),
        form=deciding.ToCouncilForm, prepare=effects.set_ask, effect=effects.to_council,
        describe=_about("ask_council_on"), notify=(tell.TO_COUNCIL,),
    ),
    _decided(
        "decline", _("Decline"), S.DECLINED, "declined",
        help=_("The proposer is entitled to a good answer."),
        guard=guards.all_of(*_CAN_CONCLUDE),
        form=deciding.DeclineForm, effect=effects.decline,
        describe=_about(), notify=(tell.ANSWER,),
    ),
)  # fmt: skip


def _council(name: str, label: Any, target: S, **rest: Any) -> Transition:
    return Transition(
        name=name,
        label=label,
        sources=frozenset({S.AWAITING_COUNCIL}),
        target=target,
        permission="proposals.record_council",
        **rest,
    )


_COUNCIL = (
    _council(
        "council_adopted", _("The municipal council said yes"), S.ADOPTED, event="proposals.council_adopted",
        help=_("Write down what it decided, and who carries it out."),
        form=deciding.CouncilAdoptedForm, prepare=effects.set_council_adopted, effect=effects.council_adopted,
        describe=_about("council_decided_on", "responsible", "due_on"), words=("answer", "council_decision"),
        notify=(tell.ANSWER, tell.RESPONSIBLE),
    ),
    _council(
        "council_declined", _("The municipal council said no"), S.DECLINED, event="proposals.council_declined",
        help=_("Write down what it decided, and the answer to the proposer."),
        form=deciding.CouncilDeclinedForm, prepare=effects.set_council_answer, effect=effects.council_declined,
        describe=_about("council_decided_on"), words=("answer", "council_decision"), notify=(tell.ANSWER,),
    ),
    _council(
        "ask_again", _("No answer yet"), S.AWAITING_COUNCIL, event="proposals.council_asked_again",
        help=_("Choose a new day to ask, and tell the proposer that it takes time."),
        form=deciding.AskAgainForm, prepare=effects.set_ask, effect=effects.ask_again,
        describe=_about("ask_council_on"), words=("answer",), notify=(tell.ASKED_AGAIN,),
    ),
)  # fmt: skip

_OTHERWISE = (
    Transition(
        name="resume", label=_("Take it up again"), sources=frozenset({S.CONSIDERED}), target=S.IN_TREATMENT,
        help=_("It comes back by itself on its day. Take it up before that if you are ready."),
        permission="proposals.handle", automatic=True, guard=guards.in_a_body, form=handling.ResumeForm,
        effect=effects.resume, event="proposals.resumed", describe=_about(), words=("note",),
        notify=(tell.RESUMED, tell.BACK_IN_QUEUE),
    ),
    Transition(
        name="merge", label=_("Merge with another proposal"), sources=_BEFORE_DECISION, target=S.MERGED,
        help=_("When two ask for the same. The other one goes on, and both proposers get the answer."),
        permission="proposals.handle", guard=guards.all_of(guards.in_a_body, guards.nothing_decided, guards.not_in_circles),
        form=handling.MergeForm, prepare=effects.set_merged, effect=effects.merge, event="proposals.merged",
        describe=_merged, words=("answer",), notify=(tell.MERGED,),
    ),
    Transition(
        name="withdraw", label=_("Withdraw the proposal"), sources=_BEFORE_DECISION, target=S.WITHDRAWN,
        help=_("It cannot be undone, but you can send a new one whenever you like."),
        permission="proposals.withdraw", guard=guards.all_of(guards.in_a_body, guards.nothing_decided, guards.nobody_leans_on_it),
        form=handling.WithdrawForm, effect=effects.withdraw, event="proposals.withdrawn",
        describe=_about(), words=("reason",), notify=(tell.WITHDRAWN_RECEIPT, tell.WITHDRAWN),
    ),
    Transition(
        name="withdraw_for", label=_("Withdraw for the proposer"), sources=_BEFORE_DECISION, target=S.WITHDRAWN,
        help=_("The proposer, who has no account, has asked for it. It cannot be undone."),
        permission="proposals.send_letters",
        guard=guards.all_of(guards.in_a_body, guards.nothing_decided, guards.nobody_leans_on_it),
        form=handling.WithdrawForForm, effect=effects.withdraw, event="proposals.withdrawn_for",
        describe=_about(), words=("reason",), notify=(tell.WITHDRAWN_RECEIPT, tell.WITHDRAWN),
    ),
    Transition(
        name="complete", label=_("It is carried out"), sources=frozenset({S.ADOPTED}), target=S.IMPLEMENTED,
        help=_("Say what came of it, so that the proposer and others can learn from it."),
        permission="proposals.follow_up", form=handling.CompleteForm, prepare=effects.set_effect, effect=effects.complete,
        event="proposals.completed", describe=_about("carried_out_on", "effect_saved", "effect_absence"), words=("effect",),
        notify=(tell.ANSWER,),
    ),
    Transition(
        name="stop", label=_("It cannot be carried out"), sources=frozenset({S.ADOPTED}), target=S.DECLINED,
        help=_("The proposer is entitled to know why."),
        permission="proposals.follow_up", form=handling.StopForm, effect=effects.stop,
        event="proposals.stopped", describe=_about(), words=("answer",), notify=(tell.ANSWER,),
    ),
)  # fmt: skip

PROPOSAL_WORKFLOW = Workflow(
    model="proposals.proposal",
    states=S,
    edges=PROPOSAL,
    transitions=(*_COMING_IN, *_BY_CONSENSUS, *_BY_VOTE, *_COUNCIL, *_OTHERWISE),
    root=lambda proposal: proposal.case,
    fetch=held.under_lock,
)
