"""Under which of the body's functions a case is treated."""

from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from forum.meetings.core.locking import BEFORE_THE_END, hold_item
from forum.meetings.core.models import AgendaItem
from forum.meetings.core.queries import day_of
from forum.organisation.models import BodyFunction
from trepart.refusals import GuardRefused

if TYPE_CHECKING:
    from trepart.access.models import User

PLAN = "forum.plan_meeting"


def treat_under(
    item: AgendaItem, *, function: BodyFunction | None, actor: "User", seen: int | None = None
) -> AgendaItem:
    """Say under which of the body's functions an item is treated; None for none in particular.

    Raises ``GuardRefused`` for a function the body does not have on the day of the meeting; ``WrongState`` once it
    has ended; ``NotPermitted``.
    """
    with hold_item(item, actor=actor, permission=PLAN, at=BEFORE_THE_END, seen=seen) as (held, fresh):
        if function is not None and (
            function.body_id != held.meeting.body_id or not function.runs(day_of(held.meeting))
        ):
            raise GuardRefused(
                _("%(body)s does not have that function on the day of the meeting.") % {"body": held.meeting.body.name}
            )
        if fresh.function_id == (function.pk if function else None):
            return fresh
        fresh.function = function
        with held.about("forum.item_function", fresh, data={"function": function.name if function else ""}):
            fresh.save()
    return fresh
