"""The job that tidies up after memberships that have ended. Rights never wait for it: whether a membership runs is asked at every check."""

from procrastinate.contrib.django import app

from trepart.access import sync


@app.periodic(cron="10 0 * * *")
@app.task(name="access.keep_in_step", queue="access", queueing_lock="access.keep_in_step", lock="access.keep_in_step")
def keep_in_step(timestamp: int) -> None:
    """Take people out of the groups of memberships that ended yesterday; run each night. ``timestamp`` is when the run was due, in seconds."""
    if difference := sync.difference():
        sync.mend(difference)
