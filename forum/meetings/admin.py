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

    list_display = ("kind", "starts_at", "status", "called_at", "opened_at", "ended_at")
    list_filter = ("status", "kind")
    date_hierarchy = "starts_at"


@admin.register(AgendaItem)
class AgendaItemAdmin(NoContent):
    """Items on agendas, and when each was carried into its case; why one could not be stands in the portal."""

    list_display = ("settled_at", "withdrawn_at")


@admin.register(Attendance)
class AttendanceAdmin(NoContent):
    """That people met or were absent, one row for each place."""


@admin.register(Recusal)
class RecusalAdmin(NoContent):
    """That somebody took no part in an item."""


@admin.register(Motion)
class MotionAdmin(NoContent):
    """That something was moved, and when."""

    list_display = ("created_at",)


@admin.register(Ballot)
class BallotAdmin(NoContent):
    """Votes held."""

    list_display = ("held_at",)


@admin.register(Vote)
class VoteAdmin(NoContent):
    """The single votes."""


@admin.register(Decision)
class DecisionAdmin(NoContent):
    """Decisions, and when."""

    list_display = ("decided_at", "due_on")


@admin.register(Minutes)
class MinutesAdmin(NoContent):
    """Minutes and where they stand."""

    list_display = ("status", "published_at", "approved_at")
    list_filter = ("status",)


@admin.register(MinutesVersion)
class MinutesVersionAdmin(NoContent):
    """Published versions with their sums; the printed files are fetched in the portal."""

    list_display = ("number", "created_at", "public_sha256")


@admin.register(DecisionList)
class DecisionListAdmin(NoContent):
    """Published decision lists with their sums; the printed files are fetched in the portal."""

    list_display = ("number", "created_at", "public_sha256")


@admin.register(MinutesSigner)
class MinutesSignerAdmin(NoContent):
    """That somebody is asked to approve minutes."""


@admin.register(MinutesSignature)
class MinutesSignatureAdmin(NoContent):
    """When those who were asked have answered."""

    list_display = ("at",)


@admin.register(RemarkReply)
class RemarkReplyAdmin(NoContent):
    """When remarks were answered."""

    list_display = ("at",)


@admin.register(RecordCorrection)
class RecordCorrectionAdmin(NoContent):
    """When something was put right after meetings."""

    list_display = ("at",)


@admin.register(FollowUp)
class FollowUpAdmin(NoContent):
    """Decisions that are carried out."""

    list_display = ("due_on", "done_on")


@admin.register(FollowUpNote)
class FollowUpNoteAdmin(NoContent):
    """When something was told of the progress."""

    list_display = ("at",)


@admin.register(LegalityRequest)
class LegalityRequestAdmin(NoContent):
    """Requests for review of legality."""

    list_display = ("asked_on", "deadline")
