"""Removes what was written in a mail when it is not needed any more (R31).

That it was sent, when and to whom, stays; so does the notice on "my page".
"""

from collections.abc import Iterable
from datetime import timedelta

from django.conf import settings
from django.db import transaction

from trepart import clock
from trepart.notices.models import Attachment, Mail, MailState

#: How many are blanked at a time.
_BATCH = 1000


def blank(mails: Iterable[Mail]) -> None:
    """Remove words and files of ``mails``. In the demo nothing is removed: there the mails are read on a page, and lead
    nowhere but into the demo."""
    for mail in mails:
        if not settings.DEMO:
            mail.text, mail.label, mail.blanked_at = "", "", clock.now()
            if mail.secret:
                mail.subject = ""
            mail.attachments.all().delete()
        mail.save(update_fields=["state", "text", "label", "subject", "blanked_at"])


def blank_old() -> int:
    """Remove the words of what was sent, or has not arrived, more than ``MAIL_KEPT_DAYS`` days ago; return
    how many mails that were."""
    if settings.DEMO:
        return 0
    before = clock.now() - timedelta(days=settings.MAIL_KEPT_DAYS)
    done = 0
    for moment, state in (
        ("sent_at", MailState.SENT),
        ("troubled_at", MailState.FAILED),
        ("troubled_at", MailState.HELD),
    ):
        old = Mail.objects.filter(**{f"{moment}__lt": before}, state=state, blanked_at__isnull=True)
        while batch := list(old.values_list("pk", flat=True)[:_BATCH]):
            with transaction.atomic():
                Attachment.objects.filter(mail__in=batch).delete()
                done += Mail.objects.filter(pk__in=batch).update(text="", label="", blanked_at=clock.now())
    return done
