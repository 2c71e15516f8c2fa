"""Notices in the technical administration, to look at: what became of the mail, and why it was not sent."""

from typing import Any, ClassVar

from django.contrib import admin
from django.http import HttpRequest

from trepart.notices.models import Notice


@admin.register(Notice)
class NoticeAdmin(admin.ModelAdmin[Notice]):
    """Newest first; a mail that could not be sent is found by its status. What was told is not shown here: it is between the portal and the person."""

    list_display = ("created_at", "person", "kind", "mail", "mail_error", "mailed_at")
    list_filter = ("mail", "kind")
    list_select_related: ClassVar[list[str]] = ["person"]
    list_per_page = 50
    show_full_result_count = False
    fields = ("created_at", "person", "kind", "mail", "mail_error", "mailed_at")

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Nothing is added here."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Nothing is changed here."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Nothing is removed here."""
        return False
