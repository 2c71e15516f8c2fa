"""Minutes on the web: the page, the PDF, the draft's texts, the steps."""

from typing import ClassVar

from django.contrib import messages
from django.db import transaction
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views import View

from forum.meetings import ending
from forum.meetings.core.closed import noting
from forum.meetings.core.models import Meeting
from forum.meetings.enums import MeetingKind, MeetingStatus, MinutesStatus
from forum.meetings.minutes import building, log_versions, services, structure
from forum.meetings.minutes.approvals import queries as approval_queries
from forum.meetings.minutes.completeness import missing
from forum.meetings.minutes.corrections import queries as corrections
from forum.meetings.minutes.forms import DraftForm
from forum.meetings.minutes.models import Minutes, MinutesVersion
from forum.meetings.minutes.printing.responses import as_pdf, audience_of, pdf_response
from forum.meetings.minutes.structure import Audience, MinutesDocument
from forum.organisation.enums import MinutesApproval
from trepart import languages
from trepart.access import interrupted_forms, policy
from trepart.access.web import PUBLIC, SIGNED_IN, Access, permitted, reader_of
from trepart.audit import sealing
from trepart.db.locking import lock
from trepart.pdf.on_demand import printed_on_demand
from trepart.refusals import GuardRefused
from trepart.views import TransitionView
from trepart.workflow import Transition, Words, available

_MEANING = {MinutesStatus.DRAFT: "neutral", MinutesStatus.PUBLISHED: "warning", MinutesStatus.APPROVED: "success"}


def _meeting(request: HttpRequest, pk: int) -> Meeting:
    return policy.get_or_404(
        request.user, "forum.view_meeting", Meeting.objects.select_related("body", "presiding__person"), pk=pk
    )


def _crumbs(meeting: Meeting, *more: tuple[Words, str | None]) -> list[tuple[Words, str | None]]:
    return [(_("Meetings"), reverse("forum:meeting_list")), (str(meeting), meeting.get_absolute_url()), *more]


class MinutesView(View):
    """The minutes of one meeting: the draft to who writes it, the published version to who may read it."""

    access: ClassVar[Access] = PUBLIC.showing("forum.view_meeting")

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Show the newest version, or the draft."""
        meeting = _meeting(request, pk)
        audience = audience_of(request, meeting)
        found = Minutes.objects.filter(meeting=meeting).first()
        writes = policy.can(request.user, "forum.write_minutes", meeting)
        versions = list(
            MinutesVersion.objects.filter(minutes=found).defer("internal_pdf", "public_pdf").order_by("-number")
        )
        document = self.document(meeting, versions, audience, draft=writes)
        kept = audience == Audience.INTERNAL and noting.any_kept_in(meeting, document.items)
        noting.note(request, meeting, "minutes", kept=kept)
        steps = [
            {
                "transition": a.transition,
                "why": a.why,
                "url": reverse("forum:minutes_step", args=[meeting.pk, a.transition.name]),
            }
            for a in (available(found, request.user) if found else [])
        ]
        status = MinutesStatus(found.status) if found else None
        return render(
            request,
            "meetings/minutes/minutes_detail.html",
            {
                "meeting": meeting,
                "minutes": document,
                "status": status,
                "meaning": _MEANING[status] if status else "neutral",
                "versions": versions,
                "audience": audience.value,
                "document_language": document.language or languages.default(),
                "steps": steps,
                "is_log": meeting.kind == MeetingKind.LOG,
                "edit_url": reverse("forum:minutes_edit", args=[meeting.pk])
                if writes and found and found.status == MinutesStatus.DRAFT
                else "",
                "missing": missing(meeting) if writes and found and found.status == MinutesStatus.DRAFT else [],
                **self.approving(request, meeting, found),
                "crumbs": _crumbs(meeting, (building.called(meeting), None)),
            },
        )

    def approving(self, request: HttpRequest, meeting: Meeting, found: Minutes | None) -> dict[str, object]:
        """Return what the page shows of the approval: to those who are asked and those who sit in the body, never
        the remarks to others."""
        if found is None:
            return {}
        progress = approval_queries.progress_of(found)
        by_signing = meeting.body.minutes_approval == MinutesApproval.SIGNERS and found.status != MinutesStatus.APPROVED
        publishes = policy.can(request.user, "forum.publish_minutes", meeting)
        names = by_signing and publishes
        corrects = publishes and meeting.status == MeetingStatus.ENDED and meeting.kind != MeetingKind.LOG
        return {
            "approval": progress,
            "by_next_meeting": meeting.body.minutes_approval == MinutesApproval.NEXT_MEETING,
            "by_signing": by_signing,
            "my_turn": progress.waits_for(request.user),
            "waiting_remarks": [one.pk for one in approval_queries.remarks_waiting([meeting.body_id])]
            if corrects
            else [],
            "record_url": reverse("forum:minutes_record", args=[meeting.pk]) if corrects else "",
            "uncorrected": bool(corrections.unpublished(meeting)) if corrects else False,
            "shows_asked": bool(progress.asked) and audience_of(request, meeting) == Audience.INTERNAL,
            "signers_url": reverse("forum:minutes_signers", args=[meeting.pk]) if names else "",
            "nobody_named": names and found.status == MinutesStatus.DRAFT and not progress.asked,
        }

    def document(
        self, meeting: Meeting, versions: list[MinutesVersion], audience: Audience, *, draft: bool
    ) -> MinutesDocument:
        """Return what is to be shown, or answer 404 where there is nothing for this reader yet."""
        if versions:
            newest = versions[0]
            return structure.from_json(newest.internal if audience == Audience.INTERNAL else newest.public)
        with languages.municipal():
            if meeting.kind == MeetingKind.LOG:
                return log_versions.of_log(meeting, audience)
            if draft and meeting.status == MeetingStatus.ENDED:
                return building.build(meeting, audience, notice=_("Draft"))
        raise Http404


class MinutesPdfView(View):
    """One version as it was printed, byte for byte; an LMU's log is printed when asked for."""

    access: ClassVar[Access] = PUBLIC.showing("forum.view_meeting")

    @printed_on_demand
    def get(self, request: HttpRequest, pk: int, version: int | None = None) -> HttpResponse:
        """Answer with the PDF for this reader."""
        meeting = _meeting(request, pk)
        if meeting.kind == MeetingKind.LOG:
            content = services.on_demand(meeting, audience_of(request, meeting))
            return as_pdf(content, f"{meeting.body.slug}-{meeting.pk}-v{log_versions.version_of(meeting)}.pdf")
        found = MinutesVersion.objects.filter(minutes__meeting=meeting)
        one = found.filter(number=version).first() if version else found.first()
        if one is None:
            raise Http404
        name = f"{meeting.body.slug}-{meeting.pk}-v{one.number}.pdf"
        return pdf_response(request, meeting, one, name=name, template=services.TEMPLATE)


class MinutesEditView(View):
    """The texts of a draft that a person writes: remarks, who else was there, the treatment of each case."""

    access: ClassVar[Access] = permitted("forum.write_minutes")

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Show the texts; after an expired session, what had been written."""
        minutes = self.minutes(request, pk)
        given_back = interrupted_forms.give_back(request)
        return self.page(request, minutes, DraftForm(given_back, meeting=minutes.meeting, reader=reader_of(request)))

    def post(self, request: HttpRequest, pk: int) -> HttpResponseBase:
        """Save the texts. They are compared, under the lock, with what stands there: two may write at once."""
        with transaction.atomic():
            lock(_meeting(request, pk))
            return self.save(request, self.minutes(request, pk))

    def save(self, request: HttpRequest, minutes: Minutes) -> HttpResponseBase:
        """Save what is new in the texts, or show what others have written of the same."""
        form = DraftForm(request.POST, meeting=minutes.meeting, reader=reader_of(request))
        if not form.is_valid():
            return self.page(request, minutes, form, status=409 if form.theirs else 422)
        try:
            services.save_draft(minutes, texts=form.read(), actor=reader_of(request))
        except GuardRefused as refusal:
            form.add_error(None, str(refusal.message))
            return self.page(request, minutes, form, status=409)
        messages.success(request, _("Saved."))
        return redirect("forum:minutes_detail", minutes.meeting_id)

    def minutes(self, request: HttpRequest, pk: int) -> Minutes:
        """Fetch the draft, or answer 404 to who does not write it."""
        meeting = _meeting(request, pk)
        if not policy.can(request.user, "forum.write_minutes", meeting):
            raise Http404
        found = (
            Minutes.objects.select_related("meeting__body").filter(meeting=meeting, status=MinutesStatus.DRAFT).first()
        )
        if found is None:
            raise Http404
        return found

    def page(self, request: HttpRequest, minutes: Minutes, form: DraftForm, status: int = 200) -> HttpResponse:
        """Render the form."""
        return render(
            request,
            "meetings/minutes/minutes_edit.html",
            {
                "form": form,
                "meeting": minutes.meeting,
                "form_owner": interrupted_forms.owner_token(request),
                "cancel_url": minutes.get_absolute_url(),
                "crumbs": _crumbs(minutes.meeting, (_("Minutes"), minutes.get_absolute_url()), (_("Write"), None)),
            },
            status=status,
        )


class MinutesStepView(TransitionView):
    """Publishing, correcting, approving."""

    access: ClassVar[Access] = SIGNED_IN.showing("forum.view_meeting")
    view_permission = "forum.view_meeting"
    template_name = "meetings/minutes/minutes_step.html"

    def context(self, subject: Minutes, transition: Transition) -> dict[str, object]:
        """Add that nobody is named to approve what goes out, where the body has people do it."""
        by_signing = subject.meeting.body.minutes_approval == MinutesApproval.SIGNERS
        lacks = by_signing and transition.name in ("publish", "correct") and not subject.signers.exists()
        return {
            "nobody_named": lacks,
            "signers_url": reverse("forum:minutes_signers", args=[subject.meeting_id]) if lacks else "",
        }

    def queryset(self) -> QuerySet[Minutes]:
        """Minutes are addressed by their meeting."""
        return Minutes.objects.select_related("meeting__body", "meeting__presiding__person", "status_event")

    def subject(self) -> Minutes:
        """Fetch the minutes of the meeting in the address."""
        return policy.get_or_404(self.request.user, self.view_permission, self.queryset(), meeting_id=self.kwargs["pk"])

    def crumbs(self, subject: Minutes, transition: Transition) -> list[tuple[Words, str | None]]:
        """Return the way through the meeting."""
        return _crumbs(subject.meeting, (_("Minutes"), subject.get_absolute_url()), (transition.label, None))

    def post(self, request: HttpRequest, *args: object, **kwargs: object) -> HttpResponseBase:
        """Seal what has happened so far, so that the newest seal printed in the minutes covers the meeting."""
        if policy.can(request.user, "forum.publish_minutes", self.subject()):
            sealing.seal_events()
        return super().post(request, *args, **kwargs)

    def done(self, subject: Minutes, transition: Transition) -> str:
        """Minutes that are published before the decision list tell the decisions, which are carried into their cases
        now."""
        if transition.name == "publish":
            ending.carry_out(subject.meeting, actor=reader_of(self.request))
        return super().done(subject, transition)
