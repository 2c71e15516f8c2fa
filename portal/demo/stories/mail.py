"""The mail of the demo's year: sent in its own time, but for a little that did not arrive."""

from datetime import timedelta

from django.db import connection
from django.db.models import F

from trepart import clock
from trepart.access.models import User
from trepart.notices import undelivered
from trepart.notices.models import Mail, MailState, Reason

#: What became of the newest mail to as many people: why it did not arrive, the mail server's code, days ago, and
#: whether the address is marked as wrong.
_TROUBLE = (
    (Reason.MAILBOX_FULL, "552 5.2.2", 2, False),
    (Reason.NO_SUCH_ADDRESS, "550 5.1.1", 9, False),
    (Reason.NO_SUCH_ADDRESS, "550 5.1.1", 20, True),
)


def settle(*, actor: User) -> None:
    """Let the mail of the year have been sent in its time: nothing of it goes out now. ``actor`` sees to addresses."""
    Mail.objects.filter(state=MailState.QUEUED).update(state=MailState.SENT, sent_at=F("created_at"))
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM procrastinate_jobs WHERE task_name = 'notices.deliver' AND status = 'todo'")
    newest = Mail.objects.filter(person__isnull=False).exclude(person=actor).order_by("to", "-pk").distinct("to")
    # Every seventh, so that they are not all of one body.
    for (reason, code, days, wrong), mail in zip(_TROUBLE, list(newest)[3::7], strict=False):
        mail.state, mail.reason, mail.code, mail.sent_at = MailState.FAILED, reason, code, None
        mail.troubled_at = clock.now() - timedelta(days=days)
        mail.save(update_fields=["state", "reason", "code", "sent_at", "troubled_at"])
        if wrong:
            undelivered.mark_wrong(mail, actor=actor)
