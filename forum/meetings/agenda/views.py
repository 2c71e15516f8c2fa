"""Preparing a meeting: the agenda with the queue beside it, one item on it, and who meets."""

from collections.abc import Callable, Mapping
from typing import ClassVar

from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views import View

from forum.cases.models import Referral
from forum.meetings.agenda import demands, proposed_closing, questions
from forum.meetings.agenda import queries as ready
from forum.meetings.agenda import services as agenda_services
from forum.meetings.agenda.body_queue import undemanded
from forum.meetings.agenda.forms import DoorsForm, ItemForm, ItemWordsForm, WithdrawForm
from forum.meetings.agenda.functions import treat_under
from forum.meetings.agenda.late import LateWords
from forum.meetings.agenda.late_views import ASKED_FIRST, late_address
from forum.meetings.agenda.notice import short_notice
from forum.meetings.agenda.preparation_forms import LateForm
from forum.meetings.agenda.preparation_views import put_on_again
from forum.meetings.case_papers import queries as papers
from forum.meetings.core import queries
from forum.meetings.core.locking import BEFORE_THE_END
from forum.meetings.core.models import AgendaItem, Meeting
from forum.meetings.core.web import crumbs_of, fetch, item_of, open_to, status_of, title_of
from forum.meetings.enums import DemandKind, ItemKind, MeetingStatus
from forum.meetings.packets.queries import nothing_to_read
from forum.organisation.forms.body_functions import TreatedAsForm
from trepart.access import interrupted_forms
from trepart.access.web import Access, permitted, reader_of
from trepart.outdated_pages import version
from trepart.refusals import GuardRefused, Refused, WrongState
from trepart.text.numbers import number
from trepart.workflow import available

PLAN = "forum.plan_meeting"
RUN = "forum.run_meeting"


def late_words(request: HttpRequest) -> LateWords:
    """Return who wants a late case and why, as sent; nothing before the notice."""
    form = LateForm(request.POST)
    if "wanted_by" not in request.POST or not form.is_valid():
        return {}
    return {"wanted_by": form.cleaned_data["wanted_by"], "why_late": form.cleaned_data["why_late"]}


class AgendaView(View):
    """The agenda being made: what stands on it, in which order, and what waits in the queue."""

    access: ClassVar[Access] = permitted(PLAN)

    def get(self, request: HttpRequest, pk: int) -> HttpResponseBase:
        """Show the agenda."""
        meeting = fetch(request, pk, PLAN)
        if meeting.status not in BEFORE_THE_END:
            return redirect(meeting)
        given_back = interrupted_forms.give_back(request)
        form = ItemForm(given_back) if given_back is not None and given_back.get("do") == "new" else ItemForm()
        return self.page(request, meeting, form)

    def post(self, request: HttpRequest, pk: int) -> HttpResponseBase:
        """Do one thing to the agenda: take a case in, or all of them, add one, approve minutes, move, remove."""
        meeting = fetch(request, pk, PLAN)
        acts: dict[str, Callable[[HttpRequest, Meeting], str]] = {
            "take": self.take,
            "take_all": self.take_all,
            "approve": self.approve,
            "up": self.move,
            "down": self.move,
            "remove": self.remove,
            "order": self.order,
            "sort": self.sort,
            "demand": self.demand,
            "question": self.question,
            "again": put_on_again,
        }
        wanted = request.POST.get("do", "")
        if wanted not in ("new", *acts):
            raise Http404
        out = meeting.status != MeetingStatus.PLANNED
        if out and wanted in ASKED_FIRST:
            # A page made before the notice, or by hand: what comes now is asked about first (R8).
            return redirect(late_address(meeting, request.POST))
        if wanted == "new":
            return self.new(request, meeting)
        late = LateForm(request.POST) if out and wanted == "approve" else None
        if late is not None and not late.is_valid():
            return self.page(request, meeting, ItemForm(), late=late, status=422)
        try:
            said = acts[wanted](request, meeting)
        except Refused as refusal:
            return self.page(request, meeting, ItemForm(), refusal=refusal)
        if said:
            messages.success(request, said)
        # Back to the item that was moved, so that the keyboard goes on from there.
        moved = number(request.POST.get("item")) if wanted in ("up", "down") else None
        here = reverse("forum:meeting_agenda", args=[meeting.pk])
        return redirect(f"{here}#sak-{moved}" if moved else here)

    def take(self, request: HttpRequest, meeting: Meeting) -> str:
        """Take one case in from the queue."""
        referral = Referral.objects.filter(pk=number(request.POST.get("referral")) or 0, body=meeting.body_id).first()
        if referral is None:
            raise WrongState(_("That case no longer waits here."))
        item = agenda_services.add_item(meeting, referral=referral, actor=reader_of(request))
        return _("On the agenda: %(title)s.") % {"title": item.title}

    def take_all(self, request: HttpRequest, meeting: Meeting) -> str:
        """Take in everything that is ready; what somebody else has taken meanwhile is passed by."""
        taken = 0
        for line in ready.queue_lines(meeting):
            if line.why_not:
                continue
            try:
                agenda_services.add_item(meeting, referral=line.referral, actor=reader_of(request))
            except WrongState:
                continue
            except GuardRefused as refusal:
                messages.warning(request, f"{line.referral.case.title}: {refusal.message}")
                continue
            taken += 1
        return _("%(count)s cases were put on the agenda.") % {"count": taken}

    def approve(self, request: HttpRequest, meeting: Meeting) -> str:
        """Put the approval of minutes on the agenda."""
        wanted = number(request.POST.get("minutes"))
        minutes = next((one for one in queries.minutes_to_approve(meeting) if one.pk == wanted), None)
        if minutes is None:
            raise WrongState(_("Those minutes stand on an agenda, or are approved, already."))
        item = agenda_services.add_item(
            meeting,
            title=_("Approval of the minutes of %(meeting)s") % {"meeting": title_of(minutes.meeting)},
            recommendation=_("The minutes are to be approved."),
            approves=minutes,
            actor=reader_of(request),
            **late_words(request),
        )
        return _("On the agenda: %(title)s.") % {"title": item.title}

    def move(self, request: HttpRequest, meeting: Meeting) -> str:
        """Move an item one place."""
        item = item_of(meeting, number(request.POST.get("item")))
        agenda_services.move_item(item, up=request.POST.get("do") == "up", actor=reader_of(request))
        return ""

    def remove(self, request: HttpRequest, meeting: Meeting) -> str:
        """Take an item that has no number off the agenda; a numbered one is withdrawn on its
        own page, with a reason."""
        item = item_of(meeting, number(request.POST.get("item")))
        agenda_services.withdraw_item(item, reason="", actor=reader_of(request))
        return _("Taken off the agenda.")

    def order(self, request: HttpRequest, meeting: Meeting) -> str:
        """Put the items in the order they were dragged into; withdrawn ones go last, where they are not in the way."""
        sent = [number(part) or 0 for part in request.POST.get("order", "").split(",")]
        gone = list(meeting.items.exclude(pk__in=sent).filter(withdrawn_at__isnull=False).values_list("pk", flat=True))
        agenda_services.reorder_items(meeting, order=sent + gone, actor=reader_of(request))
        return _("The order is changed.")

    def sort(self, request: HttpRequest, meeting: Meeting) -> str:
        """Put the agenda in the body's usual order."""
        agenda_services.put_in_order(meeting, actor=reader_of(request))
        return _("The agenda is in the usual order.")

    def demand(self, request: HttpRequest, meeting: Meeting) -> str:
        """Put on what members demand, a third of them or a whole part."""
        wanted = demands.outstanding(meeting.body_id).filter(pk=number(request.POST.get("demand")) or 0).first()
        if wanted is None:
            raise WrongState(_("It stands on an agenda already, or does not bind."))
        item = demands.put_on(wanted, meeting, actor=reader_of(request))
        return _("On the agenda: %(title)s.") % {"title": item.title}

    def question(self, request: HttpRequest, meeting: Meeting) -> str:
        """Put a member's question on."""
        wanted = meeting.questions.filter(pk=number(request.POST.get("question")) or 0).first()
        if wanted is None:
            raise Http404
        item = questions.put_on(wanted, actor=reader_of(request))
        return _("On the agenda: %(title)s.") % {"title": item.title}

    def new(self, request: HttpRequest, meeting: Meeting) -> HttpResponseBase:
        """Add a case that does not come from the queue."""
        form = ItemForm(request.POST)
        if not form.is_valid():
            return self.page(request, meeting, form, status=422)
        data = form.cleaned_data
        there = meeting.items.filter(title=data["title"], kind=data["kind"], withdrawn_at__isnull=True)
        try:
            with transaction.atomic():
                # The button pressed twice: the second press waits here for the first, and finds what it added.
                list(Meeting.objects.select_for_update(no_key=True).filter(pk=meeting.pk).values_list("pk"))
                if there.filter(referral__isnull=True).exists():
                    messages.info(request, _("A case with that title stands on the agenda already."))
                    return redirect("forum:meeting_agenda", meeting.pk)
                agenda_services.add_item(
                    meeting,
                    kind=ItemKind(data["kind"]),
                    title=data["title"],
                    recommendation=data["recommendation"],
                    actor=reader_of(request),
                    **form.closing(),
                )
        except Refused as refusal:
            return self.page(request, meeting, form, refusal=refusal)
        messages.success(request, _("On the agenda: %(title)s.") % {"title": data["title"]})
        return redirect("forum:meeting_agenda", meeting.pk)

    def page(
        self,
        request: HttpRequest,
        meeting: Meeting,
        form: ItemForm,
        *,
        refusal: Refused | None = None,
        late: LateForm | None = None,
        status: int = 200,
    ) -> HttpResponse:
        """Render the agenda."""
        queue = ready.queue_lines(meeting)
        planned = meeting.status == MeetingStatus.PLANNED
        call = next((a for a in available(meeting, request.user) if a.transition.name == "call"), None)
        return render(
            request,
            "meetings/agenda/agenda_edit.html",
            {
                "meeting": meeting,
                "title": title_of(meeting),
                "form": form,
                "form_open": form.is_bound,
                "items": list(papers.with_numbers(queries.agenda_of(meeting))),
                "queue": queue,
                "ready": sum(not line.why_not for line in queue),
                "late": None if planned else late or LateForm(),
                "drafts": list(meeting.item_drafts.all()),
                "demands": list(demands.outstanding(meeting.body_id).filter(kind=DemandKind.ITEM)),
                "postponed": list(undemanded(meeting.body_id)),
                "questions": list(ready.questions_waiting(meeting)),
                "without_papers": nothing_to_read(meeting) if planned else [],
                "minutes": queries.minutes_to_approve(meeting),
                "planned": planned,
                "can_reorder": meeting.status != MeetingStatus.IN_SESSION,
                "short_notice": short_notice(meeting) if planned else "",
                "call": call,
                "refusal": refusal.message if refusal else "",
                "form_owner": interrupted_forms.owner_token(request),
                "crumbs": crumbs_of(meeting, (_("Agenda"), None)),
            },
            status=status_of(refusal) if refusal else status,
        )


class AgendaItemView(View):
    """One item on the agenda: its words, its doors, withdrawing it."""

    access: ClassVar[Access] = permitted(PLAN)
    #: Its forms are kept each for itself while they are half written (`trepart.access.interrupted_forms`).
    forms_by: ClassVar[tuple[str, ...]] = ("do",)

    def get(self, request: HttpRequest, pk: int, item: int) -> HttpResponseBase:
        """Show the item."""
        meeting = fetch(request, pk, PLAN)
        found = open_to(request, item_of(meeting, item))
        if meeting.status not in BEFORE_THE_END or found.withdrawn_at is not None:
            return redirect("forum:meeting_agenda", meeting.pk)
        given_back = {one.get("do", ""): one for one in interrupted_forms.give_back_all(request)}
        return self.page(request, meeting, found, given_back)

    def post(self, request: HttpRequest, pk: int, item: int) -> HttpResponseBase:
        """Change the item. A page that has grown old is told so, and nothing typed is lost."""
        meeting = fetch(request, pk, PLAN)
        found = open_to(request, item_of(meeting, item))
        wanted = request.POST.get("do", "")
        acts = {
            "words": self.words,
            "close": self.close,
            "open": self.open,
            "withdraw": self.withdraw,
            "function": self.function,
        }
        if wanted not in acts:
            raise Http404
        try:
            if not acts[wanted](request, found):
                return self.page(request, meeting, found, {wanted: request.POST}, status=422)
        except Refused as refusal:
            return self.page(request, meeting, found, {wanted: request.POST}, refusal=refusal)
        return redirect("forum:meeting_agenda", meeting.pk)

    def words(self, request: HttpRequest, item: AgendaItem) -> bool:
        """Save title and recommendation."""
        form = ItemWordsForm(request.POST, item=item, reader=request.user)
        if not form.is_valid():
            return False
        seen = number(request.POST.get("seen"))
        agenda_services.change_item(item, **form.cleaned_data, actor=reader_of(request), seen=seen)
        messages.success(request, _("Saved."))
        return True

    def function(self, request: HttpRequest, item: AgendaItem) -> bool:
        """Say as what the body treats the item."""
        form = TreatedAsForm(request.POST, item=item, on=queries.day_of(item.meeting))
        if not form.is_valid():
            return False
        treat_under(
            item,
            function=form.cleaned_data["function"],
            actor=reader_of(request),
            seen=number(request.POST.get("seen")),
        )
        messages.success(request, _("Saved."))
        return True

    def close(self, request: HttpRequest, item: AgendaItem) -> bool:
        """Propose that the item is treated behind closed doors."""
        form = DoorsForm(request.POST, item=item)
        if not form.is_valid():
            return False
        proposed_closing.propose_closing(
            item,
            basis=form.cleaned_data["full_basis"],
            public_title=form.cleaned_data["public_title"],
            actor=reader_of(request),
            seen=number(request.POST.get("seen")),
        )
        messages.success(
            request,
            _("The case is proposed treated behind closed doors. Until the body decides, others see “%(title)s”.")
            % {"title": form.cleaned_data["public_title"]},
        )
        return True

    def open(self, request: HttpRequest, item: AgendaItem) -> bool:
        """Take the proposal to close the doors back."""
        proposed_closing.take_back(item, actor=reader_of(request), seen=number(request.POST.get("seen")))
        messages.success(request, _("The proposal is taken back: the case and its title are open."))
        return True

    def withdraw(self, request: HttpRequest, item: AgendaItem) -> bool:
        """Withdraw the item; its number is not used again."""
        form = WithdrawForm(request.POST)
        if item.number is not None and not form.is_valid():
            return False
        agenda_services.withdraw_item(
            item, reason=form.cleaned_data.get("reason", "") if form.is_valid() else "", actor=reader_of(request)
        )
        messages.success(request, _("The case is withdrawn from the agenda."))
        return True

    def page(
        self,
        request: HttpRequest,
        meeting: Meeting,
        item: AgendaItem,
        written: Mapping[str, Mapping[str, object]],
        *,
        refusal: Refused | None = None,
        status: int = 200,
    ) -> HttpResponse:
        """Render the item with its forms; each that was ``written`` in, by what it does, keeps what was typed."""
        words = ItemWordsForm(written.get("words"), item=item, reader=request.user)
        doors = DoorsForm(written.get("close"), item=item)
        withdraw = WithdrawForm(written.get("withdraw"))
        functions = TreatedAsForm(written.get("function"), item=item, on=queries.day_of(meeting))
        newest = list(written)[-1] if written else ""
        return render(
            request,
            "meetings/agenda/item_edit.html",
            {
                "meeting": meeting,
                "title": title_of(meeting),
                "item": item,
                "words": words,
                "doors": doors,
                "withdraw": withdraw,
                "functions": functions if functions.has_choice else None,
                "form": {"words": words, "close": doors, "withdraw": withdraw, "function": functions}.get(newest),
                "doors_answered": proposed_closing.is_answered(item),
                "can_write": meeting.status != MeetingStatus.IN_SESSION,
                "seen": version(item),
                "refusal": refusal.message if refusal else "",
                "form_owner": interrupted_forms.owner_token(request),
                "cancel_url": reverse("forum:meeting_agenda", args=[meeting.pk]),
                "crumbs": crumbs_of(
                    meeting,
                    (_("Agenda"), reverse("forum:meeting_agenda", args=[meeting.pk])),
                    (item.label or item.title, None),
                ),
            },
            status=status_of(refusal) if refusal else status,
        )
