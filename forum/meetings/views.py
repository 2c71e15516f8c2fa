"""Meetings on the web: the list, planning one, and the steps of its lifecycle."""

from collections.abc import Mapping
from typing import ClassVar

from django.contrib import messages
from django.core.paginator import Paginator
from django.db import transaction
from django.db.models import QuerySet
from django.forms import BaseForm
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views import View

from forum.meetings import ending
from forum.meetings.agenda import demands
from forum.meetings.agenda.models import Demand
from forum.meetings.agenda.notice import leaving, short_notice
from forum.meetings.core import queries
from forum.meetings.core.meeting_rows import row_of
from forum.meetings.core.models import Meeting
from forum.meetings.core.quorum import Quorum
from forum.meetings.core.readable_items import decisions_are_out
from forum.meetings.core.web import Crumbs, crumbs_of, fetch, title_of
from forum.meetings.enums import MeetingKind, MeetingStatus
from forum.meetings.forms import MeetingTimeForm
from forum.meetings.packets.queries import nothing_to_read
from forum.meetings.planning import services as planning_services
from forum.meetings.session.decisions import settlement
from forum.meetings.session.discussion.services import unsaved
from forum.organisation.models import Body
from trepart import ui
from trepart.access import interrupted_forms, policy
from trepart.access.web import PUBLIC, SIGNED_IN, Access, permitted, reader_of
from trepart.refusals import InvalidInput, Refused
from trepart.text import normal
from trepart.text.numbers import number
from trepart.views import TransitionView
from trepart.workflow import Transition

PER_PAGE = 30


class MeetingListView(View):
    """Meetings, coming and past, of one body or of all that the reader may see."""

    access: ClassVar[Access] = PUBLIC

    def get(self, request: HttpRequest) -> HttpResponse:
        """Show the list."""
        past = request.GET.get("vis") == "holdt"
        bodies = list(queries.bodies_with_meetings(request.user))
        wanted = normal.line(request.GET.get("organ", ""))
        body = next((one for one in bodies if one.slug == wanted), None)
        page = Paginator(queries.meetings_for(request.user, past=past, body=body), PER_PAGE).get_page(
            request.GET.get("page")
        )
        here = reverse("forum:meeting_list")
        own = f"organ={body.slug}" if body else ""
        return render(
            request,
            "meetings/meeting_list.html",
            {
                "page": page,
                "past": past,
                "bodies": bodies,
                "body": body,
                "rows": [row_of(meeting) for meeting in page.object_list],
                "tabs": [
                    ui.Tab(_("Coming"), f"{here}?{own}" if own else here, current=not past),
                    ui.Tab(_("Past"), f"{here}?vis=holdt&{own}" if own else f"{here}?vis=holdt", current=past),
                ],
                "plan_for": queries.bodies_to_plan_for(request.user),
                "crumbs": [(_("Meetings"), None)],
            },
        )


# Steps -----------------------------------------------------------------------------------------------------------


class MeetingStepView(TransitionView):
    """One step in the lifecycle of a meeting. When it ends, its decisions are carried into their cases right away."""

    access: ClassVar[Access] = SIGNED_IN.showing("forum.view_meeting")
    view_permission: ClassVar[str] = "forum.view_meeting"
    template_name: ClassVar[str] = "meetings/meeting_step.html"

    def queryset(self) -> QuerySet[Meeting]:
        """Return meetings with their body. What is treated in writing is counted on a page of its
        own, never opened by hand."""
        found = Meeting.objects.select_related("body")
        return found.exclude(kind=MeetingKind.WRITTEN) if self.kwargs.get("name") == "open" else found

    def crumbs(self, subject: Meeting, transition: Transition) -> Crumbs:
        """Return the way to the step."""
        return crumbs_of(subject, (transition.label, None))

    def context(self, subject: Meeting, transition: Transition) -> Mapping[str, object]:
        """Return what is worth knowing before the step: short notice, a missing quorum, the agenda that goes out."""
        context: dict[str, object] = {"title": title_of(subject), "danger": transition.name in ("cancel", "end")}
        if transition.name == "call":
            context["short_notice"] = short_notice(subject)
            context["lines"] = queries.item_lines(subject, sees_closed=True)
            context["without_papers"] = nothing_to_read(subject)
            context["leaving"] = ", ".join(place.person.name for place in leaving(subject))
        if transition.name == "open":
            context["quorum"] = Quorum.of(subject)
        if transition.name == "end":
            context["unsaved"] = unsaved(subject)
            context["offers_list"] = policy.can(self.request.user, "forum.publish_minutes", subject)
            context["never_put_on"] = list(subject.item_drafts.all())
        return context

    def back(self, subject: Meeting, transition: Transition) -> str:
        """Go on to the running page when the meeting has been opened."""
        if transition.name == "open" and subject.status == MeetingStatus.IN_SESSION:
            return reverse("forum:meeting_run", args=[subject.pk])
        url: str = subject.get_absolute_url()
        return url

    def done(self, subject: Meeting, transition: Transition) -> str:
        """Say what happened; an ended meeting has its decisions carried out first, each in a transaction of its own."""
        if transition.name == "end":
            return ending.said(self.request, subject)
        return super().done(subject, transition)


class MeetingSettleView(View):
    """Try again to carry decisions into their cases."""

    access: ClassVar[Access] = permitted("forum.run_meeting")

    def post(self, request: HttpRequest, pk: int) -> HttpResponseBase:
        """Carry out what is left; what was carried out is left alone."""
        meeting = fetch(request, pk, "forum.run_meeting")
        if not decisions_are_out(meeting):
            messages.warning(
                request, _("The decisions are carried into their cases when the decision list is published.")
            )
            return redirect(meeting)
        try:
            failed = settlement.settle_items(meeting, reader_of(request))
        except Refused as refusal:
            messages.error(request, str(refusal.message))
        else:
            if failed:
                messages.warning(request, _("Some decisions still could not be carried into their cases."))
            else:
                messages.success(request, _("The decisions are carried into their cases."))
        return redirect(meeting)


class MeetingPlanView(View):
    """Plan a meeting of one body."""

    access: ClassVar[Access] = permitted("forum.plan_meeting")

    def body(self, request: HttpRequest, slug: str) -> Body:
        """Fetch the body, or answer 404 to who may not plan for it."""
        return policy.get_or_404(request.user, "forum.plan_meeting", Body.objects.all(), slug=slug)

    def get(self, request: HttpRequest, slug: str) -> HttpResponse:
        """Show the form."""
        body = self.body(request, slug)
        given_back = interrupted_forms.give_back(request)
        return self.page(request, body, MeetingTimeForm(given_back, subject=Meeting(body=body), actor=request.user))

    def post(self, request: HttpRequest, slug: str) -> HttpResponseBase:
        """Plan the meeting and go on to its agenda. Sent twice for the same body and time, it is planned once."""
        body = self.body(request, slug)
        form = MeetingTimeForm(request.POST, subject=Meeting(body=body), actor=request.user)
        try:
            with transaction.atomic():
                # The button pressed twice: the second press waits here for the first, and finds what it planned.
                list(Body.objects.select_for_update(no_key=True).filter(pk=body.pk).values_list("pk"))
                there = self.there(form, body)
                if there is not None:
                    messages.info(request, _("That meeting was planned already."))
                    return redirect("forum:meeting_agenda", there.pk)
                meeting = planning_services.plan_meeting(
                    body=body,
                    # Raw, as the form of the step takes it.
                    starts_at=request.POST.get("starts_at", ""),  # type: ignore[arg-type]
                    place=request.POST.get("place", ""),
                    far_ahead="far_ahead" in request.POST,
                    actor=reader_of(request),
                )
        except InvalidInput as refusal:
            return self.page(request, body, refusal.form, status=422)
        except Refused as refusal:
            form.add_error(None, str(refusal.message))
            return self.page(request, body, form, status=422)
        demand = number(request.GET.get("krav"))
        if demand is not None:
            self.demanded(request, body, meeting, demand)
        messages.success(request, _("The meeting is planned. Put cases on its agenda, and call it when it is ready."))
        return redirect("forum:meeting_agenda", meeting.pk)

    def there(self, form: MeetingTimeForm, body: Body) -> Meeting | None:
        """Return the meeting that is planned for that very minute already."""
        if not form.is_valid():
            return None
        planned = Meeting.objects.filter(body=body, status=MeetingStatus.PLANNED)
        return planned.filter(starts_at=form.cleaned_data["starts_at"]).first()

    def demanded(self, request: HttpRequest, body: Body, meeting: Meeting, demand: int) -> None:
        """Say that this is the meeting members demanded, where the page was opened from their demand."""
        found = Demand.objects.filter(body=body, pk=demand).first()
        if found is None:
            return
        try:
            demands.answer_with(found, meeting, actor=reader_of(request))
        except Refused as refusal:
            messages.warning(request, str(refusal.message))

    def page(self, request: HttpRequest, body: Body, form: BaseForm, status: int = 200) -> HttpResponse:
        """Render the form."""
        return render(
            request,
            "meetings/meeting_plan.html",
            {
                "body": body,
                "form": form,
                "form_owner": interrupted_forms.owner_token(request),
                "cancel_url": reverse("forum:meeting_list"),
                "crumbs": [(_("Meetings"), reverse("forum:meeting_list")), (_("Plan a meeting"), None)],
            },
            status=status,
        )
