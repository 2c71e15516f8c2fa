"""The decision list on the web: the page, the PDF, publishing it."""

from typing import ClassVar

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views import View

from forum.meetings import ending
from forum.meetings.core.closed import noting
from forum.meetings.core.models import Meeting
from forum.meetings.core.readable_items import minutes_are_out
from forum.meetings.core.web import crumbs_of, fetch
from forum.meetings.enums import MeetingKind, MeetingStatus
from forum.meetings.minutes import structure as minutes_structure
from forum.meetings.minutes.corrections import queries as corrections
from forum.meetings.minutes.corrections import wording
from forum.meetings.minutes.decision_lists import services
from forum.meetings.minutes.decision_lists.models import DecisionList
from forum.meetings.minutes.forms import ListReasonForm
from forum.meetings.minutes.printing.responses import audience_of, pdf_response
from forum.meetings.minutes.structure import Audience
from trepart import languages
from trepart.access import interrupted_forms, policy
from trepart.access.web import PUBLIC, Access, permitted, reader_of
from trepart.refusals import Refused


def _versions(meeting: Meeting) -> list[DecisionList]:
    return list(meeting.decision_lists.defer("internal_pdf", "public_pdf").order_by("-number"))


class DecisionListView(View):
    """What was decided in one meeting, as it was published; the draft to who publishes it."""

    access: ClassVar[Access] = PUBLIC.showing("forum.view_meeting")

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Show the newest version, or what would be published."""
        meeting = fetch(request, pk)
        if meeting.status != MeetingStatus.ENDED or meeting.kind == MeetingKind.LOG:
            raise Http404
        publishes = policy.can(request.user, "forum.publish_minutes", meeting)
        versions = _versions(meeting)
        if not versions and not publishes:
            raise Http404
        audience = audience_of(request, meeting)
        if versions:
            newest = versions[0]
            document = minutes_structure.from_json(newest.internal if audience == Audience.INTERNAL else newest.public)
        else:
            document = services.build(meeting, audience)
        kept = audience == Audience.INTERNAL and noting.any_kept_in(meeting, document.items)
        noting.note(request, meeting, "decision_list", kept=kept)
        return self.page(request, meeting, document, versions, publishes=publishes)

    def page(
        self,
        request: HttpRequest,
        meeting: Meeting,
        document: minutes_structure.MinutesDocument,
        versions: list[DecisionList],
        *,
        publishes: bool,
    ) -> HttpResponse:
        """Render the list."""
        audience = audience_of(request, meeting)
        return render(
            request,
            "meetings/minutes/decision_list_detail.html",
            {
                "meeting": meeting,
                "minutes": document,
                "versions": versions,
                "corrected": wording.decided_since(
                    corrections.of_decisions_since(meeting, versions[0].created_at),
                    outside=audience != Audience.INTERNAL,
                )
                if versions
                else [],
                "audience": audience.value,
                "document_language": document.language or languages.default(),
                "publish_url": reverse("forum:decision_list_publish", args=[meeting.pk]) if publishes else "",
                "minutes_url": reverse("forum:minutes_detail", args=[meeting.pk]) if minutes_are_out(meeting) else "",
                "crumbs": crumbs_of(meeting, (_("Decision list"), None)),
            },
        )


class DecisionListPdfView(View):
    """One version of the decision list as it was printed, byte for byte."""

    access: ClassVar[Access] = PUBLIC.showing("forum.view_meeting")

    def get(self, request: HttpRequest, pk: int, version: int | None = None) -> HttpResponse:
        """Answer with the PDF for this reader."""
        meeting = fetch(request, pk)
        found = meeting.decision_lists.all()
        one = found.filter(number=version).first() if version else found.first()
        if one is None:
            raise Http404
        name = f"{meeting.body.slug}-{meeting.pk}-vedtak-v{one.number}.pdf"
        return pdf_response(request, meeting, one, name=name, template=services.TEMPLATE, stem="-vedtak")


class PublishListView(View):
    """Publishing the decision list: once by a press, later with what is corrected and why (R29)."""

    access: ClassVar[Access] = permitted("forum.publish_minutes")

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Ask what is corrected, or whether it is to go out."""
        meeting = fetch(request, pk, "forum.publish_minutes")
        return self.page(
            request, meeting, ListReasonForm(interrupted_forms.give_back(request), again=bool(_versions(meeting)))
        )

    def post(self, request: HttpRequest, pk: int) -> HttpResponseBase:
        """Publish it, and carry the decisions into their cases."""
        meeting = fetch(request, pk, "forum.publish_minutes")
        form = ListReasonForm(request.POST, again=bool(_versions(meeting)))
        if not form.is_valid():
            return self.page(request, meeting, form, status=422)
        try:
            failed = ending.publish_decisions(
                meeting, reason=form.cleaned_data.get("reason", ""), actor=reader_of(request)
            )
        except Refused as refusal:
            form.add_error(None, str(refusal.message))
            return self.page(request, meeting, form, status=409)
        messages.success(request, _("The decision list is published. The members have been told."))
        if failed:
            messages.warning(request, _("Some decisions could not be carried into their cases; the meeting says why."))
        return redirect("forum:decision_list", meeting.pk)

    def page(self, request: HttpRequest, meeting: Meeting, form: ListReasonForm, status: int = 200) -> HttpResponse:
        """Render the form."""
        heading = _("Publish the decision list")
        again = meeting.decision_lists.exists()
        url = reverse("forum:decision_list", args=[meeting.pk])
        return render(
            request,
            "meetings/minutes/minutes_form.html",
            {
                "form": form,
                "heading": heading,
                "lead": _(
                    "The corrected list goes out now, to the members and to all who may see the meeting. The version "
                    "that is out stays as it is. Proposers who have their answer are sent no new one."
                )
                if again
                else _(
                    "What was decided goes out now, to the members and to all who may see the meeting. It is carried "
                    "into the cases, and the proposers are answered. The minutes follow in their own time."
                ),
                "label": heading,
                "meeting": meeting,
                "form_owner": interrupted_forms.owner_token(request),
                "cancel_url": url,
                "crumbs": crumbs_of(meeting, (_("Decision list"), url), (heading, None)),
            },
            status=status,
        )
