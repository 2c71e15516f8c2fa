"""The page on which those who prepare a case write its paper, with drafts that save themselves."""

import secrets
from collections.abc import Callable
from typing import Any, ClassVar

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views import View

from forum.cases import own_cases
from forum.cases.case_owners import owner_of
from forum.cases.models import Case, Document, Referral
from forum.meetings.agenda.views import PLAN
from forum.meetings.case_papers import attachments, drafts, finishing, release, services
from forum.meetings.case_papers.drafts import Overtaken
from forum.meetings.case_papers.forms import PROVISIONS, ArchiveForm, AttachmentForm, CasePaperForm
from forum.meetings.case_papers.models import CasePaperDraft, CasePaperVersion
from forum.meetings.case_papers.permissions import WRITE
from forum.meetings.case_papers.views import crumbs_of, fetch_case
from forum.meetings.core.web import fetch, item_of, status_of
from forum.meetings.enums import PaperSection
from trepart.access import interrupted_forms
from trepart.access.web import Access, permitted, reader_of
from trepart.forms import LineField
from trepart.refusals import GuardRefused, Refused
from trepart.text import normal
from trepart.text import rich as rich_text
from trepart.text.dates import time_text
from trepart.text.numbers import number
from trepart.text.refusals import NotTaken

#: What one act did to the draft: said to whoever did it.
Act = Callable[[HttpRequest, Case, int], str]


class BeginPaperView(View):
    """From an agenda to the paper of a case. A case that was put on the agenda by itself is given a folder first."""

    access: ClassVar[Access] = permitted(PLAN)

    def post(self, request: HttpRequest, pk: int, item: int) -> HttpResponseBase:
        """Go to the page where the paper is written."""
        meeting = fetch(request, pk, PLAN)
        found = item_of(meeting, item)
        try:
            case = services.case_of(found, actor=reader_of(request))
        except Refused as refusal:
            messages.error(request, str(refusal.message))
            return redirect("forum:meeting_agenda", meeting.pk)
        return redirect("forum:case_paper_write", case.pk)


class ShowPaperView(View):
    """The finished paper is read at once, before the notice."""

    access: ClassVar[Access] = permitted(WRITE)

    def post(self, request: HttpRequest, pk: int) -> HttpResponseBase:
        """Let others read it."""
        case = fetch_case(request, pk, WRITE)
        try:
            finishing.show_ahead(case, actor=reader_of(request))
        except Refused as refusal:
            messages.error(request, str(refusal.message))
            return redirect("forum:case_paper_write", case.pk)
        messages.success(request, _("Those who may read the case can read it now."))
        return redirect("forum:case_paper", case.pk)


class CleanPasteView(View):
    """What was pasted, clean: the same as it will be when it is saved, so that one sees it at once."""

    access: ClassVar[Access] = permitted(WRITE)

    def post(self, request: HttpRequest, pk: int) -> HttpResponseBase:
        """Answer with what is kept of the text sent in; a header says that something hidden was left out."""
        fetch_case(request, pk, WRITE)
        try:
            said, left_out = rich_text.pasted(request.POST.get("html", ""))
        except NotTaken as refused:
            return HttpResponse(str(refused.words), status=422, content_type="text/plain; charset=utf-8")
        told = {"X-Left-Out": "hidden"} if left_out else None
        return HttpResponse(said, content_type="text/plain; charset=utf-8", headers=told)


class WritePaperView(View):
    """The paper being written."""

    access: ClassVar[Access] = permitted(WRITE)

    def get(self, request: HttpRequest, pk: int) -> HttpResponseBase:
        """Show what is being written; after an expired session, what had been typed."""
        case = fetch_case(request, pk, WRITE)
        given_back = interrupted_forms.give_back(request)
        form = CasePaperForm(given_back, initial=drafts.beginning(case, summary=_summary(case)), first=_is_first(case))
        return self.page(request, case, form)

    def post(self, request: HttpRequest, pk: int) -> HttpResponseBase:
        """Save the draft, and do with it what the button says."""
        case = fetch_case(request, pk, WRITE)
        wanted, _colon, which = request.POST.get("do", "save").partition(":")
        hidden = own_cases.names_hidden(case, reader_of(request)) if wanted == "finish" else []
        form = CasePaperForm(request.POST, first=_is_first(case), hidden=hidden)
        acts: dict[str, Act] = {
            "save": self.save, "attach": self.attach, "pick": self.pick, "detach": self.detach, "up": self.move,
            "down": self.move,
            "exempt": self.exempt, "redact": self.redact, "archive": self.archive,
        }  # fmt: skip
        if wanted == "autosave":
            return self.autosave(request, case, form)
        if wanted == "discard":
            return self.discard(request, case, form)
        if wanted != "finish" and wanted not in acts:
            raise Http404
        if not form.is_valid():
            return self.page(request, case, form, status=422)
        seen, actor, page = request.POST.get("seen", ""), reader_of(request), request.POST.get("page", "")
        try:
            if wanted == "finish":
                at_once = bool(request.POST.get("at_once"))
                when = release.who_and_when(case)
                version = finishing.finish(
                    case, content=form.cleaned_data, seen=seen, at_once=at_once, actor=actor, page=page
                )
                said = _("Version %(number)s is finished.") % {"number": version.number}
                when = _("Those who may read the case can read it now.") if at_once else when
                messages.success(request, f"{said} {when}")
                return redirect("forum:case_paper", case.pk)
            drafts.save_draft(case, content=form.cleaned_data, seen=seen, actor=actor, page=page)
            said = acts[wanted](request, case, number(which) or 0)
        except Overtaken as overtaken:
            return self.page(request, case, form, overtaken=overtaken, status=409)
        except ValidationError as wrong:
            return self.refused(request, case, form, wrong, wanted)
        except Refused as refusal:
            return self.page(request, case, form, refusal=str(refusal.message), status=status_of(refusal))
        messages.success(request, said)
        here = reverse("forum:case_paper_write", args=[case.pk])
        return redirect(here if wanted in ("save", "archive") else f"{here}#vedlegg")

    # What a button does, when the draft is saved ----------------------------------------------------------------------

    def save(self, request: HttpRequest, case: Case, which: int) -> str:
        """Do no more."""
        return _("Saved. Only those who prepare the case can see the draft.")

    def attach(self, request: HttpRequest, case: Case, which: int) -> str:
        """Put a file in."""
        form = AttachmentForm(request.POST, request.FILES)
        if not form.is_valid():
            raise ValidationError([one for wrong in form.errors.as_data().values() for one in wrong])
        data = form.cleaned_data
        document = attachments.attach(
            case,
            upload=data["upload"],
            title=data["attachment_title"],
            basis=data["attachment_basis"],
            actor=reader_of(request),
        )
        return _("Attached: %(title)s.") % {"title": document.title}

    def pick(self, request: HttpRequest, case: Case, which: int) -> str:
        """Put in a document that the case has already."""
        document = case.documents.of_case_itself().filter(pk=number(request.POST.get("document")) or 0).first()
        if document is None:
            raise GuardRefused(_("Choose one of the documents of the case."))
        attachments.attach(case, document=document, actor=reader_of(request))
        return _("Attached: %(title)s.") % {"title": document.title}

    def detach(self, request: HttpRequest, case: Case, which: int) -> str:
        """Take an attachment out."""
        attachments.detach(case, which, actor=reader_of(request))
        return _("Taken out of the draft. Versions that are finished keep it.")

    def move(self, request: HttpRequest, case: Case, which: int) -> str:
        """Move an attachment one place."""
        attachments.move(case, which, up=request.POST.get("do", "").startswith("up"), actor=reader_of(request))
        return _("The order is changed.")

    def exempt(self, request: HttpRequest, case: Case, which: int) -> str:
        """Exempt an attachment, or let it be read again."""
        document = self._attached(case, which)
        basis = request.POST.get(f"basis_{document.pk}", "")
        attachments.exempt(case, document, basis=basis, actor=reader_of(request))
        return _("The attachment is exempt from public access.") if basis else _("The public may read the attachment.")

    def redact(self, request: HttpRequest, case: Case, which: int) -> str:
        """Put a redacted copy next to an exempt attachment."""
        document = self._attached(case, which)
        upload = request.FILES.get(f"redacted_{document.pk}")
        if upload is None:
            raise GuardRefused(_("Choose the redacted file."))
        title = normal.line(request.POST.get(f"redacted_title_{document.pk}", ""))
        try:
            LineField(required=False).clean(title)
        except ValidationError as refused:
            raise GuardRefused(refused.messages[0]) from None
        if len(title) > normal.LONGEST_TITLE:
            raise GuardRefused(_("Shorten the title to %(most)s characters.") % {"most": normal.LONGEST_TITLE})
        attachments.add_redacted(case, document, upload=upload, title=title, actor=reader_of(request))
        return _("The public reads the redacted copy.")

    def archive(self, request: HttpRequest, case: Case, which: int) -> str:
        """Write down the archive's number, unless somebody else has written another meanwhile."""
        form = ArchiveForm(request.POST, initial={"archive_reference": case.archive_reference})
        if not form.is_valid():
            raise ValidationError({"archive_reference": form.errors["archive_reference"]})
        services.set_archive_reference(case, reference=form.cleaned_data["archive_reference"], actor=reader_of(request))
        return _("Saved.")

    @staticmethod
    def _attached(case: Case, which: int) -> Document:
        draft = drafts.draft_of(case)
        if draft is None or which not in draft.attachments:
            raise GuardRefused(_("That attachment is no longer there."))
        return Document.objects.select_related("redacted_copy").get(pk=which)

    # Other ways out ---------------------------------------------------------------------------------------------------

    def autosave(self, request: HttpRequest, case: Case, form: CasePaperForm) -> HttpResponseBase:
        """Keep what is being written, in answer to the script."""
        if not form.is_valid():
            return JsonResponse({"said": _("Not saved: some of the fields need another look.")}, status=422)
        try:
            draft = drafts.save_draft(
                case,
                content=form.cleaned_data,
                seen=request.POST.get("seen", ""),
                actor=reader_of(request),
                page=request.POST.get("page", ""),
            )
        except Overtaken as overtaken:
            said = _(
                "%(name)s has saved something here. Press “Save the draft” to see both texts; nothing is lost."
            ) % {"name": overtaken.by or _("Somebody else")}
            return JsonResponse({"said": said}, status=409)
        except Refused as refusal:
            return JsonResponse({"said": str(refusal.message)}, status=status_of(refusal))
        return JsonResponse(
            {
                "seen": drafts.mark(case),
                "said": _("The draft was saved at %(time)s.") % {"time": time_text(draft.saved_at)},
            }
        )

    def discard(self, request: HttpRequest, case: Case, form: CasePaperForm) -> HttpResponseBase:
        """Throw the draft away."""
        try:
            drafts.discard_draft(case, seen=request.POST.get("seen", ""), actor=reader_of(request))
        except Overtaken as overtaken:
            return self.page(request, case, form, overtaken=overtaken, status=409)
        messages.success(request, _("The draft is thrown away."))
        return redirect("forum:case_paper_write", case.pk)

    def refused(
        self, request: HttpRequest, case: Case, form: CasePaperForm, wrong: ValidationError, wanted: str
    ) -> HttpResponse:
        """Show what is wrong next to the fields of the paper, and by itself where it is about an attachment."""
        by_field = wrong.message_dict if hasattr(wrong, "error_dict") else {"": wrong.messages}
        others = []
        for name, said in by_field.items():
            if name in form.fields:
                for one in said:
                    form.add_error(name, one)
            else:
                others += said
        return self.page(request, case, form, refusal=" ".join(str(one) for one in others), status=422)

    def page(
        self,
        request: HttpRequest,
        case: Case,
        form: CasePaperForm,
        *,
        overtaken: Overtaken | None = None,
        refusal: str = "",
        status: int = 200,
    ) -> HttpResponse:
        """Render the page."""
        draft, version = drafts.draft_of(case), drafts.newest(case)
        attached = _attached_documents(draft or version)
        at_hand = case.documents.of_case_itself().exclude(pk__in=[one.pk for one in attached])
        basis = (
            AttachmentForm(request.POST) if form.is_bound and "attachment_title" in request.POST else AttachmentForm()
        )
        return render(
            request,
            "meetings/case_papers/case_paper_write.html",
            {
                "case": case,
                "form": form,
                "attachment_form": basis,
                # Marks this very page: what it saves by itself is its own, what another window saves is not.
                "page": form.data.get("page") or secrets.token_urlsafe(9),
                "archive_form": ArchiveForm(
                    request.POST if request.POST.get("do") == "archive" else None,
                    initial={"archive_reference": case.archive_reference},
                ),
                "draft": draft,
                "version": version,
                "who_and_when": release.who_and_when(case),
                "waits_for_notice": not release.agenda_is_out(case),
                "at_once": bool(request.POST.get("at_once")),
                # After somebody else's save the page goes on from what stands there now: saving again is then a choice.
                "seen": drafts.mark(case) if overtaken or not form.is_bound else form.data.get("seen", ""),
                "overtaken": overtaken,
                "theirs": _theirs(overtaken, form) if overtaken else [],
                "refusal": refusal,
                "attached": attached,
                "at_hand": list(at_hand.filter(opinion_document__isnull=True, commission_document__isnull=True)),
                "provisions": PROVISIONS[1:],
                "form_owner": interrupted_forms.owner_token(request),
                "crumbs": crumbs_of(case, (_("Write"), None), finished=version is not None),
            },
            status=status,
        )


def _is_first(case: Case) -> bool:
    return not CasePaperVersion.objects.filter(paper__case=case).exists()


def _summary(case: Case) -> str:
    """Return what the case is about in the proposer's words, where somebody owns it."""
    stay = Referral.objects.filter(case=case).order_by("-pk").first()
    owner = owner_of(stay)
    return owner.summary(stay) if owner is not None and stay is not None else ""


def _attached_documents(found: CasePaperDraft | CasePaperVersion | None) -> list[Document]:
    wanted = found.attachments if found is not None else []
    documents = Document.objects.select_related("redacted_copy").in_bulk(wanted)
    return [documents[pk] for pk in wanted if pk in documents]


def _theirs(overtaken: Overtaken, form: CasePaperForm) -> list[tuple[str, Any]]:
    """Return the sections where what stands there now is not what was sent, to be read beside it."""
    theirs, mine = overtaken.theirs, getattr(form, "cleaned_data", {})
    if theirs is None:
        return []
    return [
        (str(section.label), rich_text.opened(words))
        for section, words in theirs.sections()
        if words != mine.get(PaperSection(section).value)
    ]
