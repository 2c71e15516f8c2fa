"""By when a body owes an answer (R18): its own number of days, from the day the case was received."""

from datetime import date, timedelta

from forum.organisation.models import Body


def answer_due(body: Body, received_on: date) -> date:
    """Return the last day on which ``body`` answers what it received on ``received_on``, if only with a preliminary
    answer (R18). Who is late is reminded by `proposals.tasks.remind`."""
    return received_on + timedelta(days=body.answer_days)
