"""The act on the page of an item that sets two motions against each other (R11)."""

from collections.abc import Mapping

from django.http import HttpRequest
from django.utils.translation import gettext_lazy

from forum.meetings.core import voting
from forum.meetings.session.item_page.action import Act
from forum.meetings.session.item_page.context import Table
from forum.meetings.session.votes import ballots
from forum.meetings.session.votes.forms import ContestForm
from trepart.access.web import reader_of


def _contest_form(table: Table, data: Mapping[str, object] | None, request: HttpRequest) -> ContestForm:
    return ContestForm(data, motions=table.motions, voters=table.voters)


def _contest(request: HttpRequest, table: Table, form: ContestForm, seen: int | None) -> str:
    data = form.cleaned_data
    ballot = ballots.record_ballot(
        table.item,
        motion=form.motions[data["first"]],
        opponent=form.motions[data["second"]],
        choices=form.choices(),
        actor=reader_of(request),
        seen=seen,
    )
    return voting.result_text(ballot)


CONTEST = Act(
    "alternativ", gettext_lazy("Two motions against each other"),
    gettext_lazy("Everybody votes for one of the two, and one is adopted. To vote on them one by one, use the "
                 "votes on the page of the case."),
    gettext_lazy("Record the votes"), _contest_form, _contest,
    lambda table: table.item.decided is None and table.votes and table.quorate and not table.stopped and len(
        table.motions
    ) > 1,
    "case",
)  # fmt: skip
