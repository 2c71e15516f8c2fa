"""Meetings in the technical administration, to look at."""

from django.contrib import admin

from forum.meetings.core.models import AgendaItem, Attendance, Decision, Meeting, Recusal
from forum.meetings.core.vote_models import Ballot, Motion, Vote
from forum.meetings.follow_up.legality_models import LegalityRequest
from forum.meetings.follow_up.models import FollowUp, FollowUpNote
from forum.meetings.minutes.approvals.models import MinutesSignature, MinutesSigner, RemarkReply
from forum.meetings.minutes.corrections.models import RecordCorrection
from forum.meetings.minutes.decision_lists.models import DecisionList
from forum.meetings.minutes.models import Minutes, MinutesVersion
from trepart.access.look_only import LookOnly


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


@admin.register(RemarkReply)
class RemarkReplyAdmin(LookOnly):
    """What was answered to remarks."""

    list_display = ("remark", "text", "written_by", "at")
    list_select_related = ("remark", "written_by")


@admin.register(RecordCorrection)
class RecordCorrectionAdmin(LookOnly):
    """What was put right after meetings."""

    list_display = ("meeting", "kind", "name", "made_by", "at")
    list_filter = ("kind",)
    list_select_related = ("meeting__body", "made_by")


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
    """Requests for review of legality."""

    list_display = ("item", "about", "asked_on", "deadline")
    list_select_related = ("item",)
