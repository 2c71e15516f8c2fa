"""A vote that was keyed wrong is put right before the meeting ends (R11)."""

from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from forum.meetings.attendance.roll_call import RUN
from forum.meetings.core import voting
from forum.meetings.core.locking import IN_SESSION, hold_item
from forum.meetings.core.vote_models import Vote
from forum.meetings.enums import Choice, MotionPurpose
from forum.meetings.session.decisions.services import reopen_under
from trepart.refusals import GuardRefused

if TYPE_CHECKING:
    from trepart.access.models import User


def correct_vote(vote: Vote, *, choice: Choice, reason: str, actor: "User", seen: int | None = None) -> Vote:
    """Put right a vote that was keyed wrong, before the meeting ends; what stood there stays in
    the trail and the history.

    Where the result turns, a decision that rested on it is taken up again, and must be recorded anew.

    Raises ``GuardRefused`` without a reason, where it is the same vote, or for a vote on how the case is treated: what
    followed from that is taken back, and it is voted anew; ``WrongState`` once the meeting has ended.
    """
    with hold_item(vote.ballot.item, actor=actor, permission=RUN, at=IN_SESSION, seen=seen) as (held, fresh):
        if not reason.strip():
            raise GuardRefused(_("Say why the vote is corrected."))
        kept = Vote.objects.select_related("ballot__motion", "party").get(pk=vote.pk)
        if kept.ballot.motion.purpose != MotionPurpose.CASE:
            raise GuardRefused(
                _("This was a vote on how the case is treated. Take back what followed from it, and vote anew.")
            )
        if kept.choice == choice:
            raise GuardRefused(_("%(name)s stands with that vote already.") % {"name": kept.name})
        ballot = kept.ballot
        before = voting.tally_of(ballot).adopted
        data = {"name": kept.name, "before": kept.choice, "after": Choice(choice), "ballot": ballot.pk}
        kept.choice = Choice(choice)
        with held.about("forum.vote_corrected", fresh, data=data, text={"reason": reason}):
            kept.save()
            said = set(ballot.votes.values_list("choice", flat=True))
            ballot.unanimous = said == {Choice.FOR} or (ballot.opponent_id is not None and said == {Choice.AGAINST})
            ballot.save()
        decision = fresh.decided
        if decision is not None and decision.ballot_id == ballot.pk and voting.tally_of(ballot).adopted != before:
            reopen_under(held, fresh, action="forum.decision_turned")
    return kept
