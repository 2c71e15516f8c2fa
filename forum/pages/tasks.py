"""The jobs that draw on several rooms."""

from procrastinate.contrib.django import app

from forum.pages import reminders


@app.periodic(cron="40 5 * * *")
@app.task(name="forum.remind", queue="daily", queueing_lock="forum.remind", lock="forum.remind")
def remind(timestamp: int) -> None:
    """Remind of what is due or overdue: opinions, commissions, decisions to carry out, minutes.

    Run each morning; ``timestamp`` is when the run was due, in seconds.
    """
    reminders.remind()
