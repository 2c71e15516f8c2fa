"""Absences, deputies called in their order, and conflicts of interest said ahead, on the web."""

from collections.abc import Mapping, Sequence
from typing import ClassVar

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views import View

from forum.meetings.agenda.questions import seat_of
from forum.meetings.attendance import absences as services
from forum.meetings.attendance import conflict_reports, deputy_calls
from forum.meetings.attendance.absence_forms import (
    AbsenceForForm,
    AbsenceForm,
    AnswerCallForm,
    ByHandForm,
    ConflictReportForm,
)
from forum.meetings.attendance.deputy_lists import deputies, list_of
from forum.meetings.attendance.models import Absence, ConflictReport, DeputyCall
from forum.meetings.core import queries
from forum.meetings.core.closed import noting
from forum.meetings.core.models import Meeting
from forum.meetings.core.readable_items import own_items
from forum.meetings.core.web import crumbs_of, fetch, item_of, status_of, title_of
from forum.meetings.enums import CallAnswer, MeetingStatus
from forum.organisation.models import Membership
from trepart.access import interrupted_forms, policy
from trepart.access.web import SIGNED_IN, Access, permitted, reader_of
from trepart.refusals import Refused
from trepart.text.numbers import number

RUN = "forum.run_meeting"


class AbsenceView(View):
    """A member says that they cannot come, or can after all."""

    access: ClassVar[Access] = SIGNED_IN.showing("forum.view_meeting")

    def dispatch(self, request: HttpRequest, *args: object, **kwargs: int) -> HttpResponseBase:
        """Fetch the meeting and the reader's seat; 404 to who has none."""
        if request.user.is_authenticated:
            self.meeting = fetch(request, kwargs["pk"])
            self.seat = seat_of(reader_of(request), self.meeting)
            if self.seat is None:
                raise Http404
        return super().dispatch(request, *args, **kwargs)

    def own(self) -> Absence | None:
        """Return the reader's absence, where it stands."""
        return self.meeting.absences.filter(membership=self.seat, withdrawn_at__isnull=True).first()

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Show where it stands."""
        return self.page(request, AbsenceForm(interrupted_forms.give_back(request)))

    def post(self, request: HttpRequest, pk: int) -> HttpResponseBase:
        """Report the absence, or take it back."""
        own = self.own()
        form = AbsenceForm(request.POST)
        try:
            if request.POST.get("do") == "come":
                if own is not None:
                    services.withdraw(own, actor=reader_of(request))
                messages.success(request, _("Good, you come. The secretary can see it."))
                return redirect(self.meeting)
            if not form.is_valid():
                return self.page(request, form, status=422)
            services.report(self.meeting, actor=reader_of(request), reason=form.cleaned_data["reason"])
        except Refused as refusal:
            return self.page(request, form, refusal=str(refusal.message), status=status_of(refusal))
        if self.meeting.status == MeetingStatus.CALLED:
            messages.success(request, _("Your absence is reported, and the next deputy is called."))
        else:
            messages.success(request, _("Your absence is reported. A deputy is called when the meeting is called."))
        return redirect(self.meeting)

    def page(self, request: HttpRequest, form: AbsenceForm, *, refusal: str = "", status: int = 200) -> HttpResponse:
        """Render the page."""
        context = {
            "meeting": self.meeting,
            "title": title_of(self.meeting),
            "form": form,
            "absent": self.own(),
            "open": self.meeting.status in deputy_calls.BEFORE,
            "refusal": refusal,
            "form_owner": interrupted_forms.owner_token(request),
            "crumbs": crumbs_of(self.meeting, (_("I cannot come"), None)),
        }
        return render(request, "meetings/attendance/absence_report.html", context, status=status)


class DeputyCallView(View):
    """A deputy answers a call. Nobody else sees it, apart from those who run the meeting."""

    access: ClassVar[Access] = SIGNED_IN

    def call(self, request: HttpRequest, pk: int, call: int) -> DeputyCall:
        """Fetch the call, or answer 404."""
        person = reader_of(request)
        related = ("absence__membership__person", "absence__meeting__body", "deputy__person")
        found = (
            DeputyCall.objects.select_related(*related)
            .filter(pk=call, absence__meeting=pk)
            .exclude(answer=CallAnswer.SKIPPED)
            .first()
        )
        if found is None:
            raise Http404
        if found.deputy.person_id != person.pk and not policy.can(person, RUN, found.absence.meeting):
            raise Http404
        return found

    def get(self, request: HttpRequest, pk: int, call: int) -> HttpResponse:
        """Show what one is called to."""
        return self.page(request, self.call(request, pk, call), AnswerCallForm(interrupted_forms.give_back(request)))

    def post(self, request: HttpRequest, pk: int, call: int) -> HttpResponseBase:
        """Answer."""
        found = self.call(request, pk, call)
        form = AnswerCallForm(request.POST)
        if not form.is_valid():
            return self.page(request, found, form, status=422)
        person = reader_of(request)
        try:
            deputy_calls.answer(found, **form.cleaned_data, actor=person)
        except Refused as refusal:
            form.add_error(None, str(refusal.message))
            return self.page(request, found, form, status=status_of(refusal))
        if form.cleaned_data["comes"]:
            messages.success(request, _("Thank you. You stand in the list of who meets."))
        else:
            messages.success(request, _("Thank you for answering. The next deputy is called."))
        if found.deputy.person_id != person.pk:
            return redirect("forum:deputies_called", pk)
        return redirect(found)

    def page(self, request: HttpRequest, call: DeputyCall, form: AnswerCallForm, status: int = 200) -> HttpResponse:
        """Render the call."""
        meeting = call.absence.meeting
        sees_closed = policy.can(request.user, "forum.view_closed", meeting)
        lines = queries.item_lines(meeting, sees_closed=sees_closed, own=own_items(request.user, meeting))
        shown = (line.item for line in lines if not line.hidden and line.item.withdrawn_at is None)
        noting.note(request, meeting, "deputy_call", kept=noting.any_kept(shown))
        context = {
            "call": call,
            "meeting": meeting,
            "title": title_of(meeting),
            "form": form,
            "lines": [line for line in lines if line.item.withdrawn_at is None],
            "waits": call.answer == CallAnswer.WAITING and meeting.status == MeetingStatus.CALLED,
            "comes": call.answer == CallAnswer.YES and meeting.status == MeetingStatus.CALLED,
            "own": call.deputy.person_id == reader_of(request).pk,
            "form_owner": interrupted_forms.owner_token(request),
            "crumbs": [
                (_("Meetings"), reverse("forum:meeting_list")),
                (title_of(meeting), meeting.get_absolute_url()),
                (_("Called as deputy"), None),
            ],
        }
        return render(request, "meetings/attendance/deputy_call.html", context, status=status)


class DeputiesCalledView(View):
    """For those who run the meeting: who cannot come, who was called in which order and what they answered, and calling
    by hand; possible partiality."""

    access: ClassVar[Access] = permitted(RUN)

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Show it all; after an expired session, the absence that had been written."""
        meeting = fetch(request, pk, RUN)
        return self.page(request, meeting, AbsenceForForm(interrupted_forms.give_back(request), meeting=meeting))

    def post(self, request: HttpRequest, pk: int) -> HttpResponseBase:
        """Report somebody's absence, take it back, call a deputy by hand, write down an answer given otherwise."""
        meeting = fetch(request, pk, RUN)
        person = reader_of(request)
        form = AbsenceForForm(request.POST if request.POST.get("do") == "report" else None, meeting=meeting)
        wanted = request.POST.get("do", "")
        absence = (
            meeting.absences.select_related("membership__person", "meeting__body")
            .filter(pk=number(request.POST.get("absence")) or 0)
            .first()
        )
        call = DeputyCall.objects.filter(absence__meeting=meeting, pk=number(request.POST.get("call")) or 0).first()
        by_hand = self.by_hand(absence, deputies(meeting), request.POST) if absence and wanted == "by_hand" else None
        try:
            if wanted == "report":
                if not form.is_valid():
                    return self.page(request, meeting, form, status=422)
                services.report(meeting, actor=person, **form.cleaned_data)
            elif wanted == "come" and absence is not None:
                services.withdraw(absence, actor=person)
            elif by_hand is not None and absence is not None:
                if not by_hand.is_valid():
                    return self.page(request, meeting, form, by_hand=by_hand, status=422)
                deputy_calls.call_by_hand(absence, **by_hand.cleaned_data, actor=person)
            elif wanted in ("yes", "no") and call is not None:
                deputy_calls.answer(call, comes=wanted == "yes", actor=person)
            else:
                raise Http404
        except Refused as refusal:
            return self.page(
                request, meeting, form, by_hand=by_hand, refusal=str(refusal.message), status=status_of(refusal)
            )
        messages.success(request, _("Written down."))
        return redirect("forum:deputies_called", meeting.pk)

    @staticmethod
    def by_hand(
        absence: Absence, everyone: Sequence[Membership], data: Mapping[str, object] | None = None
    ) -> ByHandForm:
        """Return the form that calls a deputy for one absence."""
        return ByHandForm(data, own_list=list_of(absence.membership, everyone), prefix=f"h{absence.pk}")

    def page(
        self,
        request: HttpRequest,
        meeting: Meeting,
        form: AbsenceForForm,
        *,
        by_hand: ByHandForm | None = None,
        refusal: str = "",
        status: int = 200,
    ) -> HttpResponse:
        """Render the overview."""
        found = list(
            meeting.absences.filter(withdrawn_at__isnull=True)
            .select_related("membership__person")
            .prefetch_related("calls__deputy__person")
        )
        open_ = meeting.status in deputy_calls.BEFORE
        everyone = deputies(meeting)
        lines = []
        for absence in found:
            absence.meeting = meeting
            prefix = f"h{absence.pk}"
            own = by_hand if by_hand is not None and by_hand.prefix == prefix else None
            hand = own or (self.by_hand(absence, everyone) if meeting.status == MeetingStatus.CALLED else None)
            lines.append(
                {"absence": absence, "calls": _told_once(absence), "by_hand": hand, "by_hand_open": own is not None}
            )
        reports = ConflictReport.objects.filter(item__meeting=meeting).select_related("item", "membership__person")
        context = {
            "meeting": meeting,
            "title": title_of(meeting),
            "form": form,
            "lines": lines,
            "reports": list(reports),
            "open": open_,
            "called": meeting.status == MeetingStatus.CALLED,
            "refusal": refusal,
            "form_owner": interrupted_forms.owner_token(request),
            "crumbs": crumbs_of(meeting, (_("Absences and deputies"), None)),
        }
        return render(request, "meetings/attendance/deputies_called.html", context, status=status)


class ConflictReportView(View):
    """A member says ahead that they may be partial in a case (R12)."""

    access: ClassVar[Access] = SIGNED_IN.showing("forum.view_meeting")

    def dispatch(self, request: HttpRequest, *args: object, **kwargs: int) -> HttpResponseBase:
        """Fetch the item, for somebody who takes part and may read it; 404 to everybody else."""
        if request.user.is_authenticated:
            self.meeting = fetch(request, kwargs["pk"])
            self.place = conflict_reports.place_of(reader_of(request), self.meeting)
            if self.place is None or not queries.agenda_is_out(self.meeting):
                raise Http404
            self.item = item_of(self.meeting, kwargs["item"])
        return super().dispatch(request, *args, **kwargs)

    def own(self) -> ConflictReport | None:
        """Return the reader's own report on the item."""
        return ConflictReport.objects.filter(item=self.item, membership=self.place).first()

    def get(self, request: HttpRequest, pk: int, item: int) -> HttpResponse:
        """Show the form, with what was said before."""
        own = self.own()
        return self.page(
            request, ConflictReportForm(interrupted_forms.give_back(request), initial={"why": own.why if own else ""})
        )

    def post(self, request: HttpRequest, pk: int, item: int) -> HttpResponseBase:
        """Report it, or take the report back."""
        form = ConflictReportForm(request.POST)
        own = self.own()
        try:
            if request.POST.get("do") == "withdraw":
                if own is not None:
                    conflict_reports.withdraw(own, actor=reader_of(request))
                messages.success(request, _("Taken back."))
                return redirect(self.meeting)
            if not form.is_valid():
                return self.page(request, form, status=422)
            conflict_reports.report(self.item, why=form.cleaned_data["why"], actor=reader_of(request))
        except Refused as refusal:
            form.add_error(None, str(refusal.message))
            return self.page(request, form, status=status_of(refusal))
        messages.success(
            request, _("Reported. The secretary and the chair see it, and the body decides at the meeting.")
        )
        return redirect(self.meeting)

    def page(self, request: HttpRequest, form: ConflictReportForm, status: int = 200) -> HttpResponse:
        """Render the form."""
        hidden = self.item.is_withheld and not policy.can(request.user, "forum.view_closed", self.item)
        noting.note(request, self.item, "partiality", kept=self.item.is_withheld and not hidden)
        context = {
            "item": self.item,
            "name": self.item.title_outside if hidden else self.item.title,
            "form": form,
            "reported": self.own() is not None,
            "meeting": self.meeting,
            "cancel_url": self.meeting.get_absolute_url(),
            "form_owner": interrupted_forms.owner_token(request),
            "crumbs": crumbs_of(self.meeting, (_("Possible partiality"), None)),
        }
        return render(request, "meetings/attendance/conflict_report.html", context, status=status)


def _told_once(absence: Absence) -> list[DeputyCall]:
    """Return the calls for an absence without those who were let go and stand further down with what came of it."""
    calls = list(absence.calls.all())
    last = {call.deputy_id: call.pk for call in calls}
    return [call for call in calls if call.answer != CallAnswer.RELEASED or last[call.deputy_id] == call.pk]
