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
from trepart.access.look_only import LookOnly


@admin.register(Proposal)
class ProposalAdmin(LookOnly):
    """Proposals, newest first."""

    list_display = ("title", "case", "status", "unit", "submitted_at")
    list_filter = ("status",)
    search_fields = ("title",)
    list_select_related = ("case", "unit")
    date_hierarchy = "submitted_at"


@admin.register(Feedback)
class FeedbackAdmin(LookOnly):
    """Answers given."""

    list_display = ("proposal", "outcome", "body", "given_at")
    list_filter = ("outcome",)
    list_select_related = ("proposal", "body")


@admin.register(Position)
class PositionAdmin(LookOnly):
    """What each held where a group did not agree."""

    list_display = ("referral", "membership", "part")
    list_select_related = ("referral__case", "referral__body", "membership__person")


@admin.register(Conclusion)
class ConclusionAdmin(LookOnly):
    """Conclusions, provisional and not."""

    list_display = ("referral", "step", "status", "concluded_at")
    list_filter = ("status",)
    list_select_related = ("referral__case", "referral__body")


@admin.register(Stance)
class StanceAdmin(LookOnly):
    """What was said for each seat."""

    list_display = ("conclusion", "membership", "agrees", "said_at")
    list_select_related = ("conclusion__referral__case", "conclusion__referral__body", "membership__person")


@admin.register(PartialityAnswer)
class PartialityAnswerAdmin(LookOnly):
    """What those who had a say in their own proposal answered."""

    list_display = ("referral", "partial", "answered_at")
    list_select_related = ("referral__case", "referral__body")


@admin.register(HeardWord)
class HeardWordAdmin(LookOnly):
    """Representatives who were asked where one leader decides, and what they said."""

    list_display = ("proposal", "membership", "asked_on", "said_at")
    list_select_related = ("proposal__case", "membership__person", "membership__body")


@admin.register(ProgressReport)
class ProgressReportAdmin(LookOnly):
    """How carrying out goes."""

    list_display = ("proposal", "reported_at", "new_due_on")
    list_select_related = ("proposal",)


@admin.register(Intake)
class IntakeAdmin(LookOnly):
    """Where proposals come in."""

    list_display = ("origin", "kind", "body")
    list_select_related = ("body",)
