"""Postponing one item to a later meeting: by simple majority, or because everybody agrees (R7)."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from forum.cases.enums import Resolution
from forum.meetings.attendance.roll_call import RUN
from forum.meetings.core import voting
from forum.meetings.core.locking import IN_SESSION, hold_item
from forum.meetings.core.models import AgendaItem, Decision, Motion
from forum.meetings.enums import Choice, MotionPurpose, Settled
from forum.meetings.session.decisions.services import decide
from forum.meetings.session.votes.ballots import cast_votes
from trepart import languages
from trepart.refusals import WrongState

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

    Raises as a vote does (quorum is needed for a vote, not where everybody agrees), and ``WrongState`` where the item
    is decided or this was voted on already.
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
    return decide(fresh, text=text, resolution=Resolution.POSTPONE, answer=answer, ballot=ballot, actor=actor)
