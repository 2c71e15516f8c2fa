"""The jobs that carry notices out of the house."""

import logging

from django.conf import settings
from django.core.mail import EmailMessage
from procrastinate import RetryStrategy
from procrastinate.contrib.django import app

from trepart import clock
from trepart.notices.models import MailStatus, Notice

log = logging.getLogger(__name__)


@app.task(name="notices.deliver", queue="mail", retry=RetryStrategy(max_attempts=12, exponential_wait=2))
def deliver(notice_id: int) -> None:
    """Send the mail of one notice. A failure is written on the notice and raised, so that the queue tries again."""
    notice = Notice.objects.select_related("person").get(pk=notice_id)
    if notice.mail == MailStatus.SENT:
        return
    if not notice.person.is_active:
        # Closed since the notice was written: what was told stays on record, nothing more is sent.
        notice.mail = MailStatus.NONE
        notice.save(update_fields=["mail"])
        return
    message = EmailMessage(
        subject=notice.subject,
        body=f"{notice.body}\n\n{settings.SITE_URL}{notice.url}\n",
        to=[notice.person.email],
        headers={"Auto-Submitted": "auto-generated", "X-Trepart-Notice": str(notice.pk)},
    )
    try:
        message.send()
    except Exception as error:
        notice.mail, notice.mail_error = MailStatus.FAILED, type(error).__name__
        notice.save(update_fields=["mail", "mail_error"])
        log.warning("Notice %s could not be mailed: %s", notice.pk, type(error).__name__)
        raise
    notice.mail, notice.mail_error, notice.mailed_at = MailStatus.SENT, "", clock.now()
    notice.save(update_fields=["mail", "mail_error", "mailed_at"])
