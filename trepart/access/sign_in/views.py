"""The portal's own pages about signing in: name, sessions, invitations, closing the account."""

from typing import ClassVar

from allauth.account.decorators import reauthentication_required
from allauth.account.internal import flows
from allauth.account.models import Login
from allauth.mfa.models import Authenticator
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views import View
from django.views.decorators.debug import sensitive_post_parameters

from trepart import audit
from trepart.access import account_closure, interrupted_forms
from trepart.access.models import User
from trepart.access.sign_in import addresses, invitations, second_step, security_log, sessions
from trepart.access.sign_in.forms import AcceptInvitationForm, CloseAccountForm, NameForm
from trepart.access.web import PUBLIC, SIGNED_IN, Access, reader_of

Crumbs = list[tuple[object, str | None]]


def _crumbs(*further: tuple[object, str | None]) -> Crumbs:
    home: tuple[object, str | None] = (_("My page"), reverse("portal:my_page"))
    return [home, (_("Signing in and security"), reverse("access:security") if further else None), *further]


class SecurityView(View):
    """Everything about one's own signing in, on one page."""

    access: ClassVar[Access] = SIGNED_IN

    def get(self, request: HttpRequest) -> HttpResponse:
        """Show how one signs in, and the ways to change it."""
        person = reader_of(request)
        kinds = list(Authenticator.objects.filter(user=person).values_list("type", flat=True))
        context = {
            "person": person,
            "waiting": addresses.waiting(person),
            "log": security_log.of(person),
            "has_password": person.has_usable_password(),
            "app": Authenticator.Type.TOTP in kinds,
            "keys": kinds.count(Authenticator.Type.WEBAUTHN),
            "required": second_step.required_of(person),
            "devices": sessions.of(request, person),
            "crumbs": _crumbs(),
        }
        return render(request, "access/security.html", context)


class StandsView(View):
    """Whose session this is, for a page that a browser takes out of its memory: the same mark as stands on the page, or
    none."""

    access: ClassVar[Access] = PUBLIC

    def get(self, request: HttpRequest) -> HttpResponse:
        """Answer with the mark of the reader."""
        return HttpResponse(sessions.reader_mark(request), content_type="text/plain; charset=utf-8")


class LeaveFormView(View):
    """What somebody has half written on a page that is left, sent along by the page's script: the browser keeps no such
    page, the server keeps the text for that person."""

    access: ClassVar[Access] = SIGNED_IN

    def post(self, request: HttpRequest) -> HttpResponse:
        """Keep the text for the address it was written at."""
        path = interrupted_forms.page_of(request)
        if not path:
            return HttpResponse(status=400)
        return HttpResponse(status=204 if interrupted_forms.leave(request, path) else 413)


class DiscardFormView(View):
    """Throws away what the reader had left half written and has found on the page again: one press, and the page opens
    as it stands now."""

    access: ClassVar[Access] = SIGNED_IN
    http_method_names = ("post", "options")

    def post(self, request: HttpRequest) -> HttpResponseBase:
        """Forget the drafts that were on the page, and lead back to it."""
        interrupted_forms.discard(request, request.POST.getlist("draft"))
        messages.success(request, _("The draft is discarded. The page shows what stands there now."))
        back = request.POST.get("next", "")
        allowed = url_has_allowed_host_and_scheme(
            back, allowed_hosts={request.get_host()}, require_https=request.is_secure()
        )
        return redirect(back if allowed else "/")


class NameView(View):
    """Changes what one is called."""

    access: ClassVar[Access] = SIGNED_IN

    def get(self, request: HttpRequest) -> HttpResponse:
        """Ask."""
        return self.page(
            request, NameForm(interrupted_forms.give_back(request), initial={"name": reader_of(request).name})
        )

    @transaction.atomic
    def post(self, request: HttpRequest) -> HttpResponse:
        """Change the name, with its history."""
        form = NameForm(request.POST)
        if not form.is_valid():
            return self.page(request, form, status=422)
        person = User.objects.select_for_update(no_key=True).get(pk=reader_of(request).pk)
        if person.name != form.cleaned_data["name"]:
            person.name = form.cleaned_data["name"]
            with audit.recorded("access.name_changed", actor=person, subject=person):
                person.save()
        messages.success(request, _("The name is changed."))
        return HttpResponseRedirect(reverse("access:security"))

    def page(self, request: HttpRequest, form: NameForm, status: int = 200) -> HttpResponse:
        """Show the form."""
        context = {
            "form": form,
            "form_owner": interrupted_forms.owner_token(request),
            "cancel_url": reverse("access:security"),
            "crumbs": _crumbs((_("Change name"), None)),
        }
        return render(request, "access/name.html", context, status=status)


class SessionsView(View):
    """Where one is signed in; ends all the others."""

    access: ClassVar[Access] = SIGNED_IN

    def get(self, request: HttpRequest) -> HttpResponse:
        """Show the devices."""
        devices = sessions.of(request, reader_of(request))
        context = {"devices": devices, "crumbs": _crumbs((_("Where you are signed in"), None))}
        return render(request, "access/sessions.html", context)

    def post(self, request: HttpRequest) -> HttpResponse:
        """End every session but this one."""
        sessions.end_all(reader_of(request), but=request.session.session_key)
        messages.success(request, _("You are signed out everywhere else."))
        return HttpResponseRedirect(reverse("access:sessions"))


class EndSessionView(View):
    """Ends one session of one's own."""

    access: ClassVar[Access] = SIGNED_IN
    http_method_names = ("post", "options")

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        """End it; another's does not exist."""
        if not sessions.end(reader_of(request), pk):
            raise Http404
        messages.success(request, _("The session is ended."))
        return HttpResponseRedirect(reverse("access:sessions"))


class MustSetUpView(View):
    """Says to whoever must have a second step why, and how it is set up."""

    access: ClassVar[Access] = SIGNED_IN

    def get(self, request: HttpRequest) -> HttpResponse:
        """Show the two ways; whoever has one already goes on."""
        if second_step.has_one(reader_of(request)):
            return HttpResponseRedirect(reverse("portal:my_page"))
        return render(request, "access/must_set_up.html")


@method_decorator(reauthentication_required, name="dispatch")
class CloseAccountView(View):
    """Closes one's own account, after saying what goes and what stays (R31)."""

    access: ClassVar[Access] = SIGNED_IN

    def get(self, request: HttpRequest) -> HttpResponse:
        """Say what happens, and ask."""
        return self.page(request, CloseAccountForm())

    def post(self, request: HttpRequest) -> HttpResponse:
        """Close it and sign out, or say what stands in the way."""
        form = CloseAccountForm(request.POST)
        if form.is_valid():
            person = reader_of(request)
            try:
                account_closure.close(person, actor=person)
            except ValidationError as refusal:
                form.add_error(None, refusal)
            else:
                flows.logout.logout(request, show_message=False)
                messages.success(request, _("Your account is closed. Thank you for taking part."))
                return HttpResponseRedirect(reverse("portal:front"))
        return self.page(request, form, status=422)

    def page(self, request: HttpRequest, form: CloseAccountForm, status: int = 200) -> HttpResponse:
        """Show what ties the person, and the form where nothing stands in the way."""
        ties = account_closure.ties_of(reader_of(request))
        context = {
            "form": form,
            "in_the_way": [tie for tie in ties if tie.stops],
            "staying": [tie for tie in ties if not tie.stops],
            "name_stays": any(tie.keeps_name for tie in ties),
            "cancel_url": reverse("access:security"),
            "crumbs": _crumbs((_("Close the account"), None)),
        }
        return render(request, "access/close.html", context, status=status)


@method_decorator(sensitive_post_parameters("password1"), name="dispatch")
class InvitationView(View):
    """The page behind the link in an invitation: chooses the first password, once, and signs in."""

    access: ClassVar[Access] = PUBLIC

    def get(self, request: HttpRequest, secret: str) -> HttpResponse:
        """Ask for a password, or say kindly that the link cannot be used."""
        person = invitations.found(secret)
        if person is None:
            return self.page(request, None, None, status=410)
        return self.page(request, person, AcceptInvitationForm(person=person))

    def post(self, request: HttpRequest, secret: str) -> HttpResponseBase:
        """Set the password and sign in whoever was invited; a second press finds the link used."""
        person = invitations.found(secret)
        if person is None:
            return self.page(request, None, None, status=410)
        form = AcceptInvitationForm(request.POST, person=person)
        if not form.is_valid():
            return self.page(request, person, form, status=422)
        accepted = invitations.accept(secret, password=form.cleaned_data["password1"])
        if accepted is None:
            return self.page(request, None, None, status=410)
        if request.user.is_authenticated:
            flows.logout.logout(request, show_message=False)
        login = Login(user=accepted, email=accepted.email)
        credentials = {"email": accepted.email}
        answer: HttpResponseBase = flows.login.perform_password_login(request, credentials, login)
        return answer

    def page(
        self, request: HttpRequest, person: User | None, form: AcceptInvitationForm | None, status: int = 200
    ) -> HttpResponse:
        """Show the form, or that the link cannot be used; never kept by the browser, since the address is a secret."""
        context = {"person": person, "form": form, "invitation": self.kwargs["secret"] if form else ""}
        answer = render(request, "access/invitation.html", context, status=status)
        answer.headers["Cache-Control"] = "private, no-store"
        return answer
