"""The pages behind the links about an address that the municipality has written: confirming it, and stopping it."""

from typing import Any, ClassVar

from allauth.account.internal.flows.reauthentication import is_reauthentication_required, suspend_request
from allauth.account.models import EmailAddress
from django.contrib import messages
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views import View

from trepart import clock
from trepart.access.sign_in import addresses
from trepart.access.web import PUBLIC, Access


class _Linked(View):
    """A page whose address is a secret: the browser keeps nothing of it."""

    access: ClassVar[Access] = PUBLIC

    def page(self, what: str, row: EmailAddress | None, status: int = 200, **more: object) -> HttpResponse:
        """Show the page, or kindly that the link cannot be used."""
        context = {"row": row, "what": what, "key": self.kwargs["key"], **more}
        answer = render(self.request, "access/address.html", context, status=status if row else 410)
        answer.headers["Cache-Control"] = "private, no-store"
        return answer


class AddressGivenView(_Linked):
    """Confirms an address that the municipality has written.

    Whoever is signed in as the person does it at once. Anybody else who has the link (the person may have lost both
    the password and the old address) waits until whoever has the old address has had time to object.
    """

    def get(self, request: HttpRequest, key: str) -> HttpResponse:
        """Ask, or say how it is done."""
        row = addresses.given(key)
        return self.page("given", row, **self._how(row))

    def post(self, request: HttpRequest, key: str) -> HttpResponse:
        """Take the address into use, where it may be."""
        row = addresses.given(key)
        how = self._how(row)
        if row is None or not how["open"]:
            return self.page("given", row, 403, **how)
        if how["own"] and is_reauthentication_required(request, app="allauth.account"):
            again: HttpResponse = suspend_request(request, reverse("account_reauthenticate"))
            return again
        if not addresses.take_into_use(row, by_owner=how["own"]):
            return self.page("given", None)
        if not how["own"]:
            messages.success(request, _("The address is changed. Ask for a new password with it."))
            return HttpResponseRedirect(reverse("account_reset_password"))
        logout(request)
        messages.success(request, _("The address is changed. Sign in with it."))
        return HttpResponseRedirect(reverse("account_login"))

    def _how(self, row: EmailAddress | None) -> dict[str, Any]:
        """Return whether it is the person who asks, and whether (and from when) the address can be confirmed."""
        if row is None:
            return {"own": False, "open": False}
        own = self.request.user.is_authenticated and self.request.user.pk == row.user_id
        opens = addresses.opens_at(row.user)
        return {"own": own, "open": own or clock.now() >= opens, "opens": opens}


class AddressStopView(_Linked):
    """Stops a change of address, from the mail that went to the old one."""

    def get(self, request: HttpRequest, key: str) -> HttpResponse:
        """Ask."""
        return self.page("stop", addresses.stopped_by(key))

    def post(self, request: HttpRequest, key: str) -> HttpResponse:
        """Stop it."""
        row = addresses.stopped_by(key)
        if row is None or not addresses.stop(row, actor=None):
            return self.page("stop", None)
        return self.page("stopped", row)
