"""Acts on the page of an item: somebody leaves, somebody comes, somebody does not take part (R4, R12)."""

from collections.abc import Mapping

from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from forum.meetings.attendance import conflicts_of_interest, deputy_lists
from forum.meetings.core.queries import day_of
from forum.meetings.session.item_page.action import Act, before_the_vote, while_undecided
from forum.meetings.session.item_page.context import Table
from forum.meetings.session.participation import movements, recusals
from forum.meetings.session.participation.forms import ComeForm, LeaveForm, RecuseForm
from trepart.access.web import reader_of
from trepart.text.administration_act import Matter, cite


def _leave_form(table: Table, data: Mapping[str, object] | None, request: HttpRequest) -> LeaveForm:
    who = request.GET.get("hvem", "")
    return LeaveForm(data, item=table.item, table=table.table, initial={"membership": who} if who else None)


def _leave(request: HttpRequest, table: Table, form: LeaveForm, seen: int | None) -> str:
    data = form.cleaned_data
    movements.leave(table.item, **data, actor=reader_of(request), seen=seen)
    name = data["membership"].person.name
    return (_("%(name)s is not at the table in this case.") if data["only"] else _("%(name)s has left.")) % {
        "name": name
    }


def _come_form(table: Table, data: Mapping[str, object] | None, request: HttpRequest) -> ComeForm:
    return ComeForm(data, item=table.item, seats=table.seats, table=table.table)


def _come(request: HttpRequest, table: Table, form: ComeForm, seen: int | None) -> str:
    movements.come(table.item, **form.cleaned_data, actor=reader_of(request), seen=seen)
    return _("%(name)s is at the table.") % {"name": form.cleaned_data["membership"].person.name}


def _recuse_form(table: Table, data: Mapping[str, object] | None, request: HttpRequest) -> RecuseForm:
    prompt = next(
        (
            p
            for p in conflicts_of_interest.prompts(table.item, table.table)
            if str(p.membership.pk) == request.GET.get("hvem")
        ),
        None,
    )
    initial: dict[str, object] = {
        "membership": request.GET.get("hvem", ""),
        # Whoever runs the meeting says on what basis; only where the law itself says it, it stands there.
        "basis": prompt.basis if prompt is not None and prompt.by_law else "",
        "in_doubt": [
            str(report.membership_id)
            for report in table.item.conflict_reports.all()
            if str(report.membership_id) != request.GET.get("hvem")
        ],
    }
    return RecuseForm(
        data,
        # Those at the table, and deputies called for this case, who may have to step aside as well.
        people=list(dict.fromkeys(voter.membership for voter in (*table.table, *table.voters))),
        deputies=deputy_lists.deputies(table.meeting),
        voters=table.voters,
        on=day_of(table.meeting),
        elected_body=table.meeting.body.is_elected_body,
        unavailable={*deputy_lists.declined(table.meeting), *_called_already(table)},
        initial=initial,
    )


def _called_already(table: Table) -> set[int]:
    return {recusal.deputy_id for recusal in table.item.recusals.all() if recusal.deputy_id is not None}


def _recuse_lead(table: Table) -> str:
    return _("The body decides, without the member concerned (%(act)s, Local Government Act §§ 11-10 and 11-11).") % {
        "act": cite(Matter.PARTIAL_AND_DECIDED, day_of(table.meeting))
    }


def _recuse_hints(table: Table) -> list[tuple[str, str]]:
    return [
        (
            _("%(name)s %(why)s (%(basis)s).")
            % {"name": prompt.membership.person.name, "why": prompt.why, "basis": prompt.basis},
            f"?hvem={prompt.membership.pk}",
        )
        for prompt in conflicts_of_interest.prompts(table.item, table.table)
    ]


def _recuse(request: HttpRequest, table: Table, form: RecuseForm, seen: int | None) -> str:
    data = form.cleaned_data
    kept_out = recusals.kept_out(table.meeting, table.voters, data["membership"], data["in_doubt"])
    recusal = recusals.recuse(
        table.item,
        membership=data["membership"],
        kind=data["kind"],
        basis=data["basis"],
        deputy=data["deputy"],
        skipped_reason=data["skipped_reason"],
        settled=form.how,
        in_doubt=data["in_doubt"],
        choices=form.choices(without=kept_out),
        actor=reader_of(request),
        seen=seen,
    )
    name = {"name": data["membership"].person.name}
    if recusal is None:
        return _("The body decided that %(name)s takes part.") % name
    return _("%(name)s does not take part in this case.") % name


LEAVE = Act(
    "gar", gettext_lazy("Somebody leaves"),
    gettext_lazy("From now on, also between two votes in one case. What has been voted on stays as it was."),
    gettext_lazy("Record it"), _leave_form, _leave, while_undecided,
)  # fmt: skip


COME = Act(
    "kommer", gettext_lazy("Somebody comes"),
    gettext_lazy("A member who was late or away, or a deputy for an empty seat. A deputy steps down when the "
                 "member comes."),
    gettext_lazy("Record it"), _come_form, _come, while_undecided,
)  # fmt: skip


RECUSE = Act(
    "habilitet", gettext_lazy("Somebody does not take part"),
    _recuse_lead,
    gettext_lazy("Record it"), _recuse_form, _recuse, before_the_vote, hints=_recuse_hints,
)  # fmt: skip
