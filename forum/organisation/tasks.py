"""The jobs of the organisation."""

from procrastinate.contrib.django import app

from forum.organisation import responsibilities


@app.periodic(cron="20 0 * * *")
@app.task(name="forum.hand_over", queue="daily", queueing_lock="forum.hand_over", lock="forum.hand_over")
def hand_over(timestamp: int) -> None:
    """Hand over what hangs on people whose last day was yesterday; run each night. ``timestamp`` is when the
    run was due, in seconds."""
    responsibilities.settle(actor=None)
