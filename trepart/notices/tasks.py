"""The jobs that carry mail out of the house. All of them may run any number of times, and any number at once."""

from collections.abc import Iterable
from datetime import timedelta

from django.db import transaction
from procrastinate.contrib.django import app
from procrastinate.contrib.django.models import ProcrastinateJob
from procrastinate.types import JSONDict

from trepart import clock
from trepart.notices import blanking, fetching, gathering, sending
from trepart.notices.models import Mail, MailState, WrongAddress

#: A mail that is due and that no job carries for so long has lost its job.
_FORGOTTEN = timedelta(minutes=2)
#: How many lost jobs are made anew at a time.
_AT_A_TIME = 500


@app.task(name="notices.deliver", queue="mail")
def deliver(mail_id: int) -> None:
    """Send one mail, if it is to be sent now. Where trying again may help, a new job with its own hour is queued."""
    mail = sending.claim(mail_id)
    if mail is not None:
        sending.send(mail)


def queue(numbers: Iterable[int]) -> None:
    """Hand the mails with these numbers to the worker, in the running transaction."""
    jobs: list[JSONDict] = [{"mail_id": number} for number in numbers]
    if jobs:
        deliver.batch_defer(*jobs)


@app.periodic(cron="* * * * *")
@app.task(name="notices.sweep", queue="mail", queueing_lock="notices.sweep", lock="notices.sweep")
def sweep(timestamp: int = 0) -> int:
    """See to it that no mail is forgotten: claims of workers that are gone, jobs that are lost, addresses that have
    been set right. Return how many were queued."""
    sending.release()
    readdress()
    due = Mail.objects.filter(state=MailState.QUEUED, next_try_at__lte=clock.now() - _FORGOTTEN).order_by("next_try_at")
    carried = ProcrastinateJob.objects.filter(task_name="notices.deliver", status__in=["todo", "doing"])
    known = {args.get("mail_id") for args in carried.values_list("args", flat=True)}
    lost = [pk for pk in due.values_list("pk", flat=True) if pk not in known][:_AT_A_TIME]
    queue(lost)
    return len(lost)


def readdress() -> int:
    """Send what was held back for a wrong address, once whoever it is for has another, or it is no longer marked as
    wrong. Return how many."""
    wrong = set(WrongAddress.objects.values_list("address", flat=True))
    held = Mail.objects.filter(state=MailState.HELD, blanked_at__isnull=True).select_related("person")
    done = 0
    for mail in held:
        address = mail.person.email if mail.person else mail.to
        if WrongAddress.folded(address) in wrong:
            continue
        fresh = {"to": address, "state": MailState.QUEUED, "troubled_at": None, "reason": "", "code": ""}
        with transaction.atomic():
            if Mail.objects.filter(pk=mail.pk, state=MailState.HELD).update(
                **fresh, next_try_at=clock.now(), attempts=0
            ):
                deliver.defer(mail_id=mail.pk)
                done += 1
    return done


@app.periodic(cron="*/10 * * * *")
@app.task(name="notices.fetch_bounces", queue="mail", queueing_lock="notices.fetch", lock="notices.fetch")
def fetch_bounces(timestamp: int = 0) -> int:
    """Fetch what has come back, where there is a mailbox to fetch it from (``BOUNCE_IMAP_URL``); return
    how many reports counted."""
    return fetching.fetch()


@app.periodic(cron="0 6 * * *")
@app.task(name="notices.gather", queue="daily", queueing_lock="notices.gather", lock="notices.gather")
def gather(timestamp: int = 0) -> int:
    """Send a day's notices in one mail to each who has chosen that; return how many mails."""
    return gathering.gather()


@app.periodic(cron="40 3 * * *")
@app.task(name="notices.blank", queue="daily", queueing_lock="notices.blank", lock="notices.blank")
def blank(timestamp: int = 0) -> int:
    """Remove the words of old mails (R31); return how many."""
    return blanking.blank_old()
