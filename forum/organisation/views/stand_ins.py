"""Who stands in for whom: chosen by whoever is to be away, or by the administrator for anybody."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.forms import BaseForm
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views import View

from forum.organisation.forms import bodies as office_forms
from forum.organisation.forms.setup import EndStandInForm, StandInForm
from forum.organisation.models import Appointment, Membership, StandIn
from forum.organisation.queries import stand_ins as standin_queries
from forum.organisation.services import stand_ins as services
from trepart import clock
from trepart.access import interrupted_forms, policy
from trepart.access.models import User
from trepart.access.web import SIGNED_IN, reader_of
from trepart.text import normal
from trepart.text.dates import date_text
from trepart.text.numbers import number

_SHOWN = 30


def _crumbs(*further: tuple[object, str | None]) -> list[tuple[object, str | None]]:
    return [(_("Stand-ins"), reverse("forum:stand_ins") if further else None), *further]


class StandInsView(View):
    """One's own places and offices and who stands in; for the administrator, everybody's."""

    access = SIGNED_IN

    def get(self, request: HttpRequest) -> HttpResponse:
        """Show them."""
        person = reader_of(request)
        manages = policy.can(person, "forum.manage_organisation")
        context = {
            "places": standin_queries.places_of(person),
            "mine": standin_queries.standing_in_for_others(person),
            "all": standin_queries.everybodys() if manages else [],
            "manages": manages,
            "crumbs": _crumbs(),
        }
        return render(request, "organisation/stand_in_list.html", context)


class NewStandInView(View):
    """Lets somebody stand in: first whom (a search), then from when to when."""

    access = SIGNED_IN.showing("forum.choose_stand_in")

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Fetch the place, for whoever may choose a stand-in for it; to everybody else it does not exist."""
        kind = kwargs["kind"]
        models: dict[str, Any] = {"plass": Membership, "verv": Appointment}
        if kind not in models:
            raise Http404
        related = ("person", "body") if kind == "plass" else ("person",)
        found = models[kind].objects.lasting().select_related(*related)
        self.place = policy.get_or_404(request.user, "forum.choose_stand_in", found, pk=kwargs["pk"])
        return super().dispatch(request, *args, **kwargs)

    def get(self, request: HttpRequest, kind: str, pk: int) -> HttpResponse:
        """Show the search until somebody is chosen; then the form."""
        # Who is chosen stands in the address: what was kept of the days is about whoever that is.
        chosen = self._chosen(request.GET.get("person", ""))
        if chosen is None:
            return self._search(request)
        given_back = interrupted_forms.give_back(request)
        form = StandInForm(given_back, initial={"valid_from": clock.today()})
        return self._show(request, form, chosen)

    def post(self, request: HttpRequest, kind: str, pk: int) -> HttpResponse:
        """Agree on it, or show what must be mended."""
        chosen = self._chosen(request.GET.get("person", "") or request.POST.get("person", ""))
        if chosen is None:
            raise Http404
        form = StandInForm(request.POST)
        if form.is_valid():
            try:
                services.start_stand_in(place=self.place, person=chosen, actor=reader_of(request), **form.cleaned_data)
            except ValidationError as error:
                office_forms.refuse(form, error)
            else:
                said = {
                    "name": chosen.name,
                    "from": date_text(form.cleaned_data["valid_from"]),
                    "to": date_text(form.cleaned_data["valid_to"]),
                }
                messages.success(request, _("%(name)s stands in from %(from)s to %(to)s.") % said)
                return HttpResponseRedirect(reverse("forum:stand_ins"))
        return self._show(request, form, chosen, status=422)

    def _chosen(self, raw: str) -> User | None:
        return User.objects.filter(pk=number(raw) or 0, is_active=True).first()

    def _search(self, request: HttpRequest) -> HttpResponse:
        words = normal.line(request.GET.get("q", ""))[:100]
        found = list(standin_queries.may_stand_in(self.place, words)[: _SHOWN + 1]) if words else []
        context = {
            "place": standin_queries.in_words(self.place),
            "why_not": services.why_not(self.place),
            "form": office_forms.PersonSearchForm(request.GET if words else None),
            "words": words,
            "found": found[:_SHOWN],
            "more": len(found) > _SHOWN,
            "crumbs": _crumbs((_("New stand-in"), None)),
        }
        return render(request, "organisation/stand_in_choose.html", context)

    def _show(self, request: HttpRequest, form: BaseForm, chosen: User, status: int = 200) -> HttpResponse:
        context = {
            "form": form,
            "heading": _("%(name)s stands in") % {"name": chosen.name},
            "meta": standin_queries.in_words(self.place),
            "lead": _(
                "In these days %(name)s may do whatever the place gives, and it is written down as done for %(holder)s."
            )
            % {"name": chosen.name, "holder": self.place.person.name},
            "label": _("Let %(name)s stand in") % {"name": chosen.name},
            "cancel_url": reverse("forum:stand_ins"),
            "form_owner": interrupted_forms.owner_token(request),
            "crumbs": _crumbs((_("New stand-in"), None)),
        }
        return render(request, "organisation/administration/form.html", context, status=status)


class EndStandInView(View):
    """Ends it earlier than agreed, or takes it back before it begins."""

    access = SIGNED_IN.showing("forum.choose_stand_in")

    def dispatch(self, request: HttpRequest, *args: object, **kwargs: object) -> HttpResponseBase:
        """Fetch it, for whoever may choose the stand-in."""
        found = StandIn.objects.select_related(
            "person", "membership__body", "membership__person", "appointment__person"
        )
        self.stand_in = get_object_or_404(found, pk=kwargs["pk"])
        if not policy.can(request.user, "forum.choose_stand_in", self.stand_in.place):
            raise Http404
        return super().dispatch(request, *args, **kwargs)

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Ask for the last day."""
        return self._show(request, EndStandInForm(interrupted_forms.give_back(request), initial={"on": clock.today()}))

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        """End it."""
        form = EndStandInForm(request.POST)
        if form.is_valid():
            try:
                services.end_stand_in(self.stand_in, on=form.cleaned_data["on"], actor=reader_of(request))
            except ValidationError as error:
                office_forms.refuse(form, error)
            else:
                messages.success(request, _("It is ended."))
                return HttpResponseRedirect(reverse("forum:stand_ins"))
        return self._show(request, form, status=422)

    def _show(self, request: HttpRequest, form: BaseForm, status: int = 200) -> HttpResponse:
        context = {
            "form": form,
            "heading": _("%(name)s no longer stands in") % {"name": self.stand_in.person.name},
            "meta": standin_queries.in_words(self.stand_in.place),
            "label": _("End it"),
            "danger": True,
            "cancel_url": reverse("forum:stand_ins"),
            "form_owner": interrupted_forms.owner_token(request),
            "crumbs": _crumbs((_("End it"), None)),
        }
        return render(request, "organisation/administration/form.html", context, status=status)
