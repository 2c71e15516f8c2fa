"""Mail in the technical administration, to look at: what became of it, and why it was not sent."""

from typing import ClassVar

from django.contrib import admin

from trepart.access.look_only import LookOnly
from trepart.notices.models import Mail


@admin.register(Mail)
class MailAdmin(LookOnly):
    """Newest first; a mail that did not arrive is found by its state. What it says is not shown here: it is between the
    portal and the person."""

    list_display = ("created_at", "to", "kind", "state", "reason", "code", "attempts", "sent_at")
    list_filter = ("state", "reason")
    fields: ClassVar[tuple[str, ...]] = (*list_display, "troubled_at", "next_try_at", "language")
