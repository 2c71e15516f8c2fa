"""The act on the page of an item that begins an election or an appointment (koml §§ 7-8, 8-1)."""

from collections.abc import Mapping

from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from forum.meetings.enums import PollKind
from forum.meetings.session.elections import services as elections
from forum.meetings.session.elections.forms import ElectionForm
from forum.meetings.session.item_page.action import Act
from forum.meetings.session.item_page.context import Table
from trepart.access.web import reader_of


def _election_form(table: Table, data: Mapping[str, object] | None, request: HttpRequest) -> ElectionForm:
    return ElectionForm(data)


def _election(request: HttpRequest, table: Table, form: ElectionForm, seen: int | None) -> str:
    data = form.cleaned_data
    elections.propose_candidates(
        table.item, kind=PollKind.ELECTION, place=data["place"], names=data["names"], actor=reader_of(request),
        seen=seen
    )  # fmt: skip
    return _("The candidates are recorded. Now count the votes.")


ELECT = Act(
    "valg", gettext_lazy("Election"),
    gettext_lazy("Here votes may be blank, and a draw is decided by lot (Local Government Act §§ 7-8 and 8-1). "
                 "Proportional elections are not counted in the portal."),
    gettext_lazy("To the votes"), _election_form, _election,
    lambda table: table.item.decided is None and table.votes and table.quorate and not table.stopped,
    "case",
)  # fmt: skip
