"""Acts on the page of an item: postponing it, and objecting to deciding it (R7)."""

from collections.abc import Mapping

from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from forum.meetings.enums import ItemKind, Settled
from forum.meetings.session.decisions import objections, postponement
from forum.meetings.session.decisions.forms import ObjectionForm, PostponeItemForm
from forum.meetings.session.item_page.action import Act, while_undecided
from forum.meetings.session.item_page.context import Table
from trepart.access.web import reader_of


def _postpone_form(table: Table, data: Mapping[str, object] | None, request: HttpRequest) -> PostponeItemForm:
    return PostponeItemForm(data, item=table.item, voters=table.voters, reader=request.user)


def _postpone(request: HttpRequest, table: Table, form: PostponeItemForm, seen: int | None) -> str:
    data = form.cleaned_data
    decision = postponement.postpone_item(
        table.item,
        text=data["text"],
        answer=data.get("answer", ""),
        settled=Settled(data["settled"]),
        choices=form.choices(),
        actor=reader_of(request),
        seen=seen,
    )
    return (
        _("The case is treated now: postponing it got no majority.")
        if decision is None
        else _("The case is postponed.")
    )


def _object_form(table: Table, data: Mapping[str, object] | None, request: HttpRequest) -> ObjectionForm:
    return ObjectionForm(data, item=table.item, table=table.table)


def _object(request: HttpRequest, table: Table, form: ObjectionForm, seen: int | None) -> str:
    data = form.cleaned_data
    actor = reader_of(request)
    if "papers_late" in data and data["papers_late"] != table.item.papers_late:
        objections.set_papers_late(table.item, late=data["papers_late"], actor=actor, seen=seen)
        seen = None
    if data["members"] or list(table.item.objections.all()):
        objections.object_to(table.item, members=data["members"], actor=actor, seen=seen)
    return _("Recorded.")


POSTPONE = Act(
    "utsett", gettext_lazy("Postpone the case"), gettext_lazy("It takes a simple majority."),
    gettext_lazy("Postpone it"), _postpone_form, _postpone, while_undecided, "case",
)  # fmt: skip


OBJECT = Act(
    "innvending", gettext_lazy("Late case or documents: objection"),
    gettext_lazy("A case that came late, or whose documents did, is decided unless the person presiding or a "
                 "third of those present object (Local Government Act § 11-3)."),
    gettext_lazy("Record it"), _object_form, _object,
    lambda table: not table.settled and table.item.kind == ItemKind.PS,
    "case",
)  # fmt: skip
