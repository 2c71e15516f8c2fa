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
#: The days of a month, where one is said in days.
MONTH = 30


def soon_until() -> date:
    """Return the last day that is soon: what is due by then, and is not overdue, is due soon."""
    return clock.today() + timedelta(days=SOON_DAYS)


def answer_due(body: Body, received_on: date) -> date:
    """Return the last day on which ``body`` answers what it received on ``received_on``, if only with a preliminary
    answer (R18). Who is late is reminded by `proposals.tasks.remind`."""
    last = received_on + timedelta(days=days_to_answer(body, received_on))
    if municipality.current().under_new_act(received_on):
        return min(last, _months_after(received_on, 1))
    return last


def days_to_answer(body: Body, on: date | None = None) -> int:
    """Return in how many days ``body`` answers what it receives on a day (today unless said). The act in force asks a
    month of individual decisions alone (fvl § 11 a), so what the body has set is the rule; the coming act asks it of
    every enquiry (R18)."""
    under_new_act = municipality.current().under_new_act(on or clock.today())
    return min(body.answer_days, MONTH) if under_new_act else body.answer_days


def farthest(since: date | None = None) -> date:
    """Return the last day that an answer can be put off to at a time, counted from a day (today unless said): the
    municipality's own number of months (R18)."""
    return _months_after(since or clock.today(), municipality.current().waiting_months)


def _months_after(since: date, count: int) -> date:
    months = since.month - 1 + count
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
