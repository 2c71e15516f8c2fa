"""By when a body owes an answer (R18): its own number of days, from the day the case was received."""

from calendar import monthrange
from datetime import date, timedelta

from django.utils.translation import gettext as _

from forum.organisation.models import Body
from trepart import clock, municipality
from trepart.text.dates import date_text

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


def farthest(since: date | None = None) -> date:
    """Return the last day that an answer can be put off to at a time, counted from a day (today unless said): the
    municipality's own number of months (R18)."""
    since = since or clock.today()
    months = since.month - 1 + municipality.current().waiting_months
    year, month = since.year + months // 12, months % 12 + 1
    return date(year, month, min(since.day, monthrange(year, month)[1]))


def too_far(day: date) -> str:
    """Return that ``day`` is farther ahead than a proposer can be made to wait; empty where it is not."""
    last = farthest()
    if day <= last:
        return ""
    return _("Choose a day not later than %(date)s: the proposer waits for an answer.") % {
        "date": date_text(last, year=True)
    }
