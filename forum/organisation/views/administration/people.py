"""The administrator's pages about people: who they are, where they work, which office outside the bodies they hold."""

from typing import ClassVar

from django import forms
from django.core.paginator import Paginator
from django.db.models import Model, Prefetch
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from forum.organisation import responsibilities
from forum.organisation.forms import bodies as office_forms
from forum.organisation.forms import people as people_forms
from forum.organisation.models import Appointment, Employment
from forum.organisation.queries import bodies as queries
from forum.organisation.queries import stand_ins
from forum.organisation.services import bodies as services
from forum.organisation.views.administration.base import PEOPLE_PER_PAGE, Cleaned, FormData, Office, OfficeForm
from trepart import clock
from trepart.access.models import Invitation, User
from trepart.access.sign_in import addresses, invitations, second_step, security_log
from trepart.text import normal
from trepart.text.dates import date_text


class PeopleView(Office):
    """Everybody in the portal, with a search."""

    def get(self, request: HttpRequest) -> HttpResponse:
        """Show a page of people."""
        words = normal.line(request.GET.get("q", ""))[:100]
        running = Employment.objects.running().select_related("unit")
        people = queries.people_found(words).prefetch_related(
            Prefetch("employments", running, to_attr="running_employments")
        )
        context = {
            "form": office_forms.PersonSearchForm(request.GET or None),
            "words": words,
            "page": Paginator(people, PEOPLE_PER_PAGE).get_page(request.GET.get("page")),
            "crumbs": self.crumbs((_("People"), None)),
        }
        return render(request, "organisation/administration/person_list.html", context)


class NewPersonView(OfficeForm):
    """Enters a person, and where the person works."""

    added: User | None = None

    def form(self, data: FormData) -> forms.Form:
        """Build the form."""
        return people_forms.PersonForm(data, initial={"valid_from": clock.today(), "invite": True})

    def write(self, data: Cleaned) -> str:
        """Enter person and employment, both or neither."""
        with services.in_bulk():
            added = services.add_person(email=data["email"], name=data["name"], actor=self.person)
            if data["unit"]:
                services.start_employment(
                    person=added,
                    unit=data["unit"],
                    title=data["title"],
                    valid_from=data["valid_from"],
                    actor=self.person,
                )
        self.added = added
        if data["invite"]:
            invitations.invite([added], actor=self.person)
        if data["invite"]:
            return _("%(name)s is entered, and an invitation is sent.") % {"name": added.name}
        return _("%(name)s is entered.") % {"name": added.name}

    def back(self) -> str:
        """Go on to the new person, or back to the list."""
        return reverse("forum:person", args=[self.added.pk]) if self.added else reverse("forum:people")

    def page(self) -> dict[str, object]:
        """Say what is asked for."""
        return {
            "heading": _("New person"),
            "lead": "",
            "crumbs": self.crumbs((_("People"), reverse("forum:people")), (_("New person"), None)),
        }


class PersonView(Office):
    """One person: places in bodies, employments, offices, past ones included."""

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Show the person."""
        person = get_object_or_404(User, pk=pk)
        context = {
            "subject": person,
            "memberships": list(person.memberships.select_related("body").order_by("-valid_from", "pk")),
            "employments": list(person.employments.select_related("unit").order_by("-valid_from", "pk")),
            "appointments": list(person.appointments.order_by("-valid_from", "pk")),
            "today": clock.today(),
            "stand_in_places": [place for place in stand_ins.places_of(person) if not place.why_not],
            "handovers": responsibilities.foreseen(person),
            "invitation": Invitation.objects.filter(person=person).first(),
            "invitable": invitations.open_to(User.objects.filter(pk=person.pk)).exists(),
            "now": clock.now(),
            "second_step": second_step.has_one(person),
            "waiting": addresses.waiting(person),
            "security": security_log.of(person),
            "crumbs": self.crumbs((_("People"), reverse("forum:people")), (person.name, None)),
        }
        return render(request, "organisation/administration/person_detail.html", context)


class SecurityLogView(Office):
    """What has happened to accounts and the ways into them, everybody's, newest first."""

    def get(self, request: HttpRequest) -> HttpResponse:
        """Show a page of it."""
        page = Paginator(security_log.events(), PEOPLE_PER_PAGE).get_page(request.GET.get("page"))
        context = {
            "page": page,
            "entries": security_log.told(page.object_list),
            "crumbs": self.crumbs((_("People"), reverse("forum:people")), (_("Security log"), None)),
        }
        return render(request, "organisation/administration/security_log.html", context)


class OfPerson(OfficeForm):
    """A form about one person."""

    subject: User
    heading: ClassVar[str | Promise] = ""

    def prepare(self) -> None:
        """Fetch the person."""
        self.subject = get_object_or_404(User, pk=self.kwargs["pk"])

    def back(self) -> str:
        """Return to the person's page."""
        return reverse("forum:person", args=[self.subject.pk])

    def page(self) -> dict[str, object]:
        """Say who it is about."""
        heading = str(self.heading)
        people = (_("People"), reverse("forum:people"))
        return {
            "heading": heading,
            "meta": self.subject.name,
            "crumbs": self.crumbs(people, (self.subject.name, self.back()), (heading, None)),
        }


class ChangePersonView(OfPerson):
    """Changes what a person is called and signs in with, or shuts the person out."""

    heading = gettext_lazy("Change name, address or access")

    def form(self, data: FormData) -> forms.Form:
        """Build the form, with what stands today."""
        initial = {name: getattr(self.subject, name) for name in ("name", "email", "is_active")}
        return office_forms.PersonChangeForm(data, initial=initial)

    def write(self, data: Cleaned) -> str:
        """Change the person."""
        self.subject = services.change_person(self.subject, actor=self.person, **data)
        if data["email"].strip().lower() != self.subject.email:
            return _(
                "%(name)s is changed. The new address waits: we have sent a link to %(new)s, and told %(old)s of it."
            ) % {"name": self.subject.name, "new": data["email"], "old": self.subject.email}
        return _("%(name)s is changed.") % {"name": self.subject.name}

    def thing(self) -> Model | None:
        """Return the person."""
        return self.subject

    def page(self) -> dict[str, object]:
        """Say what hangs on the person, too."""
        return super().page() | {"handovers": responsibilities.foreseen(self.subject)}


class NewEmploymentView(OfPerson):
    """Says where a person works."""

    heading = gettext_lazy("New employment")

    def form(self, data: FormData) -> forms.Form:
        """Build the form."""
        return office_forms.EmploymentForm(data, initial={"valid_from": clock.today()})

    def write(self, data: Cleaned) -> str:
        """Start the employment."""
        services.start_employment(person=self.subject, actor=self.person, **data)
        return _("The employment is registered.")


class NewAppointmentView(OfPerson):
    """Gives a person an office outside the bodies."""

    heading = gettext_lazy("New office")

    def form(self, data: FormData) -> forms.Form:
        """Build the form."""
        return office_forms.AppointmentForm(data, initial={"valid_from": clock.today()})

    def write(self, data: Cleaned) -> str:
        """Appoint the person."""
        services.appoint(person=self.subject, actor=self.person, **data)
        return _("The office is registered.")


class EndEmploymentView(OfPerson):
    """Ends an employment; its number stands in the address."""

    heading = gettext_lazy("End the employment")
    label = gettext_lazy("End the employment")
    danger = True
    employment: Employment

    def prepare(self) -> None:
        """Fetch the employment and its person."""
        self.employment = get_object_or_404(Employment.objects.select_related("person", "unit"), pk=self.kwargs["pk"])
        self.subject = self.employment.person

    def form(self, data: FormData) -> forms.Form:
        """Build the form."""
        return office_forms.EndForm(data, initial=office_forms.end_initial(self.employment))

    def thing(self) -> Model | None:
        """Return the employment."""
        return self.employment

    def page(self) -> dict[str, object]:
        """Say what hangs on the person, too."""
        return super().page() | {"handovers": responsibilities.foreseen(self.subject)}

    def write(self, data: Cleaned) -> str:
        """End the employment."""
        services.end_employment(self.employment, on=data["on"], actor=self.person)
        return _("The last day in %(unit)s is %(date)s.") % {
            "unit": self.employment.unit.name,
            "date": date_text(data["on"]),
        }


class EndAppointmentView(OfPerson):
    """Ends an office; its number stands in the address."""

    heading = gettext_lazy("End the office")
    label = gettext_lazy("End the office")
    danger = True
    appointment: Appointment

    def prepare(self) -> None:
        """Fetch the appointment and its person."""
        self.appointment = get_object_or_404(Appointment.objects.select_related("person"), pk=self.kwargs["pk"])
        self.subject = self.appointment.person

    def form(self, data: FormData) -> forms.Form:
        """Build the form."""
        return office_forms.EndForm(data, initial=office_forms.end_initial(self.appointment))

    def thing(self) -> Model | None:
        """Return the appointment."""
        return self.appointment

    def page(self) -> dict[str, object]:
        """Say what hangs on the person, too."""
        return super().page() | {"handovers": responsibilities.foreseen(self.subject)}

    def write(self, data: Cleaned) -> str:
        """End the office."""
        services.end_appointment(self.appointment, on=data["on"], actor=self.person)
        return _("The last day as %(office)s is %(date)s.") % {
            "office": self.appointment.get_office_display(),
            "date": date_text(data["on"]),
        }
