"""A body's meetings through a year: the published plan, making it, and the days on which nobody meets."""

from typing import Any, ClassVar

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views import View

from forum.meetings.core.meeting_rows import row_of
from forum.meetings.enums import MeetingStatus
from forum.meetings.planning import services
from forum.meetings.planning.forms import DayOffForm, LineFormSet, PatternForm, preview
from forum.meetings.planning.meeting_days import lines, own_days_off, public_holidays
from forum.meetings.planning.models import DayOff, YearPlan
from forum.organisation.forms.bodies import refuse
from forum.organisation.models import Body
from trepart import clock, ui
from trepart.access import interrupted_forms, policy
from trepart.access.web import PUBLIC, Access, permitted, reader_of
from trepart.refusals import Refused
from trepart.text.numbers import number

PLAN = "forum.plan_meeting"
#: So many empty lines are added at a time.
_MORE = 1


class YearPlanView(View):
    """The published meetings of a body in a year, with what has changed since; for those who may see its meetings."""

    access: ClassVar[Access] = PUBLIC.showing("forum.view_meeting")

    def get(self, request: HttpRequest, slug: str, year: int | None = None) -> HttpResponseBase:
        """Show the plan of a year: the one asked for, else this year's, else the newest there is."""
        body = policy.get_or_404(request.user, "forum.view_body", Body.objects.all(), slug=slug)
        if not policy.can(request.user, "forum.view_meeting", body):
            raise Http404
        plans = {plan.year: plan for plan in YearPlan.objects.filter(body=body).order_by("year")}
        may_plan = body.is_active and policy.can(request.user, PLAN, body)
        this = clock.today().year
        shown = year or (this if this in plans or not plans else max(plans))
        plan = plans.get(shown)
        if plan is None and year is not None:
            raise Http404
        changed = services.changed_since(plan) if plan else {}
        words = {"added": _("Added since the plan was published"), "moved": _("Moved since the plan was published")}
        meetings = services.meetings_in(body, shown).select_related("body", "minutes") if plan else []
        return render(
            request,
            "meetings/planning/year_plan_detail.html",
            {
                "body": body,
                "year": shown,
                "plan": plan,
                "rows": [(row_of(meeting), words.get(changed.get(meeting.pk, ""), "")) for meeting in meetings],
                "tabs": [
                    ui.Tab(str(one), reverse("forum:year_plan", args=[body.slug, one]), current=one == shown)
                    for one in plans
                ],
                "may_plan": may_plan,
                "planned": MeetingStatus.PLANNED,
                "crumbs": [
                    (_("Bodies"), reverse("forum:body_list")),
                    (body.name, body.get_absolute_url()),
                    (_("Meeting plan"), None),
                ],
            },
        )


class MakeYearPlanView(View):
    """Making a plan: a pattern, then its days as lines one can move, drop and add to, and at last published."""

    access: ClassVar[Access] = permitted(PLAN)

    def body(self, request: HttpRequest, slug: str) -> Body:
        """Fetch the body, or answer 404 to who may not plan for it."""
        return policy.get_or_404(request.user, PLAN, Body.objects.all(), slug=slug)

    def get(self, request: HttpRequest, slug: str) -> HttpResponse:
        """Ask for the pattern; with one, show its days."""
        body = self.body(request, slug)
        if (year := number(request.GET.get("lines"), digits=4)) is not None:
            handed = interrupted_forms.handed_on(request, self.step(body, year))
            if handed is not None:
                form = PatternForm(initial=self.begin(body))
                return self.page(request, body, form, self.sent(handed[0], self.year(str(year))), year)
        given_back = interrupted_forms.give_back(request)
        if given_back is not None:
            year = self.year(given_back.get("year"))
            return self.page(request, body, PatternForm(initial=self.begin(body)), self.sent(given_back, year), year)
        if "first" not in request.GET:
            return self.page(request, body, PatternForm(initial=self.begin(body)))
        form = PatternForm(request.GET)
        if not form.is_valid():
            return self.page(request, body, form, status=422)
        pattern = form.cleaned_data["pattern"]
        own = own_days_off(pattern.first, pattern.last)
        found = lines(pattern, own | public_holidays(pattern.first, pattern.last))
        standing = services.meetings_in(body, pattern.first.year).exclude(status=MeetingStatus.CANCELLED)
        there = {timezone.localtime(m.starts_at).date(): _("A meeting stands on this day already.") for m in standing}
        formset = LineFormSet(initial=preview(found, pattern, there=there, own=own), prefix="l")
        return self.page(request, body, form, formset, pattern.first.year)

    def post(self, request: HttpRequest, slug: str) -> HttpResponseBase:
        """Add an empty line, or publish what stands there."""
        body = self.body(request, slug)
        year = self.year(request.POST.get("year"))
        form = PatternForm(initial=self.begin(body))
        if request.POST.get("do") == "add":
            more = self.with_one_more(request.POST)
            # An address of its own, so that Back opens the lines as they were.
            if interrupted_forms.hand_on(request, self.step(body, year), **more):
                return redirect(f"{reverse('forum:year_plan_make', args=[body.slug])}?lines={year}")
            return self.page(request, body, form, self.sent({**request.POST.dict(), **more}, year), year)
        formset = self.sent(request.POST, year)
        if not formset.is_valid():
            return self.page(request, body, form, formset, year, status=422)
        wanted = [(line.moment, line.cleaned_data["place"]) for line in formset.forms if line.moment is not None]
        if not wanted:
            return self.page(request, body, form, formset, year, refusal=_("Include at least one meeting."), status=422)
        try:
            planned = services.publish(body=body, year=year, wanted=wanted, actor=reader_of(request))
        except Refused as refusal:
            return self.page(request, body, form, formset, year, refusal=str(refusal.message), status=422)
        count = len(planned.added)
        said = ngettext(
            "The plan is published, with %(n)s new meeting.", "The plan is published, with %(n)s new meetings.", count
        )
        messages.success(request, said % {"n": count})
        return redirect(planned.plan)

    @staticmethod
    def year(value: str | None) -> int:
        """Return the year the lines are for; 404 for what is no year."""
        year = number(value, digits=4)
        if year is None or not 2000 <= year <= 2200:
            raise Http404
        return year

    @staticmethod
    def begin(body: Body) -> dict[str, object]:
        """Return what the form begins with: the next year without a plan, from today where that is this year."""
        year = services.next_year_to_plan(body)
        first = max(clock.today(), clock.today().replace(year=year, month=1, day=1))
        return {"first": first, "last": first.replace(month=12, day=31)}

    @staticmethod
    def sent(data: Any, year: int) -> Any:
        """Return the lines as they were sent."""
        formset: Any = LineFormSet(data, prefix="l")
        formset.year = year
        return formset

    @staticmethod
    def step(body: Body, year: int) -> str:
        """Return what the lines of a year are handed on as between the steps."""
        return f"year-plan-{body.pk}-{year}"

    @staticmethod
    def with_one_more(data: Any) -> dict[str, str]:
        """Return what makes one more of the lines that were sent: an empty one at the end that has the time and place
        of the line before it."""
        count = number(data.get("l-TOTAL_FORMS"), digits=3) or 0
        more = {"l-TOTAL_FORMS": str(count + _MORE), f"l-{count}-keep": "on"}
        return more | {f"l-{count}-{name}": data.get(f"l-{count - 1}-{name}", "") for name in ("at", "place")}

    def page(
        self,
        request: HttpRequest,
        body: Body,
        form: PatternForm,
        formset: Any = None,
        year: int | None = None,
        *,
        refusal: str = "",
        status: int = 200,
    ) -> HttpResponse:
        """Render the pattern, or the lines."""
        return render(
            request,
            "meetings/planning/year_plan_make.html",
            {
                "body": body,
                "form": form,
                "formset": formset,
                "year": year,
                "refusal": refusal,
                "form_owner": interrupted_forms.owner_token(request),
                "cancel_url": reverse("forum:body_year_plan", args=[body.slug]),
                "crumbs": [
                    (_("Bodies"), reverse("forum:body_list")),
                    (body.name, body.get_absolute_url()),
                    (_("Make a meeting plan"), None),
                ],
            },
            status=status,
        )


class DaysOffView(View):
    """The municipality's own days without meetings."""

    access: ClassVar[Access] = permitted("forum.manage_organisation")

    def dispatch(self, request: HttpRequest, *args: object, **kwargs: object) -> HttpResponseBase:
        """Answer 404 to who does not manage the organisation."""
        if not policy.can(request.user, "forum.manage_organisation"):
            raise Http404
        return super().dispatch(request, *args, **kwargs)

    def get(self, request: HttpRequest) -> HttpResponse:
        """Show them, the coming ones and those of the last year."""
        return self.page(request, DayOffForm(interrupted_forms.give_back(request)))

    def post(self, request: HttpRequest) -> HttpResponseBase:
        """Enter some, or remove some."""
        actor = reader_of(request)
        if "remove" in request.POST:
            off = get_object_or_404(DayOff, pk=number(request.POST["remove"]) or 0)
            name = off.name
            services.remove_day_off(off, actor=actor)
            messages.success(request, _("Removed: %(name)s.") % {"name": name})
            return redirect("forum:days_off")
        form = DayOffForm(request.POST)
        if form.is_valid():
            try:
                off = services.add_day_off(**form.cleaned_data, actor=actor)
            except ValidationError as error:
                refuse(form, error)
            else:
                messages.success(request, _("Entered: %(name)s.") % {"name": off.name})
                return redirect("forum:days_off")
        return self.page(request, form, status=422)

    def page(self, request: HttpRequest, form: DayOffForm, status: int = 200) -> HttpResponse:
        """Render the list and the form."""
        since = clock.today().replace(month=1, day=1)
        context = {
            "form": form,
            "found": DayOff.objects.filter(last_day__gte=since),
            "form_owner": interrupted_forms.owner_token(request),
            "crumbs": [(_("Organisation"), reverse("forum:organisation")), (_("Days without meetings"), None)],
        }
        return render(request, "meetings/planning/days_off.html", context, status=status)
