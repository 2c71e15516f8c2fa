"""Postponing one item to a later meeting: by simple majority, or because everybody agrees (R7)."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from forum.cases.enums import Resolution
from forum.meetings.attendance.roll_call import RUN
from forum.meetings.core import voting
from forum.meetings.core.locking import IN_SESSION, hold_item
from forum.meetings.core.models import AgendaItem, Decision
from forum.meetings.core.vote_models import Ballot, Motion
from forum.meetings.enums import Choice, MotionPurpose, Settled
from forum.meetings.session.decisions.services import decide
from forum.meetings.session.votes.ballots import cast_votes
from trepart import languages
from trepart.refusals import GuardRefused, WrongState

if TYPE_CHECKING:
    from trepart.access.models import User


@transaction.atomic
def postpone_item(
    item: AgendaItem,
    *,
    text: str,
    settled: Settled,
    actor: "User",
    choices: Mapping[int, Choice | str] | None = None,
    answer: str = "",
    seen: int | None = None,
) -> Decision | None:
    """Postpone ``item`` and return the decision; None where the vote went against it, and the
    case is treated after all.

    Raises as a vote does (quorum is needed for a vote, not where everybody agrees), ``GuardRefused`` where everybody is
    said to agree to what was voted down, and ``WrongState`` where the item is decided already.
    """
    ballot = None
    with hold_item(item, actor=actor, permission=RUN, at=IN_SESSION, seen=seen) as (held, fresh):
        if fresh.decided is not None:
            raise WrongState(_("%(item)s has been decided already.") % {"item": fresh.label})
        if settled == Settled.VOTE:
            with languages.municipal():
                words = str(_("The case is postponed."))
            motion = Motion(item=fresh, purpose=MotionPurpose.POSTPONE, text=words)
            ballot = cast_votes(held, fresh, motion, choices=choices)
            if not voting.tally_of(ballot).adopted:
                return None
        elif (last := _last_vote(fresh)) is not None and not voting.tally_of(last).adopted:
            raise GuardRefused(
                _(
                    "Postponing this case was voted down (%(figures)s), so not everybody agrees to it. If the body "
                    "has changed its mind, let it vote anew."
                )
                % {"figures": voting.figures(voting.tally_of(last))}
            )
    how = {"settled": settled.value}
    return decide(
        fresh, text=text, resolution=Resolution.POSTPONE, answer=answer, ballot=ballot, options=how, actor=actor
    )


def _last_vote(item: AgendaItem) -> Ballot | None:
    votes = item.ballots.filter(motion__purpose=MotionPurpose.POSTPONE).prefetch_related("votes__party")
    return votes.order_by("-pk").first()
