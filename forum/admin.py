"""The room in the technical administration: to look at. Everything is written through the portal's own pages, where rules and trail follow."""

from typing import Any, ClassVar

from django.contrib import admin
from django.http import HttpRequest

from forum.models import (
    AgendaItem,
    Appointment,
    Attendance,
    Ballot,
    Body,
    Case,
    CouncilSheet,
    Decision,
    DecisionList,
    Document,
    Employment,
    FollowUp,
    FollowUpNote,
    LegalityRequest,
    Meeting,
    Membership,
    Minutes,
    MinutesSignature,
    MinutesSigner,
    MinutesVersion,
    Motion,
    NumberSeries,
    PoliticalParty,
    Recusal,
    Referral,
    Unit,
    Vote,
)


class LookOnly(admin.ModelAdmin[Any]):
    """Shows rows and changes none: a write here would go past the services, and so past the rules and the trail."""

    list_per_page = 50
    show_full_result_count = False

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Nothing is added here."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Nothing is changed here."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Nothing is removed here."""
        return False


class MembershipLines(admin.TabularInline[Any, Any]):
    """Who sits in a body, on its page."""

    model = Membership
    fields = ("person", "role", "part", "side", "deputy_number", "valid_from", "valid_to")
    extra = 0
    can_delete = False

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Nothing is added here."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Nothing is changed here."""
        return False

    def get_queryset(self, request: HttpRequest) -> Any:
        """Fetch the people along."""
        return super().get_queryset(request).select_related("person", "body")


# Organisation ---------------------------------------------------------------------------------------------------------


@admin.register(Unit)
class UnitAdmin(LookOnly):
    """Workplaces and sectors."""

    list_display = ("name", "parent", "closed_on")
    list_select_related = ("parent",)
    search_fields = ("name",)


@admin.register(Body)
class BodyAdmin(LookOnly):
    """Bodies, with who sits in them."""

    list_display = ("name", "kind", "legal_basis", "active_from", "closed_on")
    list_filter = ("kind", "legal_basis")
    search_fields = ("name",)
    inlines: ClassVar[Any] = (MembershipLines,)


@admin.register(Membership)
class MembershipAdmin(LookOnly):
    """Who sits where, from when to when."""

    list_display = ("person", "body", "role", "part", "valid_from", "valid_to")
    list_filter = ("role", "part")
    list_select_related = ("person", "body")
    search_fields = ("person__name", "person__email", "body__name")


@admin.register(Employment)
class EmploymentAdmin(LookOnly):
    """Who works where."""

    list_display = ("person", "unit", "title", "valid_from", "valid_to")
    list_select_related = ("person", "unit")
    search_fields = ("person__name", "person__email", "unit__name")


@admin.register(Appointment)
class AppointmentAdmin(LookOnly):
    """Who holds which office."""

    list_display = ("person", "office", "valid_from", "valid_to")
    list_filter = ("office",)
    list_select_related = ("person",)


@admin.register(PoliticalParty)
class PoliticalPartyAdmin(LookOnly):
    """Political parties."""

    list_display = ("name", "short")


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


# Meetings and minutes -------------------------------------------------------------------------------------------------


@admin.register(Meeting)
class MeetingAdmin(LookOnly):
    """Meetings, newest first."""

    list_display = ("body", "kind", "starts_at", "status")
    list_filter = ("status", "kind")
    list_select_related = ("body",)
    date_hierarchy = "starts_at"


@admin.register(AgendaItem)
class AgendaItemAdmin(LookOnly):
    """Items on agendas; whether one could not be carried into its case stands here too."""

    list_display = ("label", "title", "meeting", "settled_at", "settle_error")
    list_select_related = ("meeting__body",)
    search_fields = ("title",)


@admin.register(Attendance)
class AttendanceAdmin(LookOnly):
    """Who met."""

    list_display = ("membership", "meeting", "present", "stands_for")
    list_select_related = ("membership__person", "meeting__body", "stands_for__person")


@admin.register(Recusal)
class RecusalAdmin(LookOnly):
    """Who took no part in an item, and why."""

    list_display = ("membership", "item", "kind", "basis")
    list_select_related = ("membership__person", "item")


@admin.register(Motion)
class MotionAdmin(LookOnly):
    """What was moved."""

    list_display = ("item", "text", "moved_by", "created_at")
    list_select_related = ("item", "moved_by__person")


@admin.register(Ballot)
class BallotAdmin(LookOnly):
    """Votes held."""

    list_display = ("item", "motion", "unanimous", "held_at")
    list_select_related = ("item", "motion")


@admin.register(Vote)
class VoteAdmin(LookOnly):
    """Who voted what."""

    list_display = ("name", "ballot", "choice", "party")
    list_select_related = ("ballot__item", "party")


@admin.register(Decision)
class DecisionAdmin(LookOnly):
    """What was decided."""

    list_display = ("item", "resolution", "responsible", "due_on", "decided_at")
    list_filter = ("resolution",)
    list_select_related = ("item", "responsible")


@admin.register(Minutes)
class MinutesAdmin(LookOnly):
    """Minutes and where they stand."""

    list_display = ("meeting", "status", "published_at", "approved_at")
    list_filter = ("status",)
    list_select_related = ("meeting__body",)


@admin.register(MinutesVersion)
class MinutesVersionAdmin(LookOnly):
    """Published versions with their sums; the printed files are fetched in the portal."""

    list_display = ("minutes", "number", "created_at", "public_sha256")
    list_select_related = ("minutes__meeting__body",)
    exclude = ("internal_pdf", "public_pdf")


@admin.register(DecisionList)
class DecisionListAdmin(LookOnly):
    """Published decision lists with their sums; the printed files are fetched in the portal."""

    list_display = ("meeting", "number", "created_at", "public_sha256")
    list_select_related = ("meeting__body",)
    exclude = ("internal_pdf", "public_pdf")


@admin.register(CouncilSheet)
class CouncilSheetAdmin(LookOnly):
    """Sheets of views as they were sent, with their sums; the printed files are fetched in the portal."""

    list_display = ("case_list", "number", "created_at", "public_sha256")
    list_select_related = ("case_list__council",)
    exclude = ("internal_pdf", "public_pdf")


@admin.register(MinutesSigner)
class MinutesSignerAdmin(LookOnly):
    """Who is asked to approve minutes."""

    list_display = ("minutes", "membership")
    list_select_related = ("minutes__meeting__body", "membership__person", "membership__body")


@admin.register(MinutesSignature)
class MinutesSignatureAdmin(LookOnly):
    """What those who were asked have answered."""

    list_display = ("version", "name", "kind", "at")
    list_filter = ("kind",)
    list_select_related = ("version__minutes",)


@admin.register(FollowUp)
class FollowUpAdmin(LookOnly):
    """Decisions that are carried out."""

    list_display = ("decision", "responsible", "due_on", "done_on")
    list_select_related = ("decision__item", "responsible")


@admin.register(FollowUpNote)
class FollowUpNoteAdmin(LookOnly):
    """What has been told of the progress."""

    list_display = ("follow_up", "written_by", "at", "done")
    list_select_related = ("follow_up__decision__item", "written_by")


@admin.register(LegalityRequest)
class LegalityRequestAdmin(LookOnly):
    """Requests for review of a decision's legality."""

    list_display = ("decision", "asked_on", "deadline")
    list_select_related = ("decision__item",)
