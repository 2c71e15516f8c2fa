"""How mail is doing, for those who run the portal and for the clerk's page."""

from datetime import datetime

from django.db.models import Min

from trepart import clock, health
from trepart.notices.models import Mail, MailState


def oldest_waiting() -> datetime | None:
    """Return when the mail that has waited longest in the queue was due for the first time, or
    None where none waits."""
    waiting = Mail.objects.filter(state__in=[MailState.QUEUED, MailState.SENDING], created_at__lte=clock.now())
    found: datetime | None = waiting.aggregate(oldest=Min("created_at"))["oldest"]
    return found


def mail() -> health.Finding:
    """Say how long the oldest mail has waited (``/helse/drift``)."""
    oldest = oldest_waiting()
    waited = clock.now() - oldest if oldest else None
    if waited is None or waited <= health.MAIL_WAITS:
        return health.Finding("mail", True)
    return health.Finding("mail", False, f"the oldest mail has waited {waited.total_seconds():.0f} s")
