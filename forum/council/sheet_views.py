"""The views that go back to the municipal council on the web: the page, the PDF, sending them."""

from collections.abc import Mapping
from typing import ClassVar

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views import View

from forum.council import queries, services, sheet_document
from forum.council.forms import SendForm
from forum.council.models import CouncilList, CouncilSheet
from forum.council.sheet_document import Sheet
from forum.council.views import Crumbs, body_crumbs, fetch_list
from forum.meetings.core.closed import noting
from forum.meetings.core.web import status_of
from forum.meetings.minutes.printing.responses import as_pdf
from forum.meetings.minutes.structure import Audience
from trepart import languages
from trepart.access import interrupted_forms, policy
from trepart.access.web import PUBLIC, Access, permitted, reader_of
from trepart.audit import sealing
from trepart.pdf.on_demand import printed_on_demand
from trepart.refusals import Refused
from trepart.text.dates import date_text


def _crumbs(case_list: CouncilList, *more: tuple[str, str | None]) -> Crumbs:
    own = services.page_of(case_list) if more else None
    here = (date_text(case_list.held_on), case_list.get_absolute_url())
    return body_crumbs(case_list.body, here, (_("Views"), own), *more)


def _audience(request: HttpRequest, case_list: CouncilList) -> Audience:
    return Audience.INTERNAL if queries.sees_everything(request.user, case_list) else Audience.PUBLIC


def _sheets(case_list: CouncilList) -> list[CouncilSheet]:
    return list(case_list.sheets.defer("internal_pdf", "public_pdf").order_by("-number"))


def _log(request: HttpRequest, case_list: CouncilList, document: Sheet, what: str) -> None:
    if document.audience != Audience.INTERNAL:
        return
    kept = any(line.closed_basis or line.exempt_basis for line in document.items)
    # A case nobody has screened has no basis, and is kept all the same.
    kept = kept or any(noting.case_is_kept(one.case) for one in queries.cases_of(case_list))
    noting.note(request, case_list.meeting, what, kept=kept)


class SheetView(View):
    """The views as they were sent; what would be sent, to who sends it."""

    access: ClassVar[Access] = PUBLIC.showing("forum.view_meeting")

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Show the newest version, or the draft."""
        case_list = fetch_list(request, pk)
        sends = services.ready(case_list) and policy.can(request.user, services.SEND, case_list.meeting)
        versions = _sheets(case_list)
        if not versions and not sends:
            raise Http404
        audience = _audience(request, case_list)
        if versions:
            newest = versions[0]
            document = sheet_document.from_json(newest.internal if audience == Audience.INTERNAL else newest.public)
        else:
            document = sheet_document.build(case_list, audience)
        _log(request, case_list, document, "council_sheet")
        context = {
            "case_list": case_list,
            "sheet": document,
            "versions": versions,
            "audience": audience.value,
            "waiting": sum(1 for line in document.items if not line.has_view) if not versions else 0,
            "send_url": reverse("forum:council_sheet_send", args=[case_list.pk]) if sends else "",
            "document_language": document.language or languages.default(),
            "crumbs": _crumbs(case_list),
        }
        return render(request, "council/sheet_detail.html", context)


class SheetPdfView(View):
    """One version of the views as it was printed, byte for byte."""

    access: ClassVar[Access] = PUBLIC.showing("forum.view_meeting")

    @printed_on_demand
    def get(self, request: HttpRequest, pk: int, version: int | None = None) -> HttpResponse:
        """Answer with the PDF for this reader."""
        case_list = fetch_list(request, pk)
        found = case_list.sheets.filter(number=version) if version else case_list.sheets.all()
        one = found.first()
        if one is None:
            raise Http404
        audience = _audience(request, case_list)
        _log(
            request, case_list, sheet_document.from_json(one.internal), "council_sheet.pdf"
        ) if audience == Audience.INTERNAL else None
        content = bytes(one.internal_pdf if audience == Audience.INTERNAL else one.public_pdf)
        return as_pdf(content, f"{case_list.body.slug}-uttalelser-{case_list.held_on}-v{one.number}.pdf")


class SendView(View):
    """Sending the views: once by a press, later with what is corrected and why (R29)."""

    access: ClassVar[Access] = permitted(services.SEND)

    def dispatch(self, request: HttpRequest, *args: object, **kwargs: int) -> HttpResponseBase:
        """Fetch the list; 404 to who may not send it, and before the meeting has ended."""
        self.case_list = fetch_list(request, kwargs["pk"])
        if not policy.can(request.user, services.SEND, self.case_list.meeting) or not services.ready(self.case_list):
            raise Http404
        self.people = list(services.receivers(self.case_list.council))
        return super().dispatch(request, *args, **kwargs)

    def form(self, data: Mapping[str, object] | None = None) -> SendForm:
        """Return the form: what it asks depends on whether something has been sent, and on who receives it."""
        return SendForm(data, again=self.case_list.sheets.exists(), by_hand=not self.people)

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Say who gets it, and ask for what is needed."""
        return self.page(self.form(interrupted_forms.give_back(request)))

    def post(self, request: HttpRequest, pk: int) -> HttpResponseBase:
        """Send; what has happened so far is sealed first, so that the seal printed in it covers the meeting."""
        form = self.form(request.POST)
        if not form.is_valid():
            return self.page(form, status=422)
        sealing.seal_events()
        try:
            made = services.send_views(self.case_list, **form.cleaned_data, actor=reader_of(request))
        except Refused as refusal:
            form.add_error(None, str(refusal.message))
            return self.page(form, status=status_of(refusal))
        messages.success(
            request,
            _("The views are sent to %(names)s.") % {"names": ", ".join(made.sent_to)}
            if self.people
            else _("The views are marked as sent."),
        )
        return redirect(made)

    def page(self, form: SendForm, status: int = 200) -> HttpResponse:
        """Render the form."""
        again = "reason" in form.fields
        heading = _("Send a corrected version") if again else _("Send the views")
        context = {
            "form": form,
            "heading": heading,
            "meta": f"{self.case_list.council.name}, {date_text(self.case_list.held_on)}",
            "lead": _("They go to %(names)s by e-mail, with the sheet as a PDF.")
            % {"names": ", ".join(p.name for p in self.people)}
            if self.people
            else _(
                "Nobody of the municipal council is in the portal. Download the PDF when it is marked as sent, "
                "and hand it over."
            ),
            "label": heading,
            "form_owner": interrupted_forms.owner_token(self.request),
            "cancel_url": services.page_of(self.case_list),
            "crumbs": _crumbs(self.case_list, (heading, None)),
        }
        return render(self.request, "parts/forms/form_page.html", context, status=status)
