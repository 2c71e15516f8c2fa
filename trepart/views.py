"""Pages that belong to no room: errors, and the one view through which every step in a lifecycle is taken."""

from abc import ABC, abstractmethod
from collections.abc import Mapping
from typing import Any, ClassVar

from django.contrib import messages
from django.db.models import Model, QuerySet
from django.forms import CharField
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import render
from django.template import loader
from django.utils.translation import gettext as _
from django.views import View

from trepart.access import interrupted_forms, policy
from trepart.access.web import SIGNED_IN, Access, reader_of, signed_out
from trepart.refusals import InvalidInput, NotPermitted, Refused, Unseen, WrongState
from trepart.server import logs
from trepart.text import normal
from trepart.text.numbers import number
from trepart.workflow import Transition, available, perform, workflow_of


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Answer what cannot be understood."""
    return render(request, "400.html", status=400)


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Answer who may not."""
    return render(request, "403.html", status=403)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Answer what does not exist, or exists for others."""
    return render(request, "404.html", status=404)


def server_error(request: HttpRequest) -> HttpResponse:
    """Answer our own fault, without asking the database for anything; with the number under which the
    log tells what happened."""
    page = loader.get_template("500.html").render({"request_id": logs.current.get()})
    return HttpResponse(page, status=500)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Answer a form whose protection no longer holds; what was typed is kept for whoever signs in again."""
    kept = interrupted_forms.keep(request)
    request.META[interrupted_forms.IS_KEPT] = kept
    if interrupted_forms.is_from_script(request):
        return signed_out(request, kept=kept, status=403)
    return render(request, "403_csrf.html", {"kept": kept, "own": interrupted_forms.is_own(request)}, status=403)


def denied(
    request: HttpRequest, refusal: Refused, *, form_class: Any, heading: Any, back: str, crumbs: Any, status: int = 403
) -> HttpResponse:
    """Answer somebody who sent in a form that is not theirs to send: why, and what they had written. The form itself is
    not drawn: what it offers to choose between (names, attachments) is for those who may."""
    words = getattr(form_class, "base_fields", {})
    context = {
        "heading": heading,
        "refusal": refusal.message,
        "written": [
            (field.label or name, text)
            for name, field in words.items()
            if isinstance(field, CharField) and (text := normal.lines(request.POST.get(name, "")).strip())
        ],
        "back": back,
        "crumbs": crumbs,
    }
    return render(request, "parts/denied.html", context, status=status)


class TransitionView(View, ABC):
    """One step in a lifecycle as a page: GET asks, POST does.

    A room subclasses it with the queryset, the permission that lets one see the subject at all, and the URL
    back. What is refused is said next to what was typed, and nothing typed is lost; a page that has grown
    old (``seen``) is told so.
    """

    access: ClassVar[Access] = SIGNED_IN
    view_permission: ClassVar[str]
    template_name: ClassVar[str] = "parts/forms/transition.html"

    @abstractmethod
    def queryset(self) -> QuerySet[Any]:
        """Return where the subject is looked for."""

    def crumbs(self, subject: Any, transition: Transition) -> list[tuple[Any, str | None]]:
        """Return the way to this page."""
        return [(str(subject), subject.get_absolute_url()), (transition.label, None)]

    def context(self, subject: Any, transition: Transition) -> Mapping[str, object]:
        """Return what a room's own template needs in addition."""
        return {}

    def back(self, subject: Any, transition: Transition) -> str:
        """Return where one goes when the step is taken, or not taken."""
        url: str = subject.get_absolute_url()
        return url

    def done(self, subject: Any, transition: Transition) -> str:
        """Return what is said when the step is taken."""
        return str(transition.done)

    def offered(self, subject: Any, transition: Transition) -> Mapping[str, object]:
        """Return what the form of the step opens with: what another page has offered this person."""
        return interrupted_forms.offered(self.request)

    def subject(self) -> Any:
        """Fetch the subject, or answer 404 to who may not see it."""
        return policy.get_or_404(self.request.user, self.view_permission, self.queryset(), pk=self.kwargs["pk"])

    def to_act_on(self) -> tuple[Any, str | None]:
        """Fetch the subject of a step that is sent, and return it with the right that is still to be asked for
        before one may know of it.

        The executor fetches it again under its locks and asks then; a room that gets by with less here need
        not read everything twice.
        """
        return self.subject(), None

    def transition(self, subject: Model) -> Transition:
        """Return the step named in the address, or answer 404."""
        try:
            return workflow_of(subject)[self.kwargs["name"]]
        except KeyError:
            raise Http404 from None

    def get(self, request: HttpRequest, *args: object, **kwargs: object) -> HttpResponseBase:
        """Show the form, or say why the step is not open."""
        subject = self.subject()
        transition = self.transition(subject)
        found = next((a for a in available(subject, request.user) if a.transition.name == transition.name), None)
        if found is None:
            messages.warning(request, _("That step is not open to you here. The page shows where things stand now."))
            return HttpResponseRedirect(self.back(subject, transition))
        if found.why is not None:
            messages.warning(request, str(found.why))
            return HttpResponseRedirect(self.back(subject, transition))
        form_class: Any = transition.form
        given_back = interrupted_forms.give_back(request)
        form = None
        if form_class is not None:
            offered = {} if given_back is not None else self.offered(subject, transition)
            more = {"initial": offered} if offered else {}
            form = form_class(given_back, subject=subject, actor=request.user, **more)
        return self.page(subject, transition, form)

    def post(self, request: HttpRequest, *args: object, **kwargs: object) -> HttpResponseBase:
        """Take the step."""
        subject, unasked = self.to_act_on()
        transition = self.transition(subject)
        seen = number(request.POST.get("seen"))
        try:
            subject = self.take(subject, transition, seen=seen, visible=unasked)
        except Unseen:
            raise Http404 from None
        except InvalidInput as refusal:
            return self.page(self.subject(), transition, refusal.form, status=422)
        except Refused as refusal:
            subject = self.subject()
            status = 403 if isinstance(refusal, NotPermitted) else 409 if isinstance(refusal, WrongState) else 422
            # A step that is too late says so before it asks who it was: the form is drawn for
            # those who may all the same.
            if (
                status == 403
                or transition.permission is None
                or not policy.can(request.user, transition.permission, subject)
            ):
                # What the portal calls a step is no sentence, and some are nobody's to press.
                heading = _("You cannot do this")
                return denied(
                    request,
                    refusal,
                    form_class=transition.form,
                    heading=heading,
                    back=self.back(subject, transition),
                    crumbs=[*self.crumbs(subject, transition)[:-1], (heading, None)],
                    status=status,
                )
            form_class: Any = transition.form
            form = form_class(request.POST, request.FILES, subject=subject, actor=request.user) if form_class else None
            return self.page(subject, transition, form, refusal=refusal, status=status)
        messages.success(request, self.done(subject, transition))
        return HttpResponseRedirect(self.afterwards(subject, transition))

    def take(self, subject: Any, transition: Transition, *, seen: int | None, visible: str | None) -> Any:
        """Take the step with what was sent, and return the subject as it then is; raises what the executor does."""
        return perform(
            subject,
            transition.name,
            actor=reader_of(self.request),
            data=self.request.POST,
            files=self.request.FILES,
            seen=seen,
            visible=visible,
        )

    def afterwards(self, subject: Any, transition: Transition) -> str:
        """Return where one goes when the step is taken."""
        return self.back(subject, transition)

    def page(
        self, subject: Any, transition: Transition, form: Any, *, refusal: Refused | None = None, status: int = 200
    ) -> HttpResponse:
        """Render the page of the step."""
        return render(
            self.request,
            self.template_name,
            {
                "subject": subject,
                "transition": transition,
                "form": form,
                "refusal": refusal.message if refusal else "",
                "stale": isinstance(refusal, WrongState),
                "seen": subject.status_event_id,
                "form_owner": interrupted_forms.owner_token(self.request),
                "crumbs": self.crumbs(subject, transition),
                "cancel_url": self.back(subject, transition),
                **self.context(subject, transition),
            },
            status=status,
        )
