"""The administrator's pages about letting people in: invitations, employees from a file, a lost second step."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from forum.organisation.forms.people_import import EnterPeopleForm, InviteForm, PeopleFileForm
from forum.organisation.people_import import entering, files
from forum.organisation.people_import.entering import Outcome
from forum.organisation.queries import bodies as queries
from forum.organisation.services.grants import acting as office_of
from forum.organisation.views.administration.base import Office
from trepart import clock
from trepart.access import interrupted_forms
from trepart.access.models import User
from trepart.access.sign_in import addresses, invitations, second_step

#: More than one reads through at a time; all on the page can be invited with one press.
WAITING_PER_PAGE = 100

_OUTCOMES = {
    Outcome.NEW: (gettext_lazy("is entered"), "success"),
    Outcome.EMPLOYED: (gettext_lazy("known already, gets this workplace"), "info"),
    Outcome.KNOWN: (gettext_lazy("known already, nothing changes"), "neutral"),
    Outcome.WRONG: (gettext_lazy("left out"), "danger"),
}


class WaitingView(Office):
    """Everybody who is entered and cannot sign in yet, with what became of their invitation;
    invites those one chooses."""

    def get(self, request: HttpRequest) -> HttpResponse:
        """Show them."""
        return self.page(InviteForm(allowed=[]))

    def post(self, request: HttpRequest) -> HttpResponse:
        """Invite those chosen."""
        waiting = queries.cannot_sign_in()
        allowed = list(waiting.values_list("pk", flat=True))
        form = InviteForm(request.POST, allowed=allowed)
        if not form.is_valid():
            return self.page(form, status=422)
        chosen = waiting.filter(pk__in=form.cleaned_data["people"])
        sent = invitations.invite(chosen, actor=self.person)
        tell(request, sent)
        return HttpResponseRedirect(reverse("forum:invitations"))

    def page(self, form: InviteForm, status: int = 200) -> HttpResponse:
        """Render the list, a page at a time."""
        waiting = queries.cannot_sign_in().select_related("invitation")
        context = {
            "form": form,
            "page": Paginator(waiting, WAITING_PER_PAGE).get_page(self.request.GET.get("page")),
            "now": clock.now(),
            "crumbs": self.crumbs((_("People"), reverse("forum:people")), (_("Not signed in yet"), None)),
        }
        return render(self.request, "organisation/administration/invitation_list.html", context, status=status)


def tell(request: HttpRequest, sent: invitations.Sent) -> None:
    """Say what came of inviting."""
    if sent.invited:
        n = len(sent.invited)
        text = ngettext("An invitation is sent to %(name)s.", "Invitations are sent to %(n)s people.", n)
        messages.success(request, text % {"n": n, "name": sent.invited[0].name})
    for people, said in (
        (sent.just_now, _("%(name)s got an invitation a moment ago.")),
        (sent.has_password, _("%(name)s has a password already.")),
        (sent.shut_out, _("%(name)s is shut out.")),
    ):
        for person in people[:5]:
            messages.info(request, said % {"name": person.name})


class OnePerson(Office):
    """Something done to one person by pressing a button on the person's page."""

    http_method_names = ("post", "options")

    def subject(self, pk: int) -> User:
        """Fetch the person."""
        return get_object_or_404(User, pk=pk)

    def back(self, pk: int) -> HttpResponse:
        """Return to the person's page."""
        return HttpResponseRedirect(reverse("forum:person", args=[pk]))


class InviteView(OnePerson):
    """Invites one person, or invites again."""

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Send it."""
        tell(request, invitations.invite([self.subject(pk)], actor=self.person))
        return self.back(pk)


class WithdrawView(OnePerson):
    """Makes the link in an invitation worthless."""

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Withdraw it."""
        person = self.subject(pk)
        if invitations.withdraw(person, actor=self.person):
            messages.success(request, _("The invitation to %(name)s is withdrawn.") % {"name": person.name})
        else:
            messages.info(request, _("%(name)s has no invitation that can be used.") % {"name": person.name})
        return self.back(pk)


class StopAddressView(OnePerson):
    """Takes back an address that waits to be confirmed."""

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Take it back."""
        person = self.subject(pk)
        row = addresses.waiting(person)
        if row is not None and addresses.stop(row, actor=self.person, acting=office_of(self.person)):
            messages.success(request, _("%(name)s keeps the address.") % {"name": person.name})
        else:
            messages.info(request, _("No address waits for %(name)s.") % {"name": person.name})
        return self.back(pk)


class ResetSecondStepView(OnePerson):
    """Lets in somebody who has lost telephone and recovery codes: the second step is taken
    away, and the person told."""

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Take it away."""
        person = self.subject(pk)
        if second_step.take_away(person, actor=self.person):
            messages.success(
                request,
                _("%(name)s can sign in with the password alone, and has been told by e-mail.") % {"name": person.name},
            )
        else:
            messages.info(request, _("%(name)s has no second step.") % {"name": person.name})
        return self.back(pk)


class PeopleTemplateView(Office):
    """A workbook to fill in and send in."""

    http_method_names = ("get", "head", "options")

    def get(self, request: HttpRequest) -> HttpResponse:
        """Give it."""
        answer = HttpResponse(files.template(), content_type=files.WORKBOOK_TYPE)
        answer["Content-Disposition"] = content_disposition_header(True, f"{_('people')}.xlsx") or ""
        return answer


class PeopleFileView(Office):
    """Takes in many employees: reads, shows each row, and writes when one says so."""

    def get(self, request: HttpRequest) -> HttpResponse:
        """Ask for the file."""
        return self.page(PeopleFileForm(interrupted_forms.give_back(request)))

    def post(self, request: HttpRequest) -> HttpResponse:
        """Show the rows; or, the second time, enter them."""
        if "enter" in request.POST:
            return self.enter(EnterPeopleForm(request.POST))
        form = PeopleFileForm(request.POST, request.FILES)
        if not form.is_valid():
            return self.page(form, status=422)
        return self.report(form.cleaned_data["text"], form.cleaned_data["found"])

    def enter(self, form: EnterPeopleForm) -> HttpResponse:
        """Enter the rows that are right."""
        if not form.is_valid():
            return self.page(PeopleFileForm(), status=422)
        done = entering.enter(form.cleaned_data["rows"], invite=form.cleaned_data["invite"], actor=self.person)
        said = _("Entered: %(people)s. New workplaces: %(employments)s. Invitations sent: %(invited)s.")
        messages.success(self.request, said % vars(done))
        return HttpResponseRedirect(reverse("forum:people"))

    def report(self, text: str, rows: list[entering.Row]) -> HttpResponse:
        """Show what becomes of each row; nothing is written yet."""
        shown = [(row, *_OUTCOMES[row.outcome]) for row in rows]
        counts = {outcome.value: sum(row.outcome == outcome for row in rows) for outcome in Outcome}
        form = EnterPeopleForm(initial={"rows": text, "invite": True})
        context = {"rows": shown, "counts": counts, "entering": counts["new"] + counts["employed"], "form": form}
        return render(
            self.request, "organisation/administration/people_import_report.html", {**context, **self.around()}
        )

    def page(self, form: PeopleFileForm, status: int = 200) -> HttpResponse:
        """Render the first page."""
        owner = interrupted_forms.owner_token(self.request)
        context = {"form": form, "most": files.MOST_ROWS, "form_owner": owner, **self.around()}
        return render(self.request, "organisation/administration/people_import.html", context, status=status)

    def around(self) -> dict[str, object]:
        """Return what both pages share."""
        people = (_("People"), reverse("forum:people"))
        return {
            "crumbs": self.crumbs(people, (_("Many at once"), None)),
            "cancel_url": reverse("forum:people"),
        }
