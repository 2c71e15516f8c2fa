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

    list_display = ("submitted_at", "due_on")
    date_hierarchy = "submitted_at"


@admin.register(Feedback)
class FeedbackAdmin(NoContent):
    """When answers were given."""

    list_display = ("given_at",)


@admin.register(Position)
class PositionAdmin(NoContent):
    """That each held something where a group did not agree."""


@admin.register(Conclusion)
class ConclusionAdmin(NoContent):
    """Conclusions, provisional and not."""

    list_display = ("concluded_at",)


@admin.register(Stance)
class StanceAdmin(NoContent):
    """When something was said for each seat."""

    list_display = ("said_at",)


@admin.register(PartialityAnswer)
class PartialityAnswerAdmin(NoContent):
    """When those who had a say in their own proposal answered."""

    list_display = ("answered_at",)


@admin.register(HeardWord)
class HeardWordAdmin(NoContent):
    """When representatives were asked where one leader decides, and when they answered."""

    list_display = ("asked_on", "said_at")


@admin.register(ProgressReport)
class ProgressReportAdmin(NoContent):
    """When it was told how carrying out goes."""

    list_display = ("reported_at", "new_due_on")


@admin.register(Intake)
class IntakeAdmin(NoContent):
    """Where proposals come in."""
