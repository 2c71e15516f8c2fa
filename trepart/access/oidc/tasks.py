"""The job that forgets sessions that are over."""

from procrastinate.contrib.django import app

from trepart.access.oidc import sessions


@app.periodic(cron="45 2 * * *")
@app.task(name="oidc.tidy", queue="access", queueing_lock="oidc.tidy", lock="oidc.tidy")
def tidy(timestamp: int) -> None:
    """Forget, each night, what a service knew of sessions that have ended. ``timestamp`` is when the
    run was due, in seconds."""
    sessions.tidy()
