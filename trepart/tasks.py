"""The job that takes up what a worker has let go of: no job stands as begun for ever, and none is lost.

A worker that is killed leaves its jobs as begun, and so does one whose connection is cut between the work and the word
that it is done. Where such a job holds a lock (sealing the trail, sweeping the mail), nothing of its kind would ever be
done again.
"""

from datetime import timedelta

from asgiref.sync import sync_to_async
from django.db.models import Max, Q
from procrastinate.contrib.django import app
from procrastinate.contrib.django.models import ProcrastinateJob
from procrastinate.jobs import Status

from trepart import clock

#: A worker says every ten seconds that it is there.
_SILENT = timedelta(minutes=1)
#: No job of ours takes so long.
_LONGEST = timedelta(hours=1)


@app.periodic(cron="* * * * *")
@app.task(name="jobs.take_up", queue="jobs")
async def take_up(timestamp: int = 0) -> int:
    """Let each job that nobody is at be done anew, and return how many; one that is queued every minute or day by
    itself ends instead. It has no lock: nothing could free it."""
    jobs = await sync_to_async(_let_go_of)()
    for job in jobs:
        if job.queueing_lock:
            await app.job_manager.finish_job_by_id_async(job.pk, status=Status.FAILED, delete_job=False)
        else:
            await app.job_manager.retry_job_by_id_async(job.pk, retry_at=clock.now())
    return len(jobs)


def _let_go_of() -> list[ProcrastinateJob]:
    """Return the jobs that have begun and whose worker is gone, or that have been going on for longer than any does."""
    now = clock.now()
    begun = Max("procrastinateevent__at", filter=Q(procrastinateevent__type="started"))
    nobody = Q(worker__isnull=True) | Q(worker__last_heartbeat__lt=now - _SILENT) | Q(begun__lt=now - _LONGEST)
    return list(ProcrastinateJob.objects.filter(status="doing").annotate(begun=begun).filter(nobody).order_by("pk"))
