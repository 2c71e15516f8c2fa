"""The act on the page of an item that closes the doors (koml § 11-5, R8)."""

from collections.abc import Mapping

from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from forum.meetings.enums import Settled
from forum.meetings.session.closed_doors import services as closed_doors
from forum.meetings.session.closed_doors.forms import CloseDoorsForm
from forum.meetings.session.item_page.action import Act
from forum.meetings.session.item_page.context import Table
from trepart.access.web import reader_of


def _close_form(table: Table, data: Mapping[str, object] | None, request: HttpRequest) -> CloseDoorsForm:
    return CloseDoorsForm(data, item=table.item, voters=table.voters)


def _close(request: HttpRequest, table: Table, form: CloseDoorsForm, seen: int | None) -> str:
    data = form.cleaned_data
    period = closed_doors.close_doors(
        table.item,
        basis=data["full_basis"],
        public_title=data["public_title"],
        settled=Settled(data["settled"]),
        choices=form.choices(),
        debate_closed=data["debate_closed"],
        actor=reader_of(request),
        seen=seen,
    )
    return _("The doors stay open.") if period is None else _("The doors are closed for this case.")


def _doors_hints(table: Table) -> list[tuple[str, str]]:
    if table.meeting.remote and not table.item.is_closed:
        return [
            (
                _(
                    "Members take part remotely: a case closed under the second paragraph cannot be treated "
                    "(Local Government Act § 11-7)."
                ),
                "",
            )
        ]
    return []


CLOSE_DOORS = Act(
    "dorer", gettext_lazy("Close the doors"),
    gettext_lazy("The debate on closing may be closed; the vote on it is open (Local Government Act § 11-5)."),
    gettext_lazy("Close the doors"), _close_form, _close,
    lambda table: table.item.decided is None and not any(
        p.opened_at is None for p in table.item.door_periods.all()
    ),
    "case", _doors_hints,
)  # fmt: skip
