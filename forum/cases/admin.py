"""Cases in the technical administration, to look at."""

from django.contrib import admin

from forum.cases.models import Case, Document, NumberSeries, Referral
from trepart.access.look_only import NoContent


# Cases ----------------------------------------------------------------------------------------------------------------
@admin.register(Case)
class CaseAdmin(NoContent):
    """Cases, newest first."""

    list_display = ("year", "created_at")
    list_filter = ("year",)


@admin.register(Document)
class DocumentAdmin(NoContent):
    """What was attached to cases; the files themselves are opened in the portal, where one is asked who one is."""

    list_display = ("added_at",)


@admin.register(Referral)
class ReferralAdmin(NoContent):
    """Stays of cases with bodies."""

    list_display = ("status", "received_at", "due_on", "closed_at")
    list_filter = ("status",)


@admin.register(NumberSeries)
class NumberSeriesAdmin(NoContent):
    """The last number of each series."""

    list_display = ("last",)
