"""The acts on the page of an item that are about motions: two against each other (R11), one changed or withdrawn."""

from collections.abc import Mapping

from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from forum.meetings.core import voting
from forum.meetings.core.vote_models import Motion
from forum.meetings.session.item_page.action import Act
from forum.meetings.session.item_page.context import Table
from forum.meetings.session.votes import ballots, motions
from forum.meetings.session.votes.forms import ChangeMotionForm, ContestForm
from trepart.access.web import reader_of
from trepart.text.numbers import number


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


def _movable(table: Table) -> list[Motion]:
    return [motion for motion in table.open_motions if not motion.is_recommendation]


def _change_form(table: Table, data: Mapping[str, object] | None, request: HttpRequest) -> ChangeMotionForm:
    return ChangeMotionForm(
        data, motions=_movable(table), wanted=number(request.GET.get("forslag")), item=table.item, reader=request.user
    )


def _change(request: HttpRequest, table: Table, form: ChangeMotionForm, seen: int | None) -> str:
    motion, actor = form.chosen(), reader_of(request)
    if form.cleaned_data["what"] == form.WITHDRAWN:
        motions.withdraw_motion(motion, actor=actor, seen=seen)
        return _("The motion is withdrawn. The minutes say so.")
    motions.change_motion(motion, text=form.cleaned_data["text"], actor=actor, seen=seen)
    return _("The motion is changed.")


CHANGE_MOTION = Act(
    "endre-forslag", gettext_lazy("A motion is changed or withdrawn"),
    gettext_lazy("Before it is voted on, whoever moved a motion may change it or take it back. Another who wants to "
                 "go on with it moves it anew."),
    gettext_lazy("Record it"), _change_form, _change,
    lambda table: table.item.decided is None and bool(_movable(table)),
    "case",
)  # fmt: skip
