"""By when a body owes an answer (R18): its own number of days, from the day the case was received."""

from datetime import date, timedelta

from forum.organisation.models import Body
from trepart import clock

#: So many days before its last day something is due soon, wherever that is said: in the queue of a body, its list of
#: follow-up, on my page, and when people are reminded.
SOON_DAYS = 7


def soon_until() -> date:
    """Return the last day that is soon: what is due by then, and is not overdue, is due soon."""
    return clock.today() + timedelta(days=SOON_DAYS)


def answer_due(body: Body, received_on: date) -> date:
    """Return the last day on which ``body`` answers what it received on ``received_on``, if only with a preliminary
    answer (R18). Who is late is reminded by `proposals.tasks.remind`."""
    return received_on + timedelta(days=body.answer_days)
