"""Proposals in the technical administration, to look at.

Everything is written through the portal, where the trail follows.
"""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

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


class ReadOnlyAdmin(admin.ModelAdmin[Any]):
    """Shows rows and changes none: a write here would go past the trail."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: object = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: object = None) -> bool:
        return False


@admin.register(Proposal)
class ProposalAdmin(ReadOnlyAdmin):
    """Proposals, newest first."""

    list_display = ("title", "case", "status", "unit", "submitted_at")
    list_filter = ("status",)
    search_fields = ("title",)
    list_select_related = ("case", "unit")
    date_hierarchy = "submitted_at"


@admin.register(Feedback)
class FeedbackAdmin(ReadOnlyAdmin):
    """Answers given."""

    list_display = ("proposal", "outcome", "body", "given_at")
    list_filter = ("outcome",)
    list_select_related = ("proposal", "body")


@admin.register(Position)
class PositionAdmin(ReadOnlyAdmin):
    """What each held where a group did not agree."""

    list_display = ("referral", "membership", "part")
    list_select_related = ("referral__case", "referral__body", "membership__person")


@admin.register(Conclusion)
class ConclusionAdmin(ReadOnlyAdmin):
    """Conclusions, provisional and not."""

    list_display = ("referral", "step", "status", "concluded_at")
    list_filter = ("status",)
    list_select_related = ("referral__case", "referral__body")


@admin.register(Stance)
class StanceAdmin(ReadOnlyAdmin):
    """What was said for each seat."""

    list_display = ("conclusion", "membership", "agrees", "said_at")
    list_select_related = ("conclusion__referral__case", "conclusion__referral__body", "membership__person")


@admin.register(PartialityAnswer)
class PartialityAnswerAdmin(ReadOnlyAdmin):
    """What those who had a say in their own proposal answered."""

    list_display = ("referral", "partial", "answered_at")
    list_select_related = ("referral__case", "referral__body")


@admin.register(HeardWord)
class HeardWordAdmin(ReadOnlyAdmin):
    """Representatives who were asked where one leader decides, and what they said."""

    list_display = ("proposal", "membership", "asked_on", "said_at")
    list_select_related = ("proposal__case", "membership__person", "membership__body")


@admin.register(ProgressReport)
class ProgressReportAdmin(ReadOnlyAdmin):
    """How carrying out goes."""

    list_display = ("proposal", "reported_at", "new_due_on")
    list_select_related = ("proposal",)


@admin.register(Intake)
class IntakeAdmin(ReadOnlyAdmin):
    """Where proposals come in."""

    list_display = ("origin", "kind", "body")
    list_select_related = ("body",)
