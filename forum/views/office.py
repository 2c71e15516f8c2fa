"""The administrator's pages: units, bodies, people, and who sits where from when to when. Everything is written by the services; these only ask and tell."""

from abc import ABC, abstractmethod
from collections.abc import Mapping
from typing import Any, ClassVar

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db import IntegrityError
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views import View

from forum import composition
from forum.forms import organisation as office_forms
from forum.models import Body, Membership, PoliticalParty, Unit
from forum.queries import organisation as queries
from forum.services import organisation as services
from trepart import clock
from trepart.access import kept, policy
from trepart.access.models import User
from trepart.access.web import Access, permitted
from trepart.alphabet import norwegian
from trepart.templatetags.trepart_ui import date_text

MANAGE = permitted("forum.manage_organisation")
PEOPLE_PER_PAGE = 30

Crumbs = list[tuple[Any, str | None]]


class Office(View):
    """A page for whoever manages the organisation; to everybody else it does not exist."""

    access: ClassVar[Access] = MANAGE

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Ask for the permission before anything is looked up."""
        if not policy.can(request.user, "forum.manage_organisation"):
            raise Http404
        return super().dispatch(request, *args, **kwargs)

    @property
    def person(self) -> User:
        """Return who is signed in; the access declaration has seen to that somebody is."""
        user = self.request.user
        if not isinstance(user, User):
            raise Http404
        return user

    def crumbs(self, *further: tuple[Any, str | None]) -> Crumbs:
        """Return the way here, by way of the overview."""
        return [(_("Bodies"), reverse("forum:body_list")), (_("Organisation"), reverse("forum:organisation")), *further]


class OfficeForm(Office, ABC):
    """One form: GET asks, POST writes through a service. What the service refuses is said in the form, and nothing typed is lost."""

    template_name = "forum/organisation_form.html"
    label: ClassVar[Any] = ""
    danger: ClassVar[bool] = False

    def prepare(self) -> None:
        """Fetch what the form is about, or answer 404."""

    @abstractmethod
    def form(self, data: Any) -> forms.Form:
        """Build the form, empty or with ``data``."""

    @abstractmethod
    def write(self, data: Mapping[str, Any]) -> str:
        """Carry it out and return what is said about it. A ``ValidationError`` is shown in the form."""

    @abstractmethod
    def back(self) -> str:
        """Return where one goes when it is done, or not done."""

    @abstractmethod
    def page(self) -> dict[str, Any]:
        """Return heading, lead, crumbs and whatever else the page shows."""

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Show the form, with what was typed before a session ran out."""
        self.prepare()
        given_back = kept.give_back(request)
        if given_back is not None:
            messages.info(request, _("You had been signed out. What you had written is here again."))
        return self.show(self.form(given_back))

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Write, or show what must be mended."""
        self.prepare()
        form = self.form(request.POST)
        if form.is_valid():
            try:
                said = self.written(form.cleaned_data)
            except ValidationError as error:
                office_forms.refuse(form, error)
            else:
                messages.success(request, said)
                return HttpResponseRedirect(self.back())
        return self.show(form, status=422)

    def written(self, data: Mapping[str, Any]) -> str:
        """Write; where the button was pressed twice, the rules can say so in words once the first press has been written."""
        try:
            return self.write(data)
        except IntegrityError:
            return self.write(data)

    def show(self, form: forms.Form, status: int = 200) -> HttpResponse:
        """Render the page of the form."""
        context = {
            "form": form,
            "label": self.label or _("Save"),
            "danger": self.danger,
            "cancel_url": self.back(),
            "form_owner": kept.owner_token(self.request),
            **self.page(),
        }
        return render(self.request, self.template_name, context, status=status)


# Overview --------------------------------------------------------------------------------------------------------------


class OverviewView(Office):
    """Where the administrator begins: what ends soon, which bodies break a rule, units, offices."""

    def get(self, request: HttpRequest) -> HttpResponse:
        """Show the overview; its number of queries does not grow with the municipality."""
        broken, waiting = queries.troubles()
        context = {
            "endings": queries.endings(),
            "ahead": queries.AHEAD_DAYS,
            "broken": broken,
            "waiting": waiting,
            "tree": queries.unit_tree(),
            "offices": list(queries.office_holders()),
            "parties": list(PoliticalParty.objects.order_by(norwegian("name"))),
            "crumbs": [(_("Bodies"), reverse("forum:body_list")), (_("Organisation"), None)],
        }
        return render(request, "forum/organisation.html", context)


# Units and parties -----------------------------------------------------------------------------------------------------


class UnitView(OfficeForm):
    """Adds a unit (no number in the address), or changes one."""

    unit: Unit | None = None

    def prepare(self) -> None:
        """Fetch the unit to change, if one is named."""
        if "pk" in self.kwargs:
            self.unit = get_object_or_404(Unit, pk=self.kwargs["pk"])

    def form(self, data: Any) -> forms.Form:
        """Build the form, with what stands today."""
        initial: dict[str, Any] = {"parent": self.request.GET.get("under")}
        if self.unit:
            initial = {"name": self.unit.name, "parent": self.unit.parent_id, "closed_on": self.unit.closed_on}
        return office_forms.UnitForm(data, unit=self.unit, initial=initial)

    def write(self, data: Mapping[str, Any]) -> str:
        """Add or change the unit."""
        if self.unit is None:
            unit = services.add_unit(data["name"], data["parent"], actor=self.person)
            return _("%(name)s is added.") % {"name": unit.name}
        unit = services.change_unit(
            self.unit, name=data["name"], parent=data["parent"], closed_on=data["closed_on"], actor=self.person
        )
        return _("%(name)s is changed.") % {"name": unit.name}

    def back(self) -> str:
        """Return to the overview."""
        return reverse("forum:organisation") + "#enheter"

    def page(self) -> dict[str, Any]:
        """Say which unit it is about."""
        heading = _("Change %(name)s") % {"name": self.unit.name} if self.unit else _("New unit")
        return {
            "heading": heading,
            "lead": _("A workplace, or a sector that workplaces are part of."),
            "crumbs": self.crumbs((heading, None)),
        }


class PartyView(OfficeForm):
    """Adds a political party."""

    def form(self, data: Any) -> forms.Form:
        """Build the form."""
        return office_forms.PartyForm(data)

    def write(self, data: Mapping[str, Any]) -> str:
        """Add the party."""
        party = services.add_party(name=data["name"], short=data["short"], actor=self.person)
        return _("%(name)s is added.") % {"name": party.name}

    def back(self) -> str:
        """Return to the overview."""
        return reverse("forum:organisation")

    def page(self) -> dict[str, Any]:
        """Say what a party is for here."""
        return {
            "heading": _("New political party"),
            "lead": _("For elected politicians. The minutes say which parties voted for what."),
            "crumbs": self.crumbs((_("New political party"), None)),
        }


# Bodies ----------------------------------------------------------------------------------------------------------------


class NewBodyView(OfficeForm):
    """Sets up a body."""

    body: Body | None = None

    def form(self, data: Any) -> forms.Form:
        """Build the form."""
        return office_forms.NewBodyForm(data, initial={"unit": self.request.GET.get("enhet")})

    def write(self, data: Mapping[str, Any]) -> str:
        """Set the body up."""
        self.body = services.add_body(**data, actor=self.person)
        return _("%(name)s is set up. Look over the facts and enter its members; then it can be put to work.") % {
            "name": self.body.name
        }

    def back(self) -> str:
        """Go on to the new body, or back to the overview."""
        return self.body.get_absolute_url() if self.body else reverse("forum:organisation")

    def page(self) -> dict[str, Any]:
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

    def crumbs(self, *further: tuple[Any, str | None]) -> Crumbs:
        """Return the way here, by way of the body."""
        return [
            (_("Bodies"), reverse("forum:body_list")),
            (self.body.name, self.body.get_absolute_url()),
            *further,
        ]


class BodyFactsView(OfBody):
    """Changes the facts about a body."""

    def form(self, data: Any) -> forms.Form:
        """Build the form, with what stands today."""
        return office_forms.BodyForm(
            data, body=self.body, initial={name: getattr(self.body, name) for name in services.CHANGEABLE}
        )

    def write(self, data: Mapping[str, Any]) -> str:
        """Change the body."""
        self.body = services.change_body(self.body, actor=self.person, **data)
        return _("The facts about %(name)s are saved.") % {"name": self.body.name}

    def page(self) -> dict[str, Any]:
        """Say which body it is about."""
        return {
            "heading": _("Change the facts"),
            "meta": self.body.name,
            "crumbs": self.crumbs((_("Change the facts"), None)),
        }


class ActivateView(OfBody):
    """Puts a body to work, if it keeps the rules of composition."""

    def form(self, data: Any) -> forms.Form:
        """Nothing is filled in."""
        return forms.Form(data)

    def write(self, data: Mapping[str, Any]) -> str:
        """Put the body to work."""
        self.body = services.activate_body(self.body, actor=self.person)
        return _("%(name)s is at work from today.") % {"name": self.body.name}

    def page(self) -> dict[str, Any]:
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

    def form(self, data: Any) -> forms.Form:
        """Build the form."""
        return office_forms.CloseBodyForm(data, initial={"on": clock.today()})

    def write(self, data: Mapping[str, Any]) -> str:
        """Close the body."""
        self.body = services.close_body(self.body, on=data["on"], actor=self.person)
        return _("%(name)s is closed from %(date)s.") % {"name": self.body.name, "date": date_text(data["on"])}

    def page(self) -> dict[str, Any]:
        """Say what closing means."""
        return {
            "heading": _("Close %(name)s") % {"name": self.body.name},
            "lead": _("Its members lose their rights in it from that day. Its meetings and minutes stay as they are."),
            "label": _("Close the body"),
            "crumbs": self.crumbs((_("Close the body"), None)),
        }


# Memberships -----------------------------------------------------------------------------------------------------------


class NewMemberView(OfBody):
    """Gives somebody a place in a body: first whom (a search), then as what."""

    chosen: User | None = None

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Show the search until somebody is chosen; then the form."""
        self.prepare()
        given_back = kept.give_back(request)
        self.chosen = self._chosen((given_back or request.GET).get("person", ""))
        if self.chosen is None:
            return self._search(request)
        if given_back is not None:
            messages.info(request, _("You had been signed out. What you had written is here again."))
        return self.show(self.form(given_back))

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Write the membership."""
        self.chosen = self._chosen(request.POST.get("person", ""))
        if self.chosen is None:
            raise Http404
        return super().post(request, *args, **kwargs)

    def _chosen(self, number: str) -> User | None:
        if not (number.isascii() and number.isdigit() and len(number) < 18):
            return None
        return User.objects.filter(pk=number, is_active=True).first()

    def _search(self, request: HttpRequest) -> HttpResponse:
        words = " ".join(request.GET.get("q", "").split())[:100]
        found = list(queries.people_found(words).filter(is_active=True)[: PEOPLE_PER_PAGE + 1]) if words else []
        context = {
            "body": self.body,
            "form": office_forms.PersonSearchForm(request.GET if words else None),
            "words": words,
            "found": found[:PEOPLE_PER_PAGE],
            "more": len(found) > PEOPLE_PER_PAGE,
            "crumbs": self.crumbs((_("New member"), None)),
        }
        return render(request, "forum/organisation_choose.html", context)

    def form(self, data: Any) -> forms.Form:
        """Build the form for the chosen person."""
        initial = {"person": self.chosen, "valid_from": clock.today(), "role": "member"}
        return office_forms.MembershipForm(data, body=self.body, initial=initial)

    def write(self, data: Mapping[str, Any]) -> str:
        """Start the membership."""
        membership = services.start_membership(body=self.body, actor=self.person, **data)
        return _("%(name)s is entered as %(role)s.") % {
            "name": membership.person.name,
            "role": membership.get_role_display(),
        }

    def page(self) -> dict[str, Any]:
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
            Membership.objects.select_related("person"), pk=self.kwargs["pk"], body=self.body
        )

    def form(self, data: Any) -> forms.Form:
        """Build the form."""
        return office_forms.EndForm(data, initial=office_forms.end_initial(self.membership))

    def write(self, data: Mapping[str, Any]) -> str:
        """End the membership."""
        services.end_membership(self.membership, on=data["on"], actor=self.person)
        return _("%(name)s's last day in %(body)s is %(date)s.") % {
            "name": self.membership.person.name,
            "body": self.body.name,
            "date": date_text(data["on"]),
        }

    def page(self) -> dict[str, Any]:
        """Say what ends."""
        return {
            "heading": _("End %(name)s's place in %(body)s")
            % {"name": self.membership.person.name, "body": self.body.name},
            "meta": self.membership.get_role_display(),
            "label": _("End the membership"),
            "crumbs": self.crumbs((_("End the membership"), None)),
        }
