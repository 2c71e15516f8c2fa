"""The administrator's pages about what a body is besides itself: its functions (hats)."""

from django import forms
from django.db.models import Model
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _

from forum.organisation.forms.bodies import EndForm, end_initial
from forum.organisation.forms.body_functions import FunctionForm
from forum.organisation.models import BodyFunction
from forum.organisation.services import body_functions
from forum.organisation.views.administration.base import Cleaned, FormData
from forum.organisation.views.administration.bodies import OfBody
from trepart import clock
from trepart.text.dates import date_text


class FunctionsView(OfBody):
    """The functions a body has, with a form for one more."""

    template_name = "organisation/administration/body_functions.html"

    def form(self, data: FormData) -> forms.Form:
        """Build the form."""
        return FunctionForm(data, initial={"valid_from": clock.today()})

    def write(self, data: Cleaned) -> str:
        """Give the body the function."""
        function = body_functions.add_function(body=self.body, actor=self.person, **data)
        return _("%(body)s is now %(function)s as well.") % {"body": self.body.name, "function": function.name}

    def back(self) -> str:
        """Stay here: there may be more than one to enter."""
        return reverse("forum:functions", args=[self.body.slug])

    def page(self) -> dict[str, object]:
        """Show what stands there."""
        return {
            "heading": _("Functions"),
            "lead": _("One body may be several things at once. Each case on the agenda can say as what it is treated."),
            "meta": self.body.name,
            "label": _("Add the function"),
            "body": self.body,
            "functions": list(BodyFunction.objects.filter(body=self.body).order_by("valid_to", "pk")),
            "today": clock.today(),
            "crumbs": self.crumbs((_("Functions"), None)),
        }


class EndFunctionView(OfBody):
    """Ends a function of a body."""

    danger = True
    function: BodyFunction

    def prepare(self) -> None:
        """Fetch the function of this body."""
        super().prepare()
        self.function = get_object_or_404(BodyFunction, pk=self.kwargs["pk"], body=self.body)

    def form(self, data: FormData) -> forms.Form:
        """Build the form."""
        return EndForm(data, initial=end_initial(self.function))

    def write(self, data: Cleaned) -> str:
        """End the function."""
        body_functions.end_function(self.function, on=data["on"], actor=self.person)
        return _("%(body)s is %(function)s to and including %(date)s.") % {
            "body": self.body.name,
            "function": self.function.name,
            "date": date_text(data["on"]),
        }

    def back(self) -> str:
        """Return to the list."""
        return reverse("forum:functions", args=[self.body.slug])

    def thing(self) -> Model | None:
        """Return the function."""
        return self.function

    def page(self) -> dict[str, object]:
        """Say what ends."""
        return {
            "heading": _("End the function %(name)s") % {"name": self.function.name},
            "lead": _("Cases that have been treated under it stay as they are."),
            "meta": self.body.name,
            "label": _("End the function"),
            "crumbs": self.crumbs((_("Functions"), self.back()), (self.function.name, None)),
        }
