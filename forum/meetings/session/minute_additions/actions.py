"""Acts on the page of an item: an addition to the minutes, and somebody who informs (R5, R13)."""

from collections.abc import Mapping

from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from forum.meetings.enums import Capacity
from forum.meetings.session.item_page.action import Act, always
from forum.meetings.session.item_page.context import Table
from forum.meetings.session.minute_additions import services as minute_additions
from forum.meetings.session.minute_additions.forms import AdditionForm
from forum.meetings.session.participation import attendees
from forum.meetings.session.participation.forms import InformForm
from trepart.access.web import reader_of


def _addition_form(table: Table, data: Mapping[str, object] | None, request: HttpRequest) -> AdditionForm:
    people = [voter.membership for voter in table.voters]
    return AdditionForm(data, people=people, item=table.item, reader=request.user)


def _addition(request: HttpRequest, table: Table, form: AdditionForm, seen: int | None) -> str:
    minute_additions.add_to_minutes(table.item, **form.cleaned_data, actor=reader_of(request), seen=seen)
    return _("The addition stands in the minutes.")


def _inform_form(table: Table, data: Mapping[str, object] | None, request: HttpRequest) -> InformForm:
    return InformForm(data, elected_body=table.meeting.body.is_elected_body)


def _inform(request: HttpRequest, table: Table, form: InformForm, seen: int | None) -> str:
    data = form.cleaned_data
    attendees.attend(
        table.meeting, item=table.item, name=data["name"], title=data["title"],
        capacity=Capacity(data["capacity"]), actor=reader_of(request)
    )  # fmt: skip
    if data["capacity"] == Capacity.EMPLOYEES:
        return _("%(name)s is recorded as having spoken for the employees.") % {"name": data["name"]}
    return _("%(name)s is recorded as having informed the body.") % {"name": data["name"]}


ADD = Act(
    "tilforsel", gettext_lazy("Addition to the minutes"),
    gettext_lazy("A short statement that somebody who takes part wants to stand in the minutes."),
    gettext_lazy("Put it in the minutes"), _addition_form, _addition, always, "minutes",
)  # fmt: skip


INFORM = Act(
    "orientering", gettext_lazy("Somebody informs"),
    gettext_lazy("Others than members may be invited to inform the body, and in an elected body the employees' "
                 "representatives may speak. It is recorded as that (Local Government Act §§ 8-1 and 13-4)."),
    gettext_lazy("Record it"), _inform_form, _inform, always, "minutes",
)  # fmt: skip
