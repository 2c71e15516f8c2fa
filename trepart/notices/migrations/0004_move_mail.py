"""What became of the mail of earlier notices is moved to rows of mail; what waited in the queue still goes out."""

from typing import Any

from django.conf import settings
from django.db import migrations

_BATCH = 1000


def move(apps: Any, schema_editor: Any) -> None:
    """Make a mail of every notice that had one. The words of those that were sent stand on the notice, and are not copied."""
    notice_model, mail_model = apps.get_model("notices", "Notice"), apps.get_model("notices", "Mail")
    had_mail = notice_model.objects.filter(mail__isnull=True).exclude(mail_was="none").select_related("person")
    while batch := list(had_mail.order_by("pk")[:_BATCH]):
        for notice in batch:
            sent = notice.mail_was == "sent"
            words = f"{notice.body}\n\n{settings.SITE_URL}{notice.url}"
            notice.mail = mail_model.objects.create(
                person=notice.person,
                to=notice.person.email,
                language=settings.LANGUAGE_CODE,
                kind=notice.kind,
                subject=notice.subject,
                text="" if sent else words,
                state="sent" if sent else "queued",
                created_at=notice.created_at,
                next_try_at=notice.created_at,
                sent_at=notice.mailed_at,
                blanked_at=notice.mailed_at or notice.created_at if sent else None,
            )
            notice.save(update_fields=["mail"])


class Migration(migrations.Migration):
    """See above."""

    dependencies = [("notices", "0003_mail")]

    operations = [migrations.RunPython(move, migrations.RunPython.noop)]
