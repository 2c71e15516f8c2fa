"""The writes: what somebody answers about being partial; the case goes up where its one leader is (fvl § 6)."""

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from proposals.consent.impartiality import queries
from proposals.consent.impartiality.models import PartialityAnswer
from proposals.consent.queries import pending
from proposals.enums import ProposalStatus
from proposals.forms.fields import Answered
from proposals.models import Proposal
from proposals.notifications import context, handlers, url
from proposals.routing import road
from proposals.workflow.effects import municipal_words
from proposals.workflow.other_writes import locked_proposal
from trepart import audit, clock
from trepart.access import policy
from trepart.access.models import User
from trepart.authorising import afresh
from trepart.notices.announcing import tell
from trepart.refusals import GuardRefused, NotPermitted, WrongState
from trepart.workflow import perform, reserve_pk

HANDLE = "proposals.handle"
FOLLOW_UP = "proposals.follow_up"


@transaction.atomic
def answer(proposal: Proposal, *, partial: bool, actor: User) -> PartialityAnswer:
    """Write down whether ``actor``, who has sent the proposal in and has a say in it, is partial, and return what was
    answered: the first answer stands (R12).

    Where a leader who decides alone is partial, the case goes to the one above at once; elsewhere the others are told,
    and conclude without that seat. Raises ``NotPermitted`` for somebody without a say, ``GuardRefused`` for somebody
    who has not sent it in, ``WrongState`` where no body has it.
    """
    fresh, actor = locked_proposal(proposal), afresh(actor)
    referral = queries.stay_of(fresh)
    if referral is None:
        raise WrongState
    adopted = fresh.status == ProposalStatus.ADOPTED
    waiting = pending(referral)
    has_say = policy.can(actor, FOLLOW_UP if adopted else HANDLE, fresh) or (
        waiting is not None and policy.can(actor, "proposals.take_position", waiting)
    )
    if not has_say:
        raise NotPermitted
    if not queries.sent_in(fresh, actor):
        raise GuardRefused(_("This is asked of those who have sent the proposal in themselves."))
    there = PartialityAnswer.objects.filter(referral=referral, person=actor).first()
    if there is not None:
        return there
    found = PartialityAnswer(
        pk=reserve_pk(PartialityAnswer), referral=referral, person=actor, partial=partial, answered_at=clock.now()
    )
    # One's own, and not the body's: the trail names whoever it was only to those who may know who sent it in.
    action = "proposals.is_partial" if partial else "proposals.is_impartial"
    with audit.recorded(action, actor=actor, subject=found, root=fresh.case, data={}) as event:
        found.save(force_insert=True)
        if partial and not _goes_up(fresh, actor):
            others = policy.people_who_can(FOLLOW_UP, fresh) if adopted else handlers(fresh)
            tell(
                [person for person in others if person.pk != actor.pk],
                kind="proposals.stepped_aside",
                template="proposals/consent/mail/stepped_aside",
                context=context(fresh, name=actor.name),
                url=url(fresh),
                event=event,
            )
    return found


def _goes_up(proposal: Proposal, actor: User) -> bool:
    """Let the case go to the one above where the leader who would decide it alone is partial; say whether it does."""
    fresh = locked_proposal(proposal)
    referral = fresh.referral
    if referral is None or not queries.leader_is_aside(referral) or road.next_body(referral.body) is None:
        return False
    if fresh.status == ProposalStatus.CONSIDERED:
        fresh = perform(fresh, "resume", actor=actor, data={"note": ""})
    words = municipal_words(
        # Why is not said: only whoever sent it in is asked, and the name may be hidden.
        gettext_lazy("%(above)s deals with the case instead of %(body)s."),
        body=referral.body,
        above=road.next_body(referral.body),
    )
    perform(fresh, "step_aside", actor=actor, given=Answered(answer=words))
    return True
