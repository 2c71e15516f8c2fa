"""Rows in the technical administration that can be looked at and not changed, and filtered by what is listed alone."""

from typing import Any

from django.contrib import admin
from django.http import Http404, HttpRequest, HttpResponse

#: What a filter puts in an address after the name of its field: the choices of a list, the days of a calendar.
_ASKED = frozenset(
    {"exact", "in", "isnull", "gte", "gt", "lt", "lte", "year", "month", "day", "id__exact", "pk__exact"}
)


class ListedLookups(admin.ModelAdmin[Any]):
    """Answers in its addresses about the fields it lists to filter by, and about no others.

    Django lets an address ask about every field of the rows (``?password__startswith=m``), and so read what the page
    does not show, letter by letter: a password's hash, a reset key in a mail.
    """

    def lookup_allowed(self, lookup: str, value: str, request: HttpRequest | None = None) -> bool:
        """Say whether an address may ask ``lookup``: a listed filter, the way filters ask."""
        listed = [*(self.get_list_filter(request) if request is not None else self.list_filter), self.date_hierarchy]
        for one in listed:
            name = one[0] if isinstance(one, list | tuple) else one
            if not isinstance(name, str):
                continue
            if lookup == name or (lookup.startswith(f"{name}__") and lookup.removeprefix(f"{name}__") in _ASKED):
                return True
        return False


class LookOnly(ListedLookups):
    """Shows rows and changes none: a write here would go past the services, and so past the rules and the trail."""

    list_per_page = 50
    show_full_result_count = False
    #: Nothing is done to rows from here: a deed would leave no trail.
    actions = None

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Nothing is added here."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: object = None) -> bool:
        """Nothing is changed here."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: object = None) -> bool:
        """Nothing is removed here."""
        return False


class NoContent(LookOnly):
    """Shows that rows are there and when things happened, and nothing of what they say or whose they are: what is
    closed is read in the portal alone, where it is asked who one is, and noted who looked (R27, R29).

    A page shows the number of each row, and the columns it names in ``list_display``: nothing, where it names none.
    Another row, a person, a choice somebody made are named on none: who proposed and who voted what stand there.
    """

    list_display: tuple[str, ...] = ()

    def get_list_display(self, request: HttpRequest) -> tuple[str, ...]:
        """Return the columns of the list."""
        return ("pk", *self.list_display)

    def get_fields(self, request: HttpRequest, obj: object = None) -> tuple[str, ...]:
        """Return what is shown of one row: the same."""
        return tuple(dict.fromkeys((self.opts.pk.attname, *self.list_display)))

    def get_readonly_fields(self, request: HttpRequest, obj: object = None) -> tuple[str, ...]:
        """Return the same: nothing is filled in here."""
        return self.get_fields(request)

    def get_search_fields(self, request: HttpRequest) -> tuple[str, ...]:
        """Nothing is searched for here: what is found by its words has shown them."""
        return ()

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Show one row, called by its number."""
        called = {"title": f"{self.model._meta.verbose_name} {object_id}", "subtitle": None, "original": object_id}
        return super().change_view(request, object_id, form_url, {**(extra_context or {}), **called})

    def history_view(
        self, request: HttpRequest, object_id: str, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """There is none here: what became of a row stands in the trail."""
        raise Http404
