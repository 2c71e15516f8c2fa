"""The job that seals the trail."""

from procrastinate.contrib.django import app

from trepart.audit import sealing


@app.periodic(cron="* * * * *")
@app.task(name="audit.seal", queue="audit", queueing_lock="audit.seal", lock="audit.seal")
def seal(timestamp: int) -> None:
    """Seal everything that has been committed; run every minute by the worker. ``timestamp`` is when the
    run was due, in seconds."""
    while sealing.seal_events() is not None:
        pass
