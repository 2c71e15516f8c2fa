"""What follows when a proposal comes in and goes on: referrals, the feedback that is owed, the LMU's log."""

from dataclasses import replace
from datetime import date
from typing import cast

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from forum.cases.deadlines import answer_due
from forum.cases.enums import ReferralOutcome, Resolution
from forum.cases.models import Referral
from forum.cases.services.cases import set_access, set_exemption
from forum.cases.workflow.opinion import ask_as_always
from forum.cases.workflow.referral import close_referral, open_referral
from forum.meetings.agenda.models import Demand
from forum.meetings.agenda.services import withdraw_item
from forum.meetings.log import LogItem, write_conclusion
from forum.organisation.models import Body
from proposals.consent.forms import SentUp, TakenBack
from proposals.consent.models import Conclusion
from proposals.consent.notifications import label
from proposals.consent.queries import Line, answers, lines, pending
from proposals.enums import FeedbackOutcome
from proposals.forms.consensus import Agreed, ConsensusForm, Forwarded
from proposals.forms.deciding import (
    AwaitsCouncil,
    Recommended,
    SentBack,
)
from proposals.forms.fields import Answered, Decided
from proposals.forms.handling import HandedOver, PassedOn, Screened
from proposals.heard import asking
from proposals.models import PaperSender, Position, Proposal
from proposals.notifications import Reply, handlers, tell_duplicates
from proposals.paper_intake.forms import Entered
from proposals.routing import road
from proposals.workflow.answering import answer_all
from proposals.workflow.guards import standing_items
from trepart import languages
from trepart.access.models import User
from trepart.audit.models import Event
from trepart.refusals import GuardRefused
from trepart.text.administration_act import Matter, cite
from trepart.workflow import Step, follow


def holding(step: Step) -> Referral:
    """Return the stay the proposal is in. Raises ``GuardRefused`` without one."""
    referral: Referral | None = step.subject.referral
    if referral is None:
        raise GuardRefused(_("No body has the proposal on its table now."))
    return referral


def _person(step: Step) -> User:
    """Return who takes the step, or wrote the conclusion it carries out; what follows from it is written in that
    person's name."""
    if isinstance(step.basis, Conclusion):
        return step.basis.concluded_by
    if isinstance(step.basis, Demand):
        return step.basis.raised_by.person
    if step.actor is None:
        raise GuardRefused(_("This step is taken by a person."))
    return step.actor


def give_feedback(
    step: Step, outcome: FeedbackOutcome, text: str, *, body: Body | None, expected_on: date | None = None
) -> Reply:
    """Answer the proposer, and in the same words everybody whose proposal was merged into this one (R18).

    Returns the answer, as the announcements of the step tell it.
    """
    event = cast("Event", step.event)  # an effect runs under the event of its step
    answer_all(
        step.subject,
        outcome=outcome,
        text=text,
        body=body,
        given_by=_person(step) if step.basis is not None else step.actor,
        given_at=step.at,
        expected_on=expected_on,
        event=event,
    )
    reply = Reply(body=body, answer=text)
    tell_duplicates(step, reply)
    asking.tell_outcome(step, reply)
    return reply


def municipal_words(text: Promise, **words: object) -> str:
    """Return a reason that stays on an agenda and in the trail: in the municipality's language, not in that of
    whoever took the step."""
    with languages.municipal():
        return str(text) % words if words else str(text)


def leave_agendas(step: Step, referral: Referral, reason: str) -> None:
    """Take the case off agendas where it still stands, except where the step carries out what was decided there; and
    let a provisional conclusion lapse that the step has overtaken."""
    for item in standing_items(referral):
        if item != step.basis:
            withdraw_item(item, reason=reason, actor=_person(step), cause=step)
    overtaken = pending(referral)
    if overtaken is not None:
        follow(step, overtaken, "lapse", TakenBack(reason=reason))


def log(step: Step[Agreed], referral: Referral, resolution: Resolution) -> None:
    """Let what a body agreed on appear in its log, in the meeting where it did, with who said yes and who has not
    answered: silence is nobody's agreement (R24)."""
    item = LogItem(title=step.subject.title, agreed=step.data.answer, resolution=resolution, referral=referral)
    if isinstance(step.basis, Conclusion):
        agreed_by, silent = answers(step.basis)
        said = [line for line in lines(step.basis) if line.seated]
        divided = any(line.aside or not line.agrees for line in said)
        held = tuple((line.who, _held(line)) for line in said) if divided else ()
        item = replace(item, agreed_by=agreed_by, silent=silent, positions=held)
    _write(step, step.data, referral, item)


def _write(step: Step, met: Agreed, referral: Referral, item: LogItem) -> None:
    write_conclusion(
        body=referral.body,
        held_on=met.held_on,
        present=met.participants,
        item=item,
        actor=_person(step),
        cause=step,
        stand_ins=met.stand_ins,
    )


# Coming in ------------------------------------------------------------------------------------------------------------


def receive(step: Step) -> None:
    """Let the proposal begin its first stay (domain.md, step 2)."""
    proposal: Proposal = step.subject
    body = road.entry(proposal.origin, proposal.unit)
    if body is None:
        raise GuardRefused(road.NO_WAY_IN if proposal.unit_id else road.NOBODY_RECEIVES)
    open_referral(step, case=proposal.case, body=body)


def receive_on_paper(step: Step[Entered]) -> None:
    """Write down how the proposer is reached, and let the first stay begin; the deadline runs from when the
    municipality had the sheet (R18)."""
    proposal, words = step.subject, step.data
    body = road.entry(proposal.origin, proposal.unit)
    if body is None:
        raise GuardRefused(road.NO_WAY_IN if proposal.unit_id else road.NOBODY_RECEIVES)
    proposal.paper = PaperSender.objects.create(
        proposal=proposal,
        entered_by=_person(step),
        entered_at=step.at,
        name=words.name,
        address=words.address,
        telephone=words.telephone,
        language=words.language,
        received_on=words.received_on,
    )
    open_referral(step, case=proposal.case, body=body, due_on=answer_due(body, words.received_on))


def screen(step: Step[Screened]) -> Reply:
    """Say who may read it from now on (domain.md, step 3), and ask those who are always heard
    about the place (step 2)."""
    referral = holding(step)
    if step.actor is not None:
        set_access(
            step.subject.case,
            access=step.data.access,
            basis=step.data.access_basis,
            actor=step.actor,
        )
        for document, basis in step.data.exempt.items():
            set_exemption(document, basis=basis, actor=step.actor)
    asking.ask_in_step(step, referral)
    referral.case = step.subject.case
    ask_as_always(step, referral, place=step.subject.place)
    return Reply(body=referral.body)


def pass_on(step: Step[PassedOn]) -> Reply:
    """Send it to the group of the right workplace, and tell the proposer."""
    referral = holding(step)
    right = road.nearest_local(step.data.unit)
    if right is None or right == referral.body:
        raise GuardRefused(_("That workplace has no group of its own to receive it."))
    return _hand(step, referral, right, municipal_words(gettext_lazy("Passed on to another workplace.")))


def hand_over(step: Step[HandedOver]) -> Reply:
    """Send it to the body it belongs with, and tell the proposer."""
    referral, right = holding(step), step.data.to_body
    return _hand(step, referral, right, municipal_words(gettext_lazy("Handed over to %(body)s."), body=right))


def step_aside(step: Step[Answered]) -> Reply:
    """The leader who would decide it is partial: to the one above, with the proposer told (fvl § 6)."""
    referral = holding(step)
    return _hand(step, referral, _above(referral), municipal_words(gettext_lazy("The leader is partial in the case.")))


def bring_up(step: Step[Answered]) -> Reply:
    """To the body whose members demand it (koml § 11-3); it is that body that tells the proposer."""
    referral, body = holding(step), step.basis.body
    had_it = list(handlers(step.subject))
    reason = municipal_words(gettext_lazy("Demanded on the agenda of %(body)s."), body=body)
    reply = _hand(step, referral, body, reason, said_by=body, outcome=ReferralOutcome.DEMANDED)
    return replace(reply, handlers=had_it)


def _hand(
    step: Step[Answered],
    referral: Referral,
    right: Body,
    reason: str,
    *,
    said_by: Body | None = None,
    outcome: ReferralOutcome = ReferralOutcome.PASSED_ON,
) -> Reply:
    """Let ``right`` have what came to the wrong place. The deadline stays: it runs from when the
    proposer sent it (R18)."""
    leave_agendas(step, referral, reason)
    closed = close_referral(step, referral, outcome=outcome, answer=step.data.answer)
    open_referral(
        step,
        case=step.subject.case,
        body=right,
        sent_by=closed,
        note=step.data.answer,
        due_on=referral.due_on,
    )
    return give_feedback(step, FeedbackOutcome.ON_ITS_WAY, step.data.answer, body=said_by or referral.body)


def point_elsewhere(step: Step[Answered]) -> Reply:
    """Answer with where it belongs: a matter that is not the municipality's, or not for these bodies, is not
    left lying (fvl § 11)."""
    referral = holding(step)
    asking.say_who_was_silent(step, referral)
    leave_agendas(step, referral, municipal_words(gettext_lazy("Belongs elsewhere.")))
    close_referral(step, referral, outcome=ReferralOutcome.ELSEWHERE, answer=step.data.answer)
    return give_feedback(step, FeedbackOutcome.ELSEWHERE, step.data.answer, body=referral.body)


# Going on -------------------------------------------------------------------------------------------------------------


def _send(
    step: Step[Answered],
    referral: Referral,
    to: Body,
    *,
    outcome: ReferralOutcome,
    note: str = "",
    recommendation: str = "",
    needs_user_representatives: bool = False,
) -> tuple[Referral, Reply]:
    leave_agendas(step, referral, municipal_words(gettext_lazy("Sent on to %(body)s."), body=to))
    closed = close_referral(step, referral, outcome=outcome, answer=step.data.answer)
    open_referral(
        step,
        case=step.subject.case,
        body=to,
        sent_by=closed,
        note=note,
        recommendation=recommendation,
        recommended_by=referral.body if recommendation else None,
        needs_user_representatives=needs_user_representatives,
    )
    return closed, give_feedback(step, FeedbackOutcome.ON_ITS_WAY, step.data.answer, body=referral.body)


def _above(referral: Referral) -> Body:
    above = road.next_body(referral.body)
    if above is None:
        raise GuardRefused(_("%(body)s has no body above it to send to.") % {"body": referral.body})
    return above


def forward(step: Step[Forwarded]) -> Reply:
    """Agreed: to the body above."""
    referral = holding(step)
    _closed, reply = _send(step, referral, _above(referral), outcome=ReferralOutcome.FORWARDED, note=step.data.note)
    log(step, referral, Resolution.FORWARD)
    return reply


def disagree(step: Step[SentUp]) -> Reply:
    """Not agreed: what each seat has said itself goes to the body above; whoever has not answered stands as that
    (R24)."""
    referral = holding(step)
    conclusion: Conclusion = _conclusion_behind(step)
    met = _meeting_behind(step, conclusion)
    closed, reply = _send(step, referral, _above(referral), outcome=ReferralOutcome.DISAGREED)
    held = []
    for line in lines(conclusion):
        stance = line.stance
        text = _held(line)
        held.append((line.who, text))
        Position.objects.create(
            referral=closed,
            membership=line.membership,
            part=line.membership.part,
            text=text,
            stand_in=stance.stand_in if stance is not None else None,
        )
    if met is not None:
        item = LogItem(
            title=step.subject.title,
            agreed=step.data.answer,
            resolution=Resolution.DISAGREE,
            referral=closed,
            positions=tuple(held),
            about=_about(conclusion),
        )
        _write(step, met, closed, item)
    return reply


def _about(conclusion: Conclusion) -> tuple[str, ...]:
    """Return what was not agreed on, as it stands in the log: what it came to, and the words of it."""
    with languages.municipal():
        return str(label(conclusion)), conclusion.answer


def _meeting_behind(step: Step, conclusion: Conclusion) -> Agreed | None:
    """Return who met and when, as the provisional conclusion says it; None where it came of no meeting: what is passed
    on, or belongs elsewhere, or is merged asks for none."""
    asked = step.workflow[conclusion.step].form
    if not (isinstance(asked, type) and issubclass(asked, ConsensusForm)):
        return None
    form = ConsensusForm(Decided(conclusion.filled_in), {}, subject=step.subject, actor=_person(step))
    return form.read() if form.is_valid() else None


def _conclusion_behind(step: Step) -> Conclusion:
    if step.cause is None or not isinstance(step.cause.subject, Conclusion):
        raise GuardRefused(_("What is not agreed on goes up from the provisional conclusion."))
    return step.cause.subject


def _held(line: Line) -> str:
    if line.aside:
        with languages.municipal():
            act = cite(Matter.PARTIAL)
        return municipal_words(gettext_lazy("Took no part: partial in the case (%(act)s)."), act=act)
    if line.stance is None or line.agrees is None:
        return municipal_words(gettext_lazy("Has not answered."))
    return line.stance.text or municipal_words(gettext_lazy("Agreed with the provisional conclusion."))


def recommend(step: Step[Recommended]) -> Reply:
    """To the body above, with a recommendation."""
    referral = holding(step)
    _closed, reply = _send(
        step,
        referral,
        _above(referral),
        outcome=ReferralOutcome.RECOMMENDED,
        recommendation=step.data.recommendation,
    )
    return reply


def send_back(step: Step[SentBack]) -> Reply:
    """Back to a body that goes on with it, perhaps with the order to bring user representatives in."""
    _closed, reply = _send(
        step,
        holding(step),
        step.data.back_to,
        outcome=ReferralOutcome.SENT_BACK,
        note=step.data.note,
        needs_user_representatives=step.data.needs_user_representatives,
    )
    return reply


def to_council(step: Step[AwaitsCouncil]) -> Reply:
    """To whoever has the authority, outside the portal: from here on the proposal visibly waits there."""
    referral = holding(step)
    asking.say_who_was_silent(step, referral)
    leave_agendas(step, referral, municipal_words(gettext_lazy("Recommended to whoever has the authority.")))
    close_referral(step, referral, outcome=ReferralOutcome.TO_COUNCIL, answer=step.data.answer)
    return give_feedback(
        step,
        FeedbackOutcome.ON_ITS_WAY,
        step.data.answer,
        body=referral.body,
        expected_on=step.data.ask_council_on,
    )
