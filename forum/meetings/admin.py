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
from trepart.access.look_only import NoContent


# Meetings and minutes -------------------------------------------------------------------------------------------------
@admin.register(Meeting)
class MeetingAdmin(NoContent):
    """Meetings, newest first."""

    list_display = ("body", "kind", "starts_at", "status")
    list_filter = ("status", "kind")
    date_hierarchy = "starts_at"


@admin.register(AgendaItem)
class AgendaItemAdmin(NoContent):
    """Items on agendas; whether one could not be carried into its case stands here too."""

    list_display = ("label", "title", "meeting", "settled_at", "settle_error")


@admin.register(Attendance)
class AttendanceAdmin(NoContent):
    """Who met."""

    list_display = ("membership", "meeting", "present", "stands_for")


@admin.register(Recusal)
class RecusalAdmin(NoContent):
    """Who took no part in an item, and why."""

    list_display = ("membership", "item", "kind", "basis")


@admin.register(Motion)
class MotionAdmin(NoContent):
    """What was moved."""

    list_display = ("item", "text", "moved_by", "created_at")


@admin.register(Ballot)
class BallotAdmin(NoContent):
    """Votes held."""

    list_display = ("item", "motion", "unanimous", "held_at")


@admin.register(Vote)
class VoteAdmin(NoContent):
    """Who voted what."""

    list_display = ("name", "ballot", "choice", "party")


@admin.register(Decision)
class DecisionAdmin(NoContent):
    """What was decided."""

    list_display = ("item", "resolution", "responsible", "due_on", "decided_at")
    list_filter = ("resolution",)


@admin.register(Minutes)
class MinutesAdmin(NoContent):
    """Minutes and where they stand."""

    list_display = ("meeting", "status", "published_at", "approved_at")
    list_filter = ("status",)


@admin.register(MinutesVersion)
class MinutesVersionAdmin(NoContent):
    """Published versions with their sums; the printed files are fetched in the portal."""

    list_display = ("minutes", "number", "created_at", "public_sha256")


@admin.register(DecisionList)
class DecisionListAdmin(NoContent):
    """Published decision lists with their sums; the printed files are fetched in the portal."""

    list_display = ("meeting", "number", "created_at", "public_sha256")


@admin.register(MinutesSigner)
class MinutesSignerAdmin(NoContent):
    """Who is asked to approve minutes."""

    list_display = ("minutes", "membership")


@admin.register(MinutesSignature)
class MinutesSignatureAdmin(NoContent):
    """What those who were asked have answered."""

    list_display = ("version", "name", "kind", "at")
    list_filter = ("kind",)


@admin.register(RemarkReply)
class RemarkReplyAdmin(NoContent):
    """What was answered to remarks."""

    list_display = ("remark", "text", "written_by", "at")


@admin.register(RecordCorrection)
class RecordCorrectionAdmin(NoContent):
    """What was put right after meetings."""

    list_display = ("meeting", "kind", "name", "made_by", "at")
    list_filter = ("kind",)


@admin.register(FollowUp)
class FollowUpAdmin(NoContent):
    """Decisions that are carried out."""

    list_display = ("decision", "responsible", "due_on", "done_on")


@admin.register(FollowUpNote)
class FollowUpNoteAdmin(NoContent):
    """What has been told of the progress."""

    list_display = ("follow_up", "written_by", "at", "done")


@admin.register(LegalityRequest)
class LegalityRequestAdmin(NoContent):
    """Requests for review of legality."""

    list_display = ("item", "about", "asked_on", "deadline")
