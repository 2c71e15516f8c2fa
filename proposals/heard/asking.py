"""What follows in the steps of a leader who decides alone: representatives are asked when somebody begins on a
proposal, and the end says who had not answered."""

from collections import defaultdict
from datetime import date

from forum.cases.models import Referral
from proposals.enums import FINAL, ProposalStatus
from proposals.heard import who_is_heard
from proposals.heard.models import HeardWord
from proposals.models import Proposal
from proposals.notifications import Reply, context, url
from proposals.presenting.yes_words import decided_elsewhere
from trepart import audit, clock, municipality
from trepart.access import policy
from trepart.access.models import User
from trepart.audit.models import Event
from trepart.notices.announcing import tell
from trepart.workflow import Step

#: Where the treatment has ended.
_ENDED = FINAL | {ProposalStatus.ADOPTED}


def ask_in_step(step: Step, referral: Referral) -> None:
    """Ask, as a consequence of ``step`` in the stay ``referral``, the representatives who have not been asked."""
    if not who_is_heard.is_needed(step.subject, referral) or not who_is_heard.unasked(step.subject):
        return
    with audit.recorded(
        "proposals.heard_asked", actor=step.actor, subject=step.subject, root=step.subject.case, acting=step.acting,
        data=asked_data(step.subject),
    ) as event:  # fmt: skip
        ask_those_unasked(step.subject, event)


def asked_data(proposal: Proposal) -> dict[str, object]:
    """Return what the trail says of asking: which body asks, and until when it can be answered."""
    referral = proposal.referral
    return {"body": referral.body.name if referral else "", "by": who_is_heard.last_day(clock.today())}


def ask_those_unasked(proposal: Proposal, event: Event) -> int:
    """Ask, under ``event``, the representatives who have not been asked, and return how many."""
    asked = who_is_heard.unasked(proposal)
    for place in asked:
        HeardWord.objects.create(proposal=proposal, membership=place, asked_on=clock.today())
    tell(
        [place.person for place in asked],
        kind="proposals.heard_asked",
        template="proposals/heard/mail/heard_asked",
        context=context(
            proposal,
            subject=proposal,
            days=municipality.current().objection_days,
            due_on=who_is_heard.last_day(clock.today()),
        ),
        url=url(proposal),
        event=event,
    )
    return len(asked)


def say_who_was_silent(step: Step, referral: Referral) -> None:
    """Write in the trail, before a proposal ends with one leader, who was asked and has not answered, and as what
    nobody could be heard."""
    proposal: Proposal = step.subject
    if not who_is_heard.is_needed(proposal, referral):
        return
    for one in who_is_heard.hearing(proposal):
        if one.word is not None and not one.word.text:
            data = {"name": one.membership.person.name, "role": one.membership.role}
            _write(step, "proposals.heard_silent", data)
    for role in who_is_heard.held_by_nobody(proposal):
        _write(step, "proposals.heard_nobody", {"role": role})


def tell_outcome(step: Step, reply: Reply) -> None:
    """Tell those who were asked, whether they answered or not, what came of it, in the words the proposer gets, when it
    ends, and again where what was to be done is not; not while it is on its way. Nobody who may not read the proposal,
    or is told as one who had it, and not whoever did it."""
    proposal: Proposal = step.subject
    if step.transition.target not in _ENDED or step.transition.name == "complete":
        _tell_it_went_on(step)
        return
    asked = HeardWord.objects.filter(proposal=proposal).values("membership__person")
    if not asked.exists():
        return
    people = policy.people_who_can("proposals.view", proposal).filter(pk__in=asked)
    tell(
        [person for person in people if person != step.actor and person not in reply.handlers],
        kind="proposals.heard_outcome",
        template="proposals/heard/mail/heard_outcome",
        context={
            **context(proposal, answer=reply.answer, body=reply.body),
            "subject": proposal,
            "decider": decided_elsewhere(proposal, step.transition.name),
            "withdrawn": proposal.status == ProposalStatus.WITHDRAWN,
        },
        url=url(proposal),
        event=step.event,
    )


def _tell_it_went_on(step: Step) -> None:
    """Tell those who were asked and have not answered, when the proposal leaves the leader before their days are over,
    that it has, and that they can answer still."""
    proposal: Proposal = step.subject
    stay = proposal.referral
    if stay is None or stay.received_at != step.at or stay.sent_by is None or who_is_heard.is_needed(proposal, stay):
        return
    by_day: dict[date, list[User]] = defaultdict(list)
    for word in who_is_heard.cut_short(proposal):
        by_day[who_is_heard.last_day(word.asked_on)].append(word.membership.person)
    for day, people in by_day.items():
        tell(
            people,
            kind="proposals.heard_went_on",
            template="proposals/heard/mail/heard_went_on",
            context=context(proposal, subject=proposal, due_on=day),
            url=url(proposal),
            event=step.event,
        )


def _write(step: Step, action: str, data: dict[str, str]) -> None:
    proposal = step.subject
    audit.write(action, actor=step.actor, subject=proposal, root=proposal.case, acting=step.acting, data=data)
