"""Every reminder of the morning in one call."""

from forum.cases.reminders import remind_of_opinions
from forum.commissions.reminders import remind_of_commissions
from forum.meetings.reminders import remind_of_decisions, remind_of_minutes


def remind() -> int:
    """Remind people of opinions, commissions, decisions to carry out and minutes to approve that are due within days or
    overdue; return how many reminders were given."""
    return remind_of_opinions() + remind_of_commissions() + remind_of_decisions() + remind_of_minutes()
