"""Proposals in the technical administration, to look at.

Everything is written through the portal, where the trail follows.
"""

from django.contrib import admin

from proposals.models import (
    Conclusion,
    Feedback,
    HeardWord,
    Intake,
    PartialityAnswer,
    Position,
    ProgressReport,
    Proposal,
    Stance,
)
from trepart.access.look_only import NoContent


@admin.register(Proposal)
class ProposalAdmin(NoContent):
    """Proposals, newest first."""

    list_display = ("title", "case", "status", "unit", "submitted_at")
    list_filter = ("status",)
    date_hierarchy = "submitted_at"


@admin.register(Feedback)
class FeedbackAdmin(NoContent):
    """Answers given."""

    list_display = ("proposal", "outcome", "body", "given_at")
    list_filter = ("outcome",)


@admin.register(Position)
class PositionAdmin(NoContent):
    """What each held where a group did not agree."""

    list_display = ("referral", "membership", "part")


@admin.register(Conclusion)
class ConclusionAdmin(NoContent):
    """Conclusions, provisional and not."""

    list_display = ("referral", "step", "status", "concluded_at")
    list_filter = ("status",)


@admin.register(Stance)
class StanceAdmin(NoContent):
    """What was said for each seat."""

    list_display = ("conclusion", "membership", "agrees", "said_at")


@admin.register(PartialityAnswer)
class PartialityAnswerAdmin(NoContent):
    """What those who had a say in their own proposal answered."""

    list_display = ("referral", "partial", "answered_at")


@admin.register(HeardWord)
class HeardWordAdmin(NoContent):
    """Representatives who were asked where one leader decides, and what they said."""

    list_display = ("proposal", "membership", "asked_on", "said_at")


@admin.register(ProgressReport)
class ProgressReportAdmin(NoContent):
    """How carrying out goes."""

    list_display = ("proposal", "reported_at", "new_due_on")


@admin.register(Intake)
class IntakeAdmin(NoContent):
    """Where proposals come in."""

    list_display = ("origin", "kind", "body")
