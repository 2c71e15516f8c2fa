"""The administrator's pages about bodies: set up, changed, put to work, closed, and who sits in them."""

from datetime import date, timedelta

from django import forms
from django.db.models import Model
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _

from forum.organisation import composition, responsibilities
from forum.organisation.composition_rules import succession
from forum.organisation.forms import bodies as office_forms
from forum.organisation.models import Body, Membership
from forum.organisation.queries import bodies as queries
from forum.organisation.services import bodies as services
from forum.organisation.services import memberships
from forum.organisation.views.administration.base import PEOPLE_PER_PAGE, Cleaned, Crumbs, FormData, OfficeForm
from trepart import clock
from trepart.access import interrupted_forms
from trepart.access.models import User
from trepart.text import normal
from trepart.text.dates import date_text
from trepart.text.numbers import number

# Bodies ---------------------------------------------------------------------------------------------------------------


class NewBodyView(OfficeForm):
    """Sets up a body."""

    body: Body | None = None

    def form(self, data: FormData) -> forms.Form:
        """Build the form."""
        return office_forms.NewBodyForm(data, initial={"unit": self.request.GET.get("enhet")})

    def write(self, data: Cleaned) -> str:
        """Set the body up."""
        self.body = services.add_body(**data, actor=self.person)
        return _("%(name)s is set up. Look over the facts and enter its members; then it can be put to work.") % {
            "name": self.body.name
        }

    def back(self) -> str:
        """Go on to the new body, or back to the overview."""
        return self.body.get_absolute_url() if self.body else reverse("forum:organisation")

    def page(self) -> dict[str, object]:
        """Say what happens next."""
        return {
            "heading": _("New body"),
            "lead": _(
                "It is at work only when you put it to work, and only if it keeps the rules for who must sit in it."
            ),
            "crumbs": self.crumbs((_("New body"), None)),
        }


class OfBody(OfficeForm):
    """A form about one body."""

    body: Body

    def prepare(self) -> None:
        """Fetch the body."""
        self.body = get_object_or_404(Body.objects.select_related("unit", "superior"), slug=self.kwargs["slug"])

    def back(self) -> str:
        """Return to the body's page."""
        return self.body.get_absolute_url()

    def crumbs(self, *further: tuple[object, str | None]) -> Crumbs:
        """Return the way here, by way of the body."""
        return [
            (_("Bodies"), reverse("forum:body_list")),
            (self.body.name, self.body.get_absolute_url()),
            *further,
        ]


class BodyFactsView(OfBody):
    """Changes the facts about a body."""

    def form(self, data: FormData) -> forms.Form:
        """Build the form, with what stands today."""
        return office_forms.BodyForm(
            data, body=self.body, initial={name: getattr(self.body, name) for name in services.CHANGEABLE}
        )

    def write(self, data: Cleaned) -> str:
        """Change the body."""
        self.body = services.change_body(self.body, actor=self.person, **data)
        return _("The facts about %(name)s are saved.") % {"name": self.body.name}

    def thing(self) -> Model | None:
        """Return the body."""
        return self.body

    def page(self) -> dict[str, object]:
        """Say which body it is about."""
        return {
            "heading": _("Change the facts"),
            "meta": self.body.name,
            "crumbs": self.crumbs((_("Change the facts"), None)),
        }


class ActivateView(OfBody):
    """Puts a body to work, if it keeps the rules of composition."""

    def write(self, data: Cleaned) -> str:
        """Put the body to work."""
        self.body = services.activate_body(self.body, actor=self.person)
        return _("%(name)s is at work from today.") % {"name": self.body.name}

    def page(self) -> dict[str, object]:
        """Say what stands in the way, if anything does."""
        return {
            "heading": _("Put %(name)s to work") % {"name": self.body.name},
            "lead": _("From then on its members have their rights, and cases can be sent to it."),
            "label": _("Put to work"),
            "problems": composition.problems(self.body),
            "crumbs": self.crumbs((_("Put to work"), None)),
        }


class CloseBodyView(OfBody):
    """Closes a body from a day."""

    danger = True

    def form(self, data: FormData) -> forms.Form:
        """Build the form."""
        return office_forms.CloseBodyForm(data, initial={"on": clock.today()})

    def write(self, data: Cleaned) -> str:
        """Close the body."""
        self.body = services.close_body(self.body, on=data["on"], actor=self.person)
        return _("%(name)s is closed from %(date)s.") % {"name": self.body.name, "date": date_text(data["on"])}

    def page(self) -> dict[str, object]:
        """Say what closing means."""
        return {
            "heading": _("Close %(name)s") % {"name": self.body.name},
            "lead": _(
                "Its members lose their rights in it from that day. Its meetings and minutes stay as they are: "
                "what a public body has been and done is never deleted (Archives Act § 5)."
            ),
            "label": _("Close the body"),
            "crumbs": self.crumbs((_("Close the body"), None)),
        }


class RemoveBodyView(OfBody):
    """Deletes a body that was set up by mistake."""

    danger = True
    removed = False

    def write(self, data: Cleaned) -> str:
        """Delete the body."""
        services.remove_body(self.body, actor=self.person)
        self.removed = True
        return _("%(name)s is deleted.") % {"name": self.body.name}

    def back(self) -> str:
        """Return to the overview when it is gone, to the body's page while it is not."""
        return reverse("forum:organisation") if self.removed else super().back()

    def page(self) -> dict[str, object]:
        """Say what is deleted, and what is not."""
        return {
            "heading": _("Delete %(name)s") % {"name": self.body.name},
            "lead": _(
                "A body that was set up by mistake can be deleted before it is put to work, with the places "
                "entered in it. What a public body has been and done is kept, and is never deleted (Archives "
                "Act § 5)."
            ),
            "label": _("Delete the body"),
            "crumbs": self.crumbs((_("Delete the body"), None)),
        }


# Memberships ----------------------------------------------------------------------------------------------------------


class NewMemberView(OfBody):
    """Gives somebody a place in a body: first whom (a search), then as what."""

    chosen: User | None = None

    def get(self, request: HttpRequest, *args: object, **kwargs: object) -> HttpResponseBase:
        """Show the search until somebody is chosen; then the form."""
        self.prepare()
        given_back = interrupted_forms.give_back(request)
        self.chosen = self._chosen((given_back or request.GET).get("person", ""))
        if self.chosen is None:
            return self._search(request)
        return self.show(self.form(given_back))

    def post(self, request: HttpRequest, *args: object, **kwargs: object) -> HttpResponseBase:
        """Write the membership."""
        self.chosen = self._chosen(request.POST.get("person", ""))
        if self.chosen is None:
            raise Http404
        return super().post(request, *args, **kwargs)

    def _chosen(self, raw: str) -> User | None:
        return User.objects.filter(pk=number(raw) or 0, is_active=True).first()

    def _search(self, request: HttpRequest) -> HttpResponse:
        words = normal.line(request.GET.get("q", ""))[:100]
        found = list(queries.people_found(words).filter(is_active=True)[: PEOPLE_PER_PAGE + 1]) if words else []
        context = {
            "body": self.body,
            "form": office_forms.PersonSearchForm(request.GET if words else None),
            "words": words,
            "found": found[:PEOPLE_PER_PAGE],
            "more": len(found) > PEOPLE_PER_PAGE,
            "crumbs": self.crumbs((_("New member"), None)),
        }
        return render(request, "organisation/administration/member_choose.html", context)

    def form(self, data: FormData) -> forms.Form:
        """Build the form for the chosen person."""
        initial = {"person": self.chosen, "valid_from": clock.today(), "role": "member"}
        return office_forms.MembershipForm(data, body=self.body, initial=initial)

    def write(self, data: Cleaned) -> str:
        """Start the membership."""
        membership = memberships.start_membership(body=self.body, actor=self.person, **data)
        return _("%(name)s is entered as %(role)s.") % {
            "name": membership.person.name,
            "role": membership.get_role_display(),
        }

    def composed(self, data: Cleaned) -> tuple[Body, date] | None:
        """Judge the body on the first day of the place."""
        return self.body, max(data["valid_from"] or clock.today(), clock.today())

    def page(self) -> dict[str, object]:
        """Say who it is about."""
        name = self.chosen.name if self.chosen else ""
        return {
            "heading": _("A place in %(body)s for %(name)s") % {"body": self.body.name, "name": name},
            "meta": self.chosen.email if self.chosen else "",
            "label": _("Enter"),
            "crumbs": self.crumbs((_("New member"), reverse("forum:member_new", args=[self.body.slug])), (name, None)),
        }


class EndMemberView(OfBody):
    """Ends a membership."""

    danger = True
    membership: Membership

    def prepare(self) -> None:
        """Fetch the membership in this body."""
        super().prepare()
        self.membership = get_object_or_404(
            Membership.objects.select_related("person", "body"), pk=self.kwargs["pk"], body=self.body
        )

    def form(self, data: FormData) -> forms.Form:
        """Build the form."""
        return office_forms.EndForm(data, initial=office_forms.end_initial(self.membership))

    def write(self, data: Cleaned) -> str:
        """End the membership."""
        memberships.end_membership(self.membership, on=data["on"], actor=self.person)
        said = _("%(name)s's last day in %(body)s is %(date)s.") % {
            "name": self.membership.person.name,
            "body": self.body.name,
            "date": date_text(data["on"]),
        }
        return f"{said} {succession.seat_is_empty(self.membership)}".strip()

    def composed(self, data: Cleaned) -> tuple[Body, date] | None:
        """Judge the body on the day after the last one."""
        return self.body, max(data["on"] + timedelta(days=1), clock.today())

    def thing(self) -> Model | None:
        """Return the membership."""
        return self.membership

    def page(self) -> dict[str, object]:
        """Say what ends."""
        return {
            "heading": _("End %(name)s's place in %(body)s")
            % {"name": self.membership.person.name, "body": self.body.name},
            "meta": self.membership.get_role_display(),
            "label": _("End the membership"),
            "lead": " ".join(succession.what_follows(self.membership)),
            "handovers": responsibilities.foreseen(self.membership.person),
            "crumbs": self.crumbs((_("End the membership"), None)),
        }
