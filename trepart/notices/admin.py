"""Mail in the technical administration, to look at: what became of it, and why it was not sent."""

from typing import Any, ClassVar

from django.contrib import admin
from django.http import HttpRequest

from trepart.notices.models import Mail


@admin.register(Mail)
class MailAdmin(admin.ModelAdmin[Mail]):
    """Newest first; a mail that did not arrive is found by its state. What it says is not shown here: it is between the
    portal and the person."""

    list_display = ("created_at", "to", "kind", "state", "reason", "code", "attempts", "sent_at")
    list_filter = ("state", "reason")
    list_per_page = 50
    show_full_result_count = False
    fields: ClassVar[tuple[str, ...]] = (*list_display, "troubled_at", "next_try_at", "language")

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Nothing is added here."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Nothing is changed here."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Nothing is removed here."""
        return False
