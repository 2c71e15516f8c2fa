"""The addresses a person meets: to the service and back, the first time, linking and unlinking, signing out."""

import logging
import time
from collections.abc import Callable
from typing import ClassVar

from allauth.account import views as account
from allauth.account.decorators import reauthentication_required
from allauth.account.internal import flows
from allauth.account.models import Login
from allauth.core import ratelimit
from allauth.core.ratelimit import respond_429
from django.conf import settings
from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views import View

from trepart.access.models import User
from trepart.access.oidc import accounts, asking, client, sessions, tokens
from trepart.access.oidc.config import Provider
from trepart.access.oidc.forms import NewForm
from trepart.access.oidc.problems import Refused
from trepart.access.sign_in import arrival, invitations
from trepart.access.web import PUBLIC, SIGNED_IN, Access, reader_of

log = logging.getLogger("trepart.oidc")
#: In the session of somebody who comes for the first time, and seconds for which the form waits.
_NEW, _NEW_SECONDS = "oidc_new", 30 * 60


def service(name: str) -> Provider:
    """Return the service called ``name``, or answer 404."""
    provider: Provider | None = settings.OIDC.get(name)
    if provider is None:
        raise Http404
    return provider


def onwards(request: HttpRequest, provider: Provider, url: str, *, leaving: bool = False) -> HttpResponse:
    """Send the browser to the service: by a page with a link, that moves on by itself.

    Not by a redirect: it would come from a form, and a browser holds every stop on the way, at the service and behind
    it, to what our forms may lead to (Content-Security-Policy, form-action).
    """
    answer = render(request, "access/oidc_onwards.html", {"service": provider.label, "url": url, "leaving": leaving})
    answer.headers["Refresh"] = f"0; url={url}"
    answer.headers["Cache-Control"] = "private, no-store"
    answer.headers["Referrer-Policy"] = "no-referrer"
    return answer


def refused(request: HttpRequest, provider: Provider, refusal: Refused) -> HttpResponse:
    """Say kindly why somebody does not come in; the log has the rule that was broken, and nothing about anybody."""
    level = logging.INFO if refusal.problem in ("cancelled", "unknown") else logging.WARNING
    log.log(level, "Signing in through %s: %s (%s)", provider.name, refusal.problem, refusal.detail or "-")
    context = {
        "service": provider.label,
        "sentence": str(refusal.sentence).format(service=provider.label),
        "problem": refusal.problem,
    }
    return render(request, "access/oidc_refused.html", context, status=refusal.answer)


class ServiceView(View):
    """A page about one service; what it refuses is answered kindly."""

    access: ClassVar[Access] = PUBLIC

    def dispatch(self, request: HttpRequest, *args: object, name: str, **kwargs: object) -> HttpResponseBase:
        """Find the service, and answer refusals."""
        self.provider = service(name)
        try:
            return super().dispatch(request, *args, **kwargs)
        except Refused as refusal:
            return refused(request, self.provider, refusal)


class StartView(ServiceView):
    """Goes to the service to sign in, or to accept an invitation with it instead of a password."""

    http_method_names = ["post", "options"]

    def post(self, request: HttpRequest) -> HttpResponseBase:
        """Ask the service."""
        if not ratelimit.consume(request, action="oidc"):
            return respond_429(request)
        secret = request.POST.get("invitation", "")
        purpose, mark = "sign_in", ""
        if secret:
            if invitations.found(secret) is None:
                raise Refused("invitation")
            purpose, mark = "invitation", invitations.mark_of(secret)
        asked = asking.ask(
            request, self.provider, purpose=purpose, onwards=request.POST.get("next", ""), invitation=mark
        )
        url = client.authorization_url(self.provider, asked, language=get_language() or "")
        return onwards(request, self.provider, url)


@method_decorator(reauthentication_required, name="dispatch")
class LinkView(ServiceView):
    """Links one's own account to the service: only for whoever has shown just now that it is theirs."""

    access: ClassVar[Access] = SIGNED_IN

    def get(self, request: HttpRequest) -> HttpResponseBase:
        """Show the page with the button: where one comes after showing that it is oneself."""
        return HttpResponseRedirect(reverse("oidc:ways"))

    def post(self, request: HttpRequest) -> HttpResponseBase:
        """Ask the service."""
        asked = asking.ask(request, self.provider, purpose="link", person=reader_of(request).pk)
        url = client.authorization_url(self.provider, asked, language=get_language() or "")
        return onwards(request, self.provider, url)


class BackView(ServiceView):
    """Where one comes back from the service."""

    def get(self, request: HttpRequest) -> HttpResponseBase:
        """Check the answer, all of it, and do what it was asked for."""
        asked = asking.answered(request, self.provider)
        token = client.redeem(self.provider, asking.code(request), asked.verifier)
        vouched = tokens.read_id_token(self.provider, token, nonce=asked.nonce)
        purposes: dict[str, Callable[[asking.Asked, tokens.Vouched, str], HttpResponseBase]] = {
            "sign_in": self._sign_in,
            "link": self._link,
            "invitation": self._invitation,
        }
        return purposes[asked.purpose](asked, vouched, token)

    def _sign_in(self, asked: asking.Asked, vouched: tokens.Vouched, token: str) -> HttpResponseBase:
        person = accounts.known(vouched)
        if person is not None and not accounts.never_confirmed(person):
            return let_in(self.request, self.provider, person, vouched, token, onwards=asked.next)
        if person is None and not self.provider.signup:
            raise Refused("unknown")
        self.request.session[_NEW] = {
            "provider": self.provider.name,
            "vouched": vars(vouched),
            "token": token if tokens.keepable(token) else "",
            "next": asked.next,
            "at": time.time(),
        }
        return HttpResponseRedirect(reverse("oidc:new"))

    def _link(self, asked: asking.Asked, vouched: tokens.Vouched, token: str) -> HttpResponseBase:
        person = self.request.user
        if not isinstance(person, User) or person.pk != asked.person:
            raise Refused("other_person")
        accounts.link(person, self.provider, vouched)
        messages.success(
            self.request, _("You can sign in with %(service)s from now on.") % {"service": self.provider.label}
        )
        return HttpResponseRedirect(reverse("oidc:ways"))

    def _invitation(self, asked: asking.Asked, vouched: tokens.Vouched, token: str) -> HttpResponseBase:
        person = accounts.accept_invitation(asked.invitation, self.provider, vouched)
        return let_in(self.request, self.provider, person, vouched, token, onwards=asked.next)


def let_in(
    request: HttpRequest,
    provider: Provider,
    person: User,
    vouched: tokens.Vouched,
    token: str,
    *,
    onwards: str,
    signup: bool = False,
) -> HttpResponseBase:
    """Let ``person`` in, through our own steps: shut out or not, the address confirmed, the second step where the
    service does not vouch for one."""
    if request.user.is_authenticated:
        flows.logout.logout(request, show_message=False)
    sessions.expect(request, provider, person, vouched, token)
    flows.login.record_authentication(
        request, person, method="socialaccount", provider=provider.name, vouched=provider.vouches_at(vouched.acr)
    )
    login = Login(user=person, email=person.email, redirect_url=onwards or None, signup=signup)
    answer: HttpResponseBase = flows.login.perform_login(request, login)
    return answer


class NewView(View):
    """The first time: what one is called, and where one is written to. What one has written on the way is
    still there afterwards."""

    access: ClassVar[Access] = PUBLIC

    def dispatch(self, request: HttpRequest, *args: object, **kwargs: object) -> HttpResponseBase:
        """Let in only whoever has just come from a service."""
        kept = request.session.get(_NEW)
        provider = settings.OIDC.get(kept["provider"]) if kept else None
        if kept is None or provider is None or time.time() - kept["at"] > _NEW_SECONDS:
            return HttpResponseRedirect(reverse("account_login"))
        self.provider, self.kept, self.vouched = provider, kept, tokens.Vouched(**kept["vouched"])
        self.person = accounts.known(self.vouched)
        try:
            return super().dispatch(request, *args, **kwargs)
        except Refused as refusal:
            return refused(request, provider, refusal)

    def get(self, request: HttpRequest) -> HttpResponse:
        """Ask, with what the service has told."""
        known = {"name": self.vouched.name, "email": self.vouched.email}
        if self.person is not None:
            known = {"name": self.person.name, "email": self.person.email}
        return self.page(NewForm(initial=known))

    def post(self, request: HttpRequest) -> HttpResponseBase:
        """Make the account; an address that has one already reads the same, and its owner is told by mail."""
        form = NewForm(request.POST)
        if not form.is_valid():
            return self.page(form, status=422)
        if not ratelimit.consume(request, action="signup"):
            return respond_429(request)
        told = {"name": form.cleaned_data["name"], "email": form.cleaned_data["email"]}
        with transaction.atomic():
            if self.person is None:
                person = accounts.sign_up(self.provider, self.vouched, **told)
            else:
                person = accounts.mend_address(self.person, **told)
            if person is None:
                answer: HttpResponse = flows.signup.prevent_enumeration(request, email=told["email"].lower())
                return answer
            arrival.on_the_way(request, person)
            del request.session[_NEW]
            return let_in(
                request, self.provider, person, self.vouched, self.kept["token"], onwards=self.kept["next"], signup=True
            )

    def page(self, form: NewForm, status: int = 200) -> HttpResponse:
        """Show the form."""
        context = {"form": form, "service": self.provider.label, "again": self.person is not None}
        return render(self.request, "access/oidc_new.html", context, status=status)


class WaysView(View):
    """The services one can sign in with: which are linked to one's account, and how that is changed."""

    access: ClassVar[Access] = SIGNED_IN

    def get(self, request: HttpRequest) -> HttpResponse:
        """Show them."""
        person = reader_of(request)
        mine = accounts.linked(person)
        rows = [
            {
                "provider": provider,
                "identity": mine.get(provider.issuer),
                "only": provider.issuer in mine and accounts.only_way_in(person, provider.issuer),
            }
            for provider in settings.OIDC.providers
        ]
        home: tuple[object, str | None] = (_("My page"), reverse("portal:my_page"))
        crumbs = [home, (_("Signing in and security"), reverse("access:security")), (_("Sign in another way"), None)]
        return render(request, "access/oidc_ways.html", {"rows": rows, "crumbs": crumbs})


@method_decorator(reauthentication_required, name="dispatch")
class UnlinkView(ServiceView):
    """Takes a link away."""

    access: ClassVar[Access] = SIGNED_IN

    def get(self, request: HttpRequest) -> HttpResponseBase:
        """Show the page with the button: where one comes after showing that it is oneself."""
        return HttpResponseRedirect(reverse("oidc:ways"))

    def post(self, request: HttpRequest) -> HttpResponseBase:
        """Unlink, unless there would be no way in left."""
        if accounts.unlink(reader_of(request), self.provider):
            messages.success(
                request, _("%(service)s is unlinked from your account.") % {"service": self.provider.label}
            )
        else:
            messages.warning(request, _("It is the only way you can sign in. Choose a password first."))
        return HttpResponseRedirect(reverse("oidc:ways"))


class LogoutView(account.LogoutView):
    """Signing out here, and at the service one came from."""

    def post(self, *args: object, **kwargs: object) -> HttpResponse:
        """Sign out; where a service began the session, go there to sign out too."""
        provider, url = sessions.leave(self.request)
        answer: HttpResponse = super().post(*args, **kwargs)
        if provider is not None and url:
            answer = onwards(self.request, provider, url, leaving=True)
        elif provider is not None:
            messages.warning(
                self.request,
                _(
                    "You are signed out here, but perhaps not at %(service)s. Close the browser if others use "
                    "this computer."
                )
                % {"service": provider.label},
            )
        return answer


class OutView(ServiceView):
    """Where one comes back after signing out at the service."""

    def get(self, request: HttpRequest) -> HttpResponse:
        """Say that one is signed out, to whoever was sent to do it; to anybody else, nothing."""
        if request.user.is_authenticated or not sessions.left(self.provider, request.GET.get("state", "")):
            return HttpResponseRedirect(reverse("portal:front"))
        return render(request, "access/oidc_out.html", {"service": self.provider.label})
