"""Cases in the technical administration, to look at."""

from django.contrib import admin

from forum.cases.models import Case, Document, NumberSeries, Referral
from trepart.access.look_only import LookOnly


# Cases ----------------------------------------------------------------------------------------------------------------
@admin.register(Case)
class CaseAdmin(LookOnly):
    """Cases, newest first."""

    list_display = ("reference", "title", "access", "created_at")
    list_filter = ("access", "year")
    search_fields = ("title",)


@admin.register(Document)
class DocumentAdmin(LookOnly):
    """What was attached to cases; the files themselves are opened in the portal, where one is asked who one is."""

    list_display = ("title", "case", "content_type", "size", "added_at")
    list_select_related = ("case",)
    exclude = ("file",)


@admin.register(Referral)
class ReferralAdmin(LookOnly):
    """Stays of cases with bodies."""

    list_display = ("case", "body", "status", "received_at", "due_on", "outcome")
    list_filter = ("status", "outcome")
    list_select_related = ("case", "body")


@admin.register(NumberSeries)
class NumberSeriesAdmin(LookOnly):
    """The last number of each series."""

    list_display = ("key", "last")
