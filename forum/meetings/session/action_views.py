"""One thing that happens in an item, on a page of its own: somebody leaves or comes, doors, who takes part, postponing,
what goes into the minutes.

Each act is a row in ``ACTS``: what it is called, its form, what it does, and when it is offered. The page, the refusals
and what is kept of what was typed are the same for all of them.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, ClassVar

from django.contrib import messages
from django.forms import BaseForm
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views import View

from forum.cases.enums import Resolution
from forum.meetings.attendance import conflicts_of_interest, roll_call
from forum.meetings.core import voting
from forum.meetings.core.locking import version
from forum.meetings.core.web import crumbs_of, fetch, item_of, number, status_of, title_of
from forum.meetings.enums import TAKEN_NOTE_OF, Capacity, ItemKind, MeetingStatus, PollKind, Settled
from forum.meetings.session import action_forms as forms
from forum.meetings.session import (
    ballots,
    closed_doors,
    elections,
    minute_additions,
    movements,
    objections,
    postponement,
)
from forum.meetings.session.election_forms import ElectionForm
from forum.meetings.session.item_context import Table
from trepart.access import interrupted_forms
from trepart.access.models import User
from trepart.access.web import Access, permitted, reader_of
from trepart.audit import viewing
from trepart.workflow import Refused

RUN = "forum.run_meeting"
Words = str | Promise
Do = Callable[[HttpRequest, Table, Any, int | None], str]


@dataclass(frozen=True)
class Act:
    """One thing that can be done in an item."""

    slug: str
    label: Words
    lead: Words
    submit: Words
    form: Callable[[Table, Any, HttpRequest], BaseForm]
    do: Do
    #: When it is offered; where it is not, its page answers 404.
    offered: Callable[[Table], bool]
    #: Under which heading it stands on the page of the item.
    group: str = "table"
    #: What to look out for, shown above the form.
    hints: Callable[[Table], list[tuple[str, str]]] | None = None


# Who is at the table ----------------------------------------------------------------------------------------------


def _leave_form(table: Table, data: Any, request: HttpRequest) -> BaseForm:
    who = request.GET.get("hvem", "")
    return forms.LeaveForm(data, item=table.item, table=table.table, initial={"membership": who} if who else None)


def _leave(request: HttpRequest, table: Table, form: Any, seen: int | None) -> str:
    data = form.cleaned_data
    movements.leave(table.item, **data, actor=reader_of(request), seen=seen)
    name = data["membership"].person.name
    return (_("%(name)s is not at the table in this case.") if data["only"] else _("%(name)s has left.")) % {
        "name": name
    }


def _come_form(table: Table, data: Any, request: HttpRequest) -> BaseForm:
    return forms.ComeForm(data, item=table.item, seats=table.seats, table=table.table)


def _come(request: HttpRequest, table: Table, form: Any, seen: int | None) -> str:
    movements.come(table.item, **form.cleaned_data, actor=reader_of(request), seen=seen)
    return _("%(name)s is at the table.") % {"name": form.cleaned_data["membership"].person.name}


def _recuse_form(table: Table, data: Any, request: HttpRequest) -> BaseForm:
    prompt = next(
        (
            p
            for p in conflicts_of_interest.prompts(table.item, table.table)
            if str(p.membership.pk) == request.GET.get("hvem")
        ),
        None,
    )
    initial = {"membership": request.GET.get("hvem", ""), "basis": prompt.basis if prompt is not None else ""}
    return forms.RecuseForm(
        data,
        people=[voter.membership for voter in table.table],
        deputies=roll_call.deputies(table.meeting),
        voters=table.voters,
        initial=initial,
    )


def _recuse_hints(table: Table) -> list[tuple[str, str]]:
    return [
        (
            _("%(name)s %(why)s (%(basis)s).")
            % {"name": prompt.membership.person.name, "why": prompt.why, "basis": prompt.basis},
            f"?hvem={prompt.membership.pk}",
        )
        for prompt in conflicts_of_interest.prompts(table.item, table.table)
    ]


def _recuse(request: HttpRequest, table: Table, form: Any, seen: int | None) -> str:
    data = form.cleaned_data
    recusal = ballots.recuse(
        table.item,
        membership=data["membership"],
        kind=data["kind"],
        basis=data["basis"],
        deputy=data["deputy"],
        skipped_reason=data["skipped_reason"],
        settled=Settled(data["settled"]),
        choices=form.choices(without=data["membership"]),
        actor=reader_of(request),
        seen=seen,
    )
    name = {"name": data["membership"].person.name}
    if recusal is None:
        return _("The body decided that %(name)s takes part.") % name
    return _("%(name)s does not take part in this case.") % name


# Doors --------------------------------------------------------------------------------------------------------------


def _close_form(table: Table, data: Any, request: HttpRequest) -> BaseForm:
    return forms.CloseDoorsForm(data, item=table.item, voters=table.voters)


def _close(request: HttpRequest, table: Table, form: Any, seen: int | None) -> str:
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
    if table.meeting.remote:
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


# How it is treated ----------------------------------------------------------------------------------------------------


def _postpone_form(table: Table, data: Any, request: HttpRequest) -> BaseForm:
    return forms.PostponeItemForm(data, item=table.item, voters=table.voters)


def _postpone(request: HttpRequest, table: Table, form: Any, seen: int | None) -> str:
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


def _object_form(table: Table, data: Any, request: HttpRequest) -> BaseForm:
    return forms.ObjectionForm(data, item=table.item, table=table.table)


def _object(request: HttpRequest, table: Table, form: Any, seen: int | None) -> str:
    data = form.cleaned_data
    actor = reader_of(request)
    if "papers_late" in data and data["papers_late"] != table.item.papers_late:
        objections.set_papers_late(table.item, late=data["papers_late"], actor=actor, seen=seen)
        seen = None
    if data["members"] or list(table.item.objections.all()):
        objections.object_to(table.item, members=data["members"], actor=actor, seen=seen)
    return _("Recorded.")


def _contest_form(table: Table, data: Any, request: HttpRequest) -> BaseForm:
    return forms.ContestForm(data, motions=table.motions, voters=table.voters)


def _contest(request: HttpRequest, table: Table, form: Any, seen: int | None) -> str:
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


def _election_form(table: Table, data: Any, request: HttpRequest) -> BaseForm:
    return ElectionForm(data)


def _election(request: HttpRequest, table: Table, form: Any, seen: int | None) -> str:
    data = form.cleaned_data
    elections.propose_candidates(
        table.item, kind=PollKind(data["kind"]), place=data["place"], names=data["names"], actor=reader_of(request),
        seen=seen
    )  # fmt: skip
    return _("The candidates are recorded. Now count the votes.")


# What goes into the minutes -----------------------------------------------------------------------------------------


def _addition_form(table: Table, data: Any, request: HttpRequest) -> BaseForm:
    return forms.AdditionForm(data, people=[voter.membership for voter in table.voters])


def _addition(request: HttpRequest, table: Table, form: Any, seen: int | None) -> str:
    minute_additions.add_to_minutes(table.item, **form.cleaned_data, actor=reader_of(request), seen=seen)
    return _("The addition stands in the minutes.")


def _inform_form(table: Table, data: Any, request: HttpRequest) -> BaseForm:
    return forms.InformForm(data)


def _inform(request: HttpRequest, table: Table, form: Any, seen: int | None) -> str:
    data = form.cleaned_data
    minute_additions.attend(
        table.meeting, item=table.item, name=data["name"], title=data["title"], capacity=Capacity.INVITED,
        actor=reader_of(request)
    )  # fmt: skip
    return _("%(name)s is recorded as having informed the body.") % {"name": data["name"]}


def _always(table: Table) -> bool:
    return True


def _open_question(table: Table) -> bool:
    return table.item.decided is None


def _before_the_vote(table: Table) -> bool:
    return not table.settled


ACTS: tuple[Act, ...] = (
    Act(
        "gar", gettext_lazy("Somebody leaves"),
        gettext_lazy("From this case on. What has been decided before stays as it was."),
        gettext_lazy("Record it"), _leave_form, _leave, _before_the_vote,
    ),
    Act(
        "kommer", gettext_lazy("Somebody comes"),
        gettext_lazy("A member who was late or away, or a deputy for an empty seat. A deputy steps down when the "
                     "member comes."),
        gettext_lazy("Record it"), _come_form, _come, _before_the_vote,
    ),
    Act(
        "habilitet", gettext_lazy("Somebody does not take part"),
        gettext_lazy("The body decides, without the member concerned (Public Administration Act §§ 6 and 8, Local "
                     "Government Act §§ 11-10 and 11-11)."),
        gettext_lazy("Record it"), _recuse_form, _recuse, _before_the_vote, hints=_recuse_hints,
    ),
    Act(
        "alternativ", gettext_lazy("Two motions against each other"),
        gettext_lazy("Everybody votes for one of the two, and one is adopted. To vote on them one by one, use the "
                     "votes on the page of the case."),
        gettext_lazy("Record the votes"), _contest_form, _contest,
        lambda table: table.item.decided is None and table.votes and table.quorate and not table.stopped and len(
            table.motions
        ) > 1,
        "case",
    ),
    Act(
        "valg", gettext_lazy("Election or appointment"),
        gettext_lazy("Here votes may be blank, and a draw is decided by lot (Local Government Act §§ 7-8 and 8-1). "
                     "Proportional elections are not counted in the portal."),
        gettext_lazy("To the votes"), _election_form, _election,
        lambda table: table.item.decided is None and table.votes and table.quorate and not table.stopped,
        "case",
    ),
    Act(
        "dorer", gettext_lazy("Close the doors"),
        gettext_lazy("The debate on closing may be closed; the vote on it is open (Local Government Act § 11-5)."),
        gettext_lazy("Close the doors"), _close_form, _close,
        lambda table: table.item.decided is None and not any(
            p.opened_at is None for p in table.item.door_periods.all()
        ),
        "case", _doors_hints,
    ),
    Act(
        "utsett", gettext_lazy("Postpone the case"), gettext_lazy("It takes a simple majority."),
        gettext_lazy("Postpone it"), _postpone_form, _postpone, _open_question, "case",
    ),
    Act(
        "innvending", gettext_lazy("Late case or documents: objection"),
        gettext_lazy("A case that came late, or whose documents did, is decided unless the person presiding or a "
                     "third of those present object (Local Government Act § 11-3)."),
        gettext_lazy("Record it"), _object_form, _object,
        lambda table: not table.settled and table.item.kind == ItemKind.PS,
        "case",
    ),
    Act(
        "tilforsel", gettext_lazy("Addition to the minutes"),
        gettext_lazy("A short statement that somebody who takes part wants to stand in the minutes."),
        gettext_lazy("Put it in the minutes"), _addition_form, _addition, _always, "minutes",
    ),
    Act(
        "orientering", gettext_lazy("Somebody informs"),
        gettext_lazy("Others than members may be invited to inform the body. It is recorded as that (Local "
                     "Government Act § 8-1)."),
        gettext_lazy("Record it"), _inform_form, _inform, _always, "minutes",
    ),
)  # fmt: skip

_BY_SLUG = {act.slug: act for act in ACTS}


def links(table: Table) -> list[tuple[Words, list[tuple[Words, str]]]]:
    """Return what can be done in the item and in the meeting, as labels and addresses under three headings."""
    meeting, item = table.meeting.pk, table.item.pk
    found: dict[str, list[tuple[Words, str]]] = {"table": [], "case": [], "minutes": []}
    for act in ACTS:
        if act.offered(table):
            found[act.group].append((act.label, reverse("forum:meeting_act", args=[meeting, item, act.slug])))
    found["table"].append((_("Who has met"), reverse("forum:meeting_attendance", args=[meeting])))
    found["table"].append((_("Without a seat, and recording"), reverse("forum:meeting_whole", args=[meeting])))
    if table.item.decided is None:
        if table.votes and dict(table.offered).get(Resolution.NOTED, "shut") is None:
            found["case"].append((_("Only take note of it"), f"?som={Resolution.NOTED}#vedtak"))
        if table.item.kind in TAKEN_NOTE_OF:
            found["case"].append((_("Write the decision in other words"), f"?som={Resolution.NOTED}#vedtak"))
        found["case"].append((_("Withdraw the case"), reverse("forum:meeting_agenda_item", args=[meeting, item])))
    if table.votes:
        found["minutes"].append((_("Several cases together"), reverse("forum:meeting_together", args=[meeting])))
    found["minutes"].append((_("Put a case on the agenda"), reverse("forum:meeting_agenda", args=[meeting])))
    headings = {"table": _("Around the table"), "case": _("The case"), "minutes": _("The minutes and the agenda")}
    return [(headings[group], acts) for group, acts in found.items() if acts]


class ActView(View):
    """One act in one item."""

    access: ClassVar[Access] = permitted(RUN)

    def get(self, request: HttpRequest, pk: int, item: int, act: str) -> HttpResponseBase:
        """Show the form, with what was typed where the reader had been signed out."""
        table, wanted = self.find(request, pk, item, act)
        if table.meeting.status != MeetingStatus.IN_SESSION:
            return redirect(table.meeting)
        if not wanted.offered(table):
            return redirect("forum:meeting_run_item", pk, item)
        if table.item.is_kept and isinstance(request.user, User):
            viewing.log_view(request.user, table.item, "meeting_run_item")
        return self.page(request, table, wanted, wanted.form(table, interrupted_forms.give_back(request), request))

    def post(self, request: HttpRequest, pk: int, item: int, act: str) -> HttpResponseBase:
        """Do it, or say beside the form why not."""
        table, wanted = self.find(request, pk, item, act)
        form = wanted.form(table, request.POST, request)
        if not form.is_valid():
            return self.page(request, table, wanted, form, status=422)
        try:
            said = wanted.do(request, table, form, number(request.POST.get("seen")))
        except Refused as refusal:
            return self.page(request, table, wanted, form, refusal=refusal)
        messages.success(request, said)
        if act == "utsett" and table.item.meeting.items.filter(pk=item, decision__isnull=False).exists():
            return redirect("forum:meeting_run", pk)
        return redirect("forum:meeting_run_item", pk, item)

    @staticmethod
    def find(request: HttpRequest, pk: int, item: int, act: str) -> tuple[Table, Act]:
        """Fetch the item and the act, or answer 404."""
        meeting = fetch(request, pk, RUN)
        if act not in _BY_SLUG:
            raise Http404
        return Table(meeting, item_of(meeting, item, in_full=True)), _BY_SLUG[act]

    @staticmethod
    def page(
        request: HttpRequest,
        table: Table,
        act: Act,
        form: BaseForm,
        *,
        refusal: Refused | None = None,
        status: int = 200,
    ) -> HttpResponse:
        """Render the form."""
        here = reverse("forum:meeting_run_item", args=[table.meeting.pk, table.item.pk])
        context = {
            "meeting": table.meeting,
            "item": table.item,
            "title": title_of(table.meeting),
            "act": act,
            "form": form,
            "hints": act.hints(table) if act.hints is not None else [],
            "refusal": refusal.message if refusal else "",
            "seen": version(table.item),
            "form_owner": interrupted_forms.owner_token(request),
            "cancel_url": here,
            "crumbs": crumbs_of(table.meeting, (table.item.label, here), (act.label, None)),
        }
        return render(
            request,
            "meetings/session/item_action.html",
            context,
            status=status_of(refusal) if refusal is not None else status,
        )
