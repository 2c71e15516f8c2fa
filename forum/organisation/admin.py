"""The organisation in the technical administration, to look at."""

from typing import Any, ClassVar

from django.contrib import admin
from django.http import HttpRequest

from forum.organisation.models import Appointment, Body, Employment, Membership, PoliticalParty, Unit
from trepart.access.look_only import LookOnly


class MembershipLines(admin.TabularInline[Any, Any]):
    """Who sits in a body, on its page."""

    model = Membership
    fields = ("person", "role", "part", "side", "deputy_number", "valid_from", "valid_to")
    extra = 0
    can_delete = False

    def has_add_permission(self, request: HttpRequest, obj: object = None) -> bool:
        """Nothing is added here."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: object = None) -> bool:
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
