"""Sheets of views in the technical administration, to look at."""

from django.contrib import admin

from forum.council.models import CouncilSheet
from trepart.access.look_only import NoContent


@admin.register(CouncilSheet)
class CouncilSheetAdmin(NoContent):
    """Sheets of views as they were sent, with their sums; the printed files are fetched in the portal."""

    list_display = ("number", "created_at", "public_sha256")
