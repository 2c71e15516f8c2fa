"""The administrator's pages where several things are done in one go, and the list of what nobody attends to."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from forum.organisation import responsibilities, unattended
from forum.organisation.enums import Role
from forum.organisation.forms.setup import NewUnitForm, RenewForm
from forum.organisation.models import Body, Membership
from forum.organisation.queries import bodies as queries
from forum.organisation.services import terms, unit_setup
from forum.organisation.views.administration.base import Office, OfficeForm
from forum.organisation.views.administration.bodies import OfBody
from trepart import clock
from trepart.text.dates import date_text
from trepart.text.numbers import number


class NewUnitView(OfficeForm):
    """Sets up a workplace with its LMU, at work from today."""

    made: unit_setup.Made | None = None

    def form(self, data: object) -> forms.Form:
        """Build the form."""
        return NewUnitForm(data)

    def write(self, data: Mapping[str, Any]) -> str:
        """Make all of it, or nothing."""
        form = NewUnitForm(self.request.POST)
        form.is_valid()
        try:
            made = unit_setup.set_up(**form.plan(), actor=self.person)
        except ValidationError as error:
            raise ValidationError({form.field_of(name): said for name, said in error.message_dict.items()}) from error
        self.made = made
        return ngettext(
            "%(name)s is at work, with %(n)s person.",
            "%(name)s is at work, with %(n)s people.",
            len(made.people),
        ) % {"name": made.unit.name, "n": len(made.people)}

    def back(self) -> str:
        """Go on to the page of who receives its proposals, or back to the overview."""
        return self.made.local.get_absolute_url() if self.made else reverse("forum:organisation")

    def page(self) -> dict[str, object]:
        """Say what comes of it."""
        return {
            "heading": _("New workplace"),
            "lead": _(
                "Unit, LMU or leader, and people in one go. Whoever works there can send proposals at once, "
                "and they come to the right place."
            ),
            "label": _("Set it up"),
            "crumbs": self.crumbs((_("New workplace"), None)),
        }


class RenewView(OfBody):
    """A new period for a whole body."""

    def thing(self) -> Body:
        """Hold the body: who sits there is compared with what the page was made from."""
        return self.body

    def form(self, data: object) -> forms.Form:
        """Build the form, with everybody ticked."""
        return RenewForm(data, body=self.body)

    def write(self, data: Mapping[str, Any]) -> str:
        """End what ends, and begin what goes on."""
        made = terms.renew(
            self.body,
            staying=list(data["staying"]),
            valid_from=data["valid_from"],
            valid_to=data["valid_to"],
            actor=self.person,
        )
        return ngettext(
            "%(n)s place goes on in a new period from %(date)s.",
            "%(n)s places go on in a new period from %(date)s.",
            len(made),
        ) % {"n": len(made), "date": date_text(data["valid_from"])}

    def composed(self, data: Mapping[str, Any]) -> tuple[Body, date] | None:
        """Judge the body on the first day of the new period."""
        return self.body, max(data["valid_from"], clock.today())

    def page(self) -> dict[str, object]:
        """Say which body it is about."""
        return {
            "heading": _("New period"),
            "meta": self.body.name,
            "lead": _("For everybody at once, for example after an election. The old places stay in the history."),
            "crumbs": self.crumbs((_("New period"), None)),
        }


class DeputiesView(Office):
    """The lists of deputies, moved up and down by buttons (R4)."""

    def _body(self) -> Body:
        return get_object_or_404(Body, slug=self.kwargs["slug"])

    def get(self, request: HttpRequest, slug: str) -> HttpResponse:
        """Show each list in its order."""
        body = self._body()
        lasting = Membership.objects.lasting().filter(body=body, role=Role.DEPUTY).select_related("person", "party")
        context = {
            "body": body,
            "lists": queries.deputy_lists(list(lasting)),
            "crumbs": [
                (_("Bodies"), reverse("forum:body_list")),
                (body.name, body.get_absolute_url()),
                (_("Order of the deputies"), None),
            ],
        }
        return render(request, "organisation/administration/deputies_order.html", context)

    def post(self, request: HttpRequest, slug: str) -> HttpResponse:
        """Move one deputy one place."""
        body = self._body()
        pk = number(request.POST.get("deputy")) or 0
        membership = get_object_or_404(Membership.objects.select_related("person"), pk=pk, body=body, role=Role.DEPUTY)
        try:
            moved = terms.move_deputy(membership, up=request.POST.get("way") == "up", actor=self.person)
        except ValidationError as error:
            messages.error(request, " ".join(error.messages))
        else:
            if moved:
                membership.refresh_from_db(fields=["deputy_number"])
                said = {"name": membership.person.name, "number": membership.deputy_number}
                messages.success(request, _("%(name)s is number %(number)s on the list.") % said)
        return HttpResponseRedirect(reverse("forum:deputies", args=[body.slug]))


class UnattendedView(Office):
    """What is open and nobody can attend to."""

    def get(self, request: HttpRequest) -> HttpResponse:
        """Show the list; the number of queries does not grow with it."""
        context = {"found": unattended.unattended(), "crumbs": self.crumbs((_("Without anybody responsible"), None))}
        return render(request, "pages/unattended_list.html", context)

    def post(self, request: HttpRequest) -> HttpResponse:
        """Hand over what hangs on people who are gone, without waiting for the night."""
        done = responsibilities.settle(actor=self.person)
        said = ngettext("%(n)s thing went to somebody else.", "%(n)s things went to somebody else.", done)
        messages.success(request, said % {"n": done})
        return HttpResponseRedirect(reverse("forum:unattended"))
