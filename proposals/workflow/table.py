"""The table of a proposal's lifecycle: every step, who may take it, what it asks for, what follows."""

from dataclasses import replace
from typing import Any

from django.utils.translation import gettext_lazy as _

from proposals import notifications as tell
from proposals.consent.forms import SentUp
from proposals.enums import ProposalStatus as S
from proposals.forms import consensus, deciding, follow_up, handling
from proposals.forms.submission import SubmitForm
from proposals.paper_intake.forms import PaperEntryForm
from proposals.queries import under_lock
from proposals.states import PROPOSAL
from proposals.workflow import (
    bringing_up,
    conclusions,
    effects,
    guards,
    letting_go,
    preparations,
    preparing,
    stepping_aside,
)
from proposals.workflow.describing import (
    about,
    adopted,
    answered,
    elsewhere,
    entered,
    handed_over,
    merged,
    passed_on,
    sent_back,
    submitted,
    to_authority,
    to_next,
)
from trepart.workflow import START, Guard, Transition, Workflow

_ON_THE_TABLE = frozenset({S.IN_TREATMENT, S.CONSIDERED})
_BEFORE_DECISION = frozenset({S.RECEIVED, S.IN_TREATMENT, S.CONSIDERED})
_CAN_CONCLUDE: tuple[Guard, ...] = (guards.decided_rightly, guards.users_have_joined)
#: What stands in the way of letting go of it otherwise; an order to bring user representatives in does not end by that.
_LETS_GO: tuple[Guard, ...] = (
    guards.not_on_called_agenda, guards.not_demanded, guards.nothing_provisional, guards.nobody_partial,
    guards.users_have_joined,
)  # fmt: skip


#: Steps of a body that decides by consensus (R24), of one that decides by vote, and what is answered by
#: whoever has the authority.
#: What is concluded by consent (R24) is carried out by the portal when the conclusion stands (`proposals.consent`).
_CONSENTED: dict[str, Any] = {"automatic": True, "check": guards.all_of(guards.asked_of_own, guards.consented)}
_AGREED: dict[str, Any] = {"sources": _ON_THE_TABLE, "permission": "proposals.agree", **_CONSENTED}
_DECIDED: dict[str, Any] = {"sources": _ON_THE_TABLE, "permission": "proposals.decide", **_CONSENTED}
_COUNCIL_ANSWERS: dict[str, Any] = {
    "sources": frozenset({S.AWAITING_COUNCIL}),
    "permission": "proposals.record_council",
}


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
        describe=submitted,
        notify=(tell.RECEIPT, tell.SENT_FOR_PART, tell.IN_QUEUE),
        offered=False,
    ),
    Transition(
        name="enter",
        label=_("Enter from paper"),
        sources=frozenset({START}),
        target=S.RECEIVED,
        permission="proposals.enter_paper",
        guard=guards.has_way_in,
        form=PaperEntryForm,
        effect=effects.receive_on_paper,
        event="proposals.entered_from_paper",
        describe=entered,
        notify=(tell.RECEIPT, tell.IN_QUEUE),
        offered=False,
    ),
    Transition(
        name="begin",
        label=_("Begin on it"),
        done=_("Work on the proposal has begun."),
        help=_(
            "Read it through first. What you choose here says who may read it from now on; the proposer can no "
            "longer correct it."
        ),
        sources=frozenset({S.RECEIVED}),
        target=S.IN_TREATMENT,
        permission="proposals.handle",
        guard=guards.in_a_body,
        form=handling.BeginForm,
        effect=effects.screen,
        event="proposals.begun",
        describe=about("access"),
        notify=(tell.BEGUN,),
    ),
    Transition(
        name="pass_on",
        label=_("Pass on to another workplace"),
        done=_("The proposal is sent to the other workplace."),
        help=_("For a proposal that came to the wrong workplace."),
        sources=frozenset({S.RECEIVED, S.IN_TREATMENT}),
        target=S.RECEIVED,
        permission="proposals.handle",
        guard=guards.all_of(guards.in_a_body, guards.belongs_to_a_unit, *_LETS_GO),
        **_CONSENTED,
        form=handling.PassOnForm,
        effect=effects.pass_on,
        event="proposals.passed_on",
        describe=passed_on,
        words=("answer",),
        notify=(tell.PASSED_ON, tell.IN_QUEUE),
    ),
    Transition(
        name="hand_over",
        label=_("Hand over to another body"),
        done=_("The proposal is sent on to the other body."),
        help=_("For a proposal that belongs with another group. The proposer is told, and the deadline stays."),
        sources=frozenset({S.RECEIVED, S.IN_TREATMENT}),
        target=S.RECEIVED,
        permission="proposals.handle",
        guard=guards.all_of(guards.in_a_body, guards.serves_no_single_unit, *_LETS_GO),
        automatic=True,
        check=guards.all_of(guards.asked_of_own, guards.consented, letting_go.never_to_one_leader),
        form=handling.HandOverForm,
        effect=effects.hand_over,
        event="proposals.handed_over",
        describe=handed_over,
        words=("answer",),
        notify=(tell.PASSED_ON, tell.IN_QUEUE, letting_go.TOLD_WITHIN),
    ),
    Transition(
        name="elsewhere",
        label=_("It belongs elsewhere"),
        done=_("The proposer has been told where the proposal belongs."),
        help=_("For what another authority decides, or what is no proposal. The proposer is told where to turn."),
        sources=frozenset({S.RECEIVED, S.IN_TREATMENT}),
        target=S.ELSEWHERE,
        permission="proposals.handle",
        guard=guards.all_of(
            guards.in_a_body, guards.nothing_decided, letting_go.leader_sets_the_list, *_LETS_GO, guards.employees_heard
        ),
        **_CONSENTED,
        form=handling.ElsewhereForm,
        effect=effects.point_elsewhere,
        event="proposals.elsewhere",
        describe=elsewhere,
        words=("answer",),
        notify=(tell.ANSWER, letting_go.TOLD_WITHIN),
    ),
)

_BY_CONSENSUS = (
    Transition(
        name="carry_out", label=_("Carry it out"), target=S.ADOPTED, event="proposals.agreed", **_AGREED,
        done=_("The proposal is to be carried out."),
        help=_("It is done when you have confirmed it, and the leader then decides it by delegated authority. Say "
               "who sees to it, and by when."),
        guard=guards.all_of(*_CAN_CONCLUDE, guards.within_reach),
        form=consensus.CarryOutForm, prepare=preparations.set_follow_up, effect=conclusions.carry_out,
        describe=about("responsible", "due_on"), words=("answer",), notify=(tell.ANSWER, tell.RESPONSIBLE),
    ),
    Transition(
        name="done_already", label=_("It is done already"), target=S.IMPLEMENTED,
        done=_("It is written down that the proposal is carried out already."),
        event="proposals.done_already", **_AGREED,
        help=_("It was quickly done. Say what came of it."),
        guard=guards.all_of(*_CAN_CONCLUDE, guards.within_reach),
        form=consensus.DoneAlreadyForm, prepare=preparations.set_done, effect=conclusions.done_already,
        describe=about("carried_out_on", "effect_saved"), words=("answer", "effect"), notify=(tell.ANSWER,),
    ),
    Transition(
        name="think_further", label=_("Consider further"), target=S.CONSIDERED, event="proposals.considered", **_AGREED,
        done=_("The proposal is to be considered further."),
        help=_("You have not finished. The proposer is told why, and when you take it up again."),
        guard=guards.decided_rightly,
        form=consensus.ThinkFurtherForm, effect=conclusions.think_further,
        describe=about("resumes_on"), words=("answer",), notify=(tell.ANSWER, tell.PUT_OFF_AGAIN),
    ),
    Transition(
        name="turn_down", label=_("Decline"), target=S.DECLINED, event="proposals.declined", **_AGREED,
        done=_("The proposal is declined."),
        help=_("It is declined when you have confirmed it. The proposer is entitled to a good answer."),
        guard=guards.all_of(*_CAN_CONCLUDE),
        form=consensus.TurnDownForm, effect=conclusions.turn_down,
        describe=about(), words=("answer",), notify=(tell.ANSWER,),
    ),
    Transition(
        name="forward", label=_("Send on"), target=S.IN_TREATMENT, event="proposals.forwarded", **_AGREED,
        done=_("The proposal is sent on."),
        help=_("For what concerns several workplaces or needs a grant, and for what you cannot decide yourselves."),
        guard=guards.all_of(*_CAN_CONCLUDE, guards.has_next_body),
        form=consensus.ForwardForm, effect=effects.forward,
        describe=to_next, words=("answer", "note"), notify=(tell.MOVED, tell.IN_QUEUE),
    ),
    Transition(
        name="disagree", label=_("We do not agree"), sources=_ON_THE_TABLE, target=S.IN_TREATMENT, permission=None,
        done=_("The disagreement is sent up, with what each of you has written."),
        event="proposals.disagreed", takes=SentUp,
        guard=guards.all_of(guards.in_a_body, guards.has_next_body),
        effect=effects.disagree,
        describe=to_next, words=("answer",), notify=(tell.MOVED, tell.IN_QUEUE),
    ),
)  # fmt: skip

_BY_VOTE = (
    Transition(
        name="adopt", label=_("Adopt"), target=S.ADOPTED, event="proposals.adopted", **_DECIDED,
        done=_("The proposal is adopted."),
        help=_("Say who carries it out, and by when."),
        guard=guards.all_of(*_CAN_CONCLUDE, guards.within_reach, guards.has_authority, guards.employees_heard),
        form=deciding.AdoptForm, prepare=preparations.set_follow_up, effect=conclusions.adopt,
        describe=adopted, words=("answer",), notify=(tell.ANSWER, tell.RESPONSIBLE),
    ),
    Transition(
        name="recommend", label=_("Send on with a recommendation"), target=S.IN_TREATMENT,
        done=_("The proposal is sent on with a recommendation."),
        event="proposals.recommended", **_DECIDED,
        help=_("For what the body above must decide. It never goes without a recommendation."),
        guard=guards.all_of(*_CAN_CONCLUDE, guards.has_next_body),
        form=deciding.RecommendForm, effect=effects.recommend,
        describe=to_next, words=("answer", "recommendation"), notify=(tell.MOVED, tell.IN_QUEUE),
    ),
    Transition(
        name="consider", label=_("Consider further"), target=S.CONSIDERED, event="proposals.considered", **_DECIDED,
        done=_("The proposal is to be considered further."),
        help=_("The proposer is told why, and when it comes back."),
        guard=guards.decided_rightly,
        form=deciding.ConsiderForm, effect=conclusions.consider,
        describe=about("resumes_on"), words=("answer",), notify=(tell.ANSWER, tell.PUT_OFF_AGAIN),
    ),
    Transition(
        name="send_back", label=_("Send back"), target=S.IN_TREATMENT, event="proposals.sent_back", **_DECIDED,
        done=_("The proposal is sent back."),
        help=_("To a group that goes on with it. Where users are affected you can ask it to bring their "
               "representatives in."),
        guard=guards.all_of(guards.decided_rightly),
        form=deciding.SendBackForm, effect=effects.send_back,
        describe=sent_back, words=("answer", "note"), notify=(tell.MOVED, tell.IN_QUEUE),
    ),
    Transition(
        name="to_council", label=_("Recommend it to whoever has the authority"), target=S.AWAITING_COUNCIL,
        done=_("The recommendation is sent to whoever has the authority."),
        event="proposals.to_council", **_DECIDED,
        help=_("For what the body has no authority to decide. It waits there, visibly, until you have written down "
               "what was answered."),
        guard=guards.all_of(*_CAN_CONCLUDE, guards.is_last_body, guards.employees_heard),
        form=deciding.ToCouncilForm, prepare=preparations.set_authority, effect=effects.to_council,
        describe=to_authority, words=("answer",), notify=(tell.TO_COUNCIL, tell.RECOMMENDED_TO_YOU),
    ),
    Transition(
        name="decline", label=_("Decline"), target=S.DECLINED, event="proposals.declined", **_DECIDED,
        done=_("The proposal is declined."),
        help=_("The proposer is entitled to a good answer."),
        guard=guards.all_of(*_CAN_CONCLUDE, guards.has_authority, guards.employees_heard),
        form=deciding.DeclineForm, effect=conclusions.decline,
        describe=about(), words=("answer",), notify=(tell.ANSWER,),
    ),
)  # fmt: skip


_COUNCIL = (
    Transition(
        name="council_adopted", label=_("The answer is yes"), target=S.ADOPTED,
        done=_("It is written down that the answer is yes."),
        event="proposals.council_adopted", **_COUNCIL_ANSWERS,
        help=_("Write down what was decided by whoever has the authority, and who carries it out."),
        form=deciding.CouncilAdoptedForm, prepare=preparations.set_council_adopted, effect=conclusions.council_adopted,
        describe=answered("council_decided_on", "responsible", "due_on"), words=("answer", "council_decision"),
        notify=(tell.ANSWER, tell.RESPONSIBLE),
    ),
    Transition(
        name="council_declined", label=_("The answer is no"), target=S.DECLINED,
        done=_("It is written down that the answer is no."),
        event="proposals.council_declined", **_COUNCIL_ANSWERS,
        help=_("Write down what was decided by whoever has the authority, and the answer to the proposer."),
        form=deciding.CouncilDeclinedForm, prepare=preparations.set_council_answer, effect=conclusions.council_declined,
        describe=answered("council_decided_on"), words=("answer", "council_decision"), notify=(tell.ANSWER,),
    ),
    Transition(
        name="ask_again", label=_("We have had no answer yet"), target=S.AWAITING_COUNCIL,
        done=_("It is written down that no answer has come."),
        event="proposals.council_asked_again", **_COUNCIL_ANSWERS,
        help=_("Choose a new day to ask, and tell the proposer that it takes time."),
        form=deciding.AskAgainForm, prepare=preparations.set_ask, effect=conclusions.ask_again,
        describe=answered("ask_council_on"), words=("answer",), notify=(tell.ASKED_AGAIN, tell.PUT_OFF_AGAIN),
    ),
)  # fmt: skip

_OTHERWISE = (
    Transition(
        name="resume", label=_("Take it up again"), sources=frozenset({S.CONSIDERED}), target=S.IN_TREATMENT,
        done=_("The proposal is taken up again."),
        help=_("It comes back by itself on its day. Take it up before that if you are ready."),
        permission="proposals.handle", automatic=True, guard=guards.in_a_body, form=handling.ResumeForm,
        effect=conclusions.resume, event="proposals.resumed", describe=about(), words=("note",),
        notify=(tell.RESUMED, tell.BACK_IN_QUEUE),
    ),
    Transition(
        name="merge", label=_("Merge with another proposal"), sources=_BEFORE_DECISION, target=S.MERGED,
        done=_("The proposals are merged."),
        help=_("When two ask for the same. The other one goes on, and both proposers get the answer."),
        permission="proposals.handle", automatic=True,
        guard=guards.all_of(
            guards.in_a_body, guards.nothing_decided, guards.not_demanded, guards.nothing_provisional,
            guards.nobody_partial, guards.employees_heard),
        check=guards.all_of(
            guards.asked_of_own, guards.consented, guards.not_in_circles, letting_go.never_merged_with_one_leader,
            letting_go.never_merged_into_closed),
        form=handling.MergeForm,
        prepare=preparations.set_merged, effect=conclusions.merge, event="proposals.merged",
        describe=merged, words=("answer",), notify=(tell.MERGED, letting_go.TOLD_WITHIN),
    ),
    Transition(
        name="withdraw", label=_("Withdraw the proposal"), sources=_BEFORE_DECISION, target=S.WITHDRAWN,
        done=_("The proposal is withdrawn."),
        help=_("It cannot be undone, but you can send a new one whenever you like."),
        permission="proposals.withdraw",
        guard=guards.all_of(guards.in_a_body, guards.nothing_decided, guards.nobody_leans_on_it),
        form=handling.WithdrawForm, effect=conclusions.withdraw, event="proposals.withdrawn",
        describe=about(), words=("reason",), notify=(tell.WITHDRAWN_RECEIPT, tell.WITHDRAWN),
    ),
    Transition(
        name="withdraw_for", label=_("Withdraw for the proposer"), sources=_BEFORE_DECISION, target=S.WITHDRAWN,
        done=_("The proposal is withdrawn."),
        help=_("The proposer, who has no account, has asked for it. It cannot be undone."),
        permission="proposals.send_letters",
        guard=guards.all_of(guards.in_a_body, guards.nothing_decided, guards.nobody_leans_on_it),
        form=handling.WithdrawForForm, effect=conclusions.withdraw, event="proposals.withdrawn_for",
        describe=about(), words=("reason",), notify=(tell.WITHDRAWN_RECEIPT, tell.WITHDRAWN),
    ),
    Transition(
        name="complete", label=_("It is carried out"), sources=frozenset({S.ADOPTED}), target=S.IMPLEMENTED,
        done=_("The proposal is carried out."),
        help=_("Say what came of it, so that the proposer and others can learn from it."),
        permission="proposals.follow_up", form=follow_up.CompleteForm, prepare=preparations.set_effect,
        effect=conclusions.complete,
        event="proposals.completed", describe=about("carried_out_on", "effect_saved", "effect_absence"),
        words=("effect",),
        notify=(tell.ANSWER,),
    ),
    Transition(
        name="stop", label=_("It cannot be carried out"), sources=frozenset({S.ADOPTED}), target=S.DECLINED,
        done=_("It is written down that the proposal cannot be carried out."),
        help=_("The proposer is entitled to know why."),
        permission="proposals.follow_up", check=guards.asked_of_own_measure, form=follow_up.StopForm,
        effect=conclusions.stop,
        event="proposals.stopped", describe=about(), words=("answer",), notify=(tell.ANSWER,),
    ),
)  # fmt: skip


def _prepared(transition: Transition[Any]) -> Transition[Any]:
    """Let nobody take a step of those who treat the case who has stepped aside in it; that it comes back, or goes to
    the one above for that very reason, is nobody's preparing."""
    if transition.permission not in preparing.RIGHTS or transition.name in ("resume", "step_aside"):
        return transition
    guards_now = (preparing.prepares, transition.guard) if transition.guard else (preparing.prepares,)
    return replace(transition, guard=guards.all_of(*guards_now))


PROPOSAL_WORKFLOW = Workflow(
    model="proposals.proposal",
    states=S,
    edges=PROPOSAL,
    transitions=tuple(
        _prepared(each)
        for each in (
            *_COMING_IN,
            stepping_aside.STEP_ASIDE,
            bringing_up.BRING_UP,
            *_BY_CONSENSUS,
            *_BY_VOTE,
            *_COUNCIL,
            *_OTHERWISE,
        )
    ),
    root=lambda proposal: proposal.case,
    fetch=under_lock.under_lock,
)
