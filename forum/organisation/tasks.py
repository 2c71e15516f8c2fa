"""The jobs of the organisation."""

from procrastinate.contrib.django import app

from forum.organisation import responsibilities
from forum.organisation.services import stand_in_days


@app.periodic(cron="20 0 * * *")
@app.task(name="forum.hand_over", queue="daily", queueing_lock="forum.hand_over", lock="forum.hand_over")
def hand_over(timestamp: int) -> None:
    """Hand over what hangs on people whose last day was yesterday; run each night. ``timestamp`` is when the
    run was due, in seconds."""
    responsibilities.settle(actor=None)


@app.periodic(cron="40 5 * * *")
@app.task(name="forum.stand_in_days", queue="daily", queueing_lock="forum.stand_in_days", lock="forum.stand_in_days")
def tell_stand_in_days(timestamp: int) -> None:
    """Tell who begins to stand in today, and for whom it is the last day; run each morning. ``timestamp`` is when the
    run was due, in seconds."""
    stand_in_days.tell_of_the_day()
