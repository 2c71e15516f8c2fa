"""Statements that go into the minutes at somebody's request (protokolltilførsel; R13)."""

from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from forum.meetings.attendance.roll_call import RUN
from forum.meetings.core import participants
from forum.meetings.core.locking import IN_SESSION, hold_item
from forum.meetings.core.models import AgendaItem
from forum.meetings.session.models import Addition
from forum.organisation.models import Membership
from trepart.refusals import GuardRefused

if TYPE_CHECKING:
    from trepart.access.models import User


def add_to_minutes(
    item: AgendaItem,
    *,
    membership: Membership,
    text: str,
    actor: "User",
    on_behalf: str = "",
    seen: int | None = None,
) -> Addition:
    """Put a statement from somebody at the table into the minutes (protokolltilførsel), also after the item is
    decided; until the meeting ends.

    Raises ``GuardRefused`` without words, or from somebody who did not take part in the item.
    """
    with hold_item(item, actor=actor, permission=RUN, at=IN_SESSION, seen=seen) as (held, fresh):
        if not text.strip():
            raise GuardRefused(_("Write what is to stand in the minutes."))
        took_part = {voter.pk for voter in participants.entitled(fresh)}
        took_part |= set(fresh.ballots.values_list("votes__membership", flat=True))
        if membership.pk not in took_part:
            raise GuardRefused(
                _("%(name)s does not take part in this case, and can add nothing to its minutes.")
                % {"name": membership.person.name}
            )
        addition = Addition(item=fresh, membership=membership, on_behalf=on_behalf.strip(), text=text.strip())
        with held.about(
            "forum.minutes_added_to", fresh, data={"name": membership.person.name}, text={"addition": addition.text}
        ):
            addition.save()
    return addition


def take_out(addition: Addition, *, actor: "User", seen: int | None = None) -> None:
    """Take an addition out again before the meeting ends; what it said stays in the trail."""
    with hold_item(addition.item, actor=actor, permission=RUN, at=IN_SESSION, seen=seen) as (held, fresh):
        there = fresh.additions.filter(pk=addition.pk).select_related("membership__person").first()
        if there is None:
            return
        data = {"name": there.membership.person.name}
        with held.about("forum.addition_taken_out", fresh, data=data, text={"addition": there.text}):
            there.delete()
