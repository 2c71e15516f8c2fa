"""Cases in the technical administration, to look at."""

from django.contrib import admin

from forum.cases.models import Case, Document, NumberSeries, Referral
from trepart.access.look_only import NoContent


# Cases ----------------------------------------------------------------------------------------------------------------
@admin.register(Case)
class CaseAdmin(NoContent):
    """Cases, newest first."""

    list_display = ("reference", "title", "access", "created_at")
    list_filter = ("access", "year")


@admin.register(Document)
class DocumentAdmin(NoContent):
    """What was attached to cases; the files themselves are opened in the portal, where one is asked who one is."""

    list_display = ("title", "case", "content_type", "size", "added_at")


@admin.register(Referral)
class ReferralAdmin(NoContent):
    """Stays of cases with bodies."""

    list_display = ("case", "body", "status", "received_at", "due_on", "outcome")
    list_filter = ("status", "outcome")


@admin.register(NumberSeries)
class NumberSeriesAdmin(NoContent):
    """The last number of each series."""

    list_display = ("key", "last")
