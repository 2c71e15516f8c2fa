"""Reading case papers: the page, its versions and what differs between them, the PDF, the attachments."""

from typing import ClassVar

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.views import View

from forum.cases.models import Case
from forum.cases.queries import opinions
from forum.cases.views.documents import download
from forum.meetings.case_papers import comparison, queries, release
from forum.meetings.case_papers.models import CasePaperVersion
from forum.meetings.case_papers.permissions import VIEW, WHOLE, WRITE
from forum.meetings.case_papers.queries import Reading
from forum.meetings.core.closed import noting
from forum.meetings.minutes.printing.responses import as_pdf
from trepart import languages, municipality, ui
from trepart.access import policy
from trepart.access.web import PUBLIC, Access
from trepart.pdf.on_demand import printed_on_demand
from trepart.pdf.rendering import render_pdf
from trepart.text.dates import date_text
from trepart.text.numbers import number
from trepart.workflow import Words

TEMPLATE = "meetings/case_papers/pdf/case_paper.html"


def fetch_case(request: HttpRequest, pk: int, permission: str) -> Case:
    """Fetch a case that the reader has ``permission`` over, or answer 404."""
    return policy.get_or_404(request.user, permission, Case.objects.all(), pk=pk)


def crumbs_of(case: Case, *more: tuple[Words, str | None], finished: bool = True) -> list[tuple[Words, str | None]]:
    """Return the way to a page about the paper of ``case``; one that is not ``finished`` has no page to lead to."""
    own = reverse("forum:case_paper", args=[case.pk]) if more and finished else None
    return [
        (_("Meetings"), reverse("forum:meeting_list")),
        (_("Case paper %(case)s") % {"case": case.reference}, own),
        *more,
    ]


def note_view(request: HttpRequest, found: Reading) -> None:
    """Write down who opened a paper with something exempt in it."""
    kept = found.partly_exempt or any(one.basis for one in found.attachments) or noting.case_is_kept(found.case)
    noting.note(request, found.case, "case_paper", kept=found.whole and kept)


def facts_of(found: Reading) -> list[ui.Fact]:
    """Return what stands at the top of a case paper: whose it is, its numbers, its version."""
    return [
        ui.Fact(_("Case folder"), found.case.reference),
        ui.Fact(_("The archive's case number"), found.case.archive_reference),
        ui.Fact(_("Case worker"), found.written_by),
        ui.Fact(
            _("Version"),
            _("%(number)s, finished %(date)s") % {"number": found.version, "date": date_text(found.finished_at)},
        ),
    ]


class _Reads(View):
    """Something of a case paper, to whoever may read the case."""

    access: ClassVar[Access] = PUBLIC.showing(VIEW)

    def case(self, request: HttpRequest, pk: int) -> Case:
        """Fetch the case, or answer 404 to who may not read its paper, and where none is finished."""
        return fetch_case(request, pk, VIEW)

    def version(
        self, request: HttpRequest, case: Case, wanted: int | None = None
    ) -> tuple[Reading, list[CasePaperVersion]]:
        """Return one version (the newest unless ``wanted``) as the reader may read it, and all of them
        that the reader may read."""
        versions = queries.versions_for(case, request.user)
        found = next((v for v in versions if wanted in (None, v.number)), None)
        if found is None:
            raise Http404
        return queries.reading(found, whole=policy.can(request.user, WHOLE, case)), versions


class CasePaperView(_Reads):
    """One case paper: the newest version, or an older one."""

    def get(self, request: HttpRequest, pk: int, version: int | None = None) -> HttpResponse:
        """Show it."""
        case = self.case(request, pk)
        found, versions = self.version(request, case, version)
        note_view(request, found)
        may_write = request.user.is_authenticated and policy.can(request.user, WRITE, case)
        return render(
            request,
            "meetings/case_papers/case_paper_detail.html",
            {
                "case": case,
                "paper": found,
                "facts": facts_of(found),
                "older": found.version != versions[0].number,
                "newest": versions[0].number,
                "several": len(versions) > 1,
                "treated": queries.treated_by(case, request.user),
                "opinions": [(o, *opinions.standing(o)) for o in opinions.opinions_on(case, request.user)],
                "may_write": may_write,
                # Those who prepare the case read it before others do.
                "shown": not may_write or release.is_shown(versions[0]),
                "who_and_when": release.who_and_when(case) if may_write else "",
                "crumbs": crumbs_of(
                    case, *([(_("Version %(number)s") % {"number": version}, None)] if version else [])
                ),
            },
        )


class CasePaperVersionsView(_Reads):
    """The versions of a case paper, and what differs between two of them."""

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Show the list, and the difference between ``fra`` and ``til`` (the two newest unless said)."""
        case = self.case(request, pk)
        _newest, versions = self.version(request, case)
        by_number = {v.number: v for v in versions}
        new = by_number.get(number(request.GET.get("til")) or 0, versions[0])
        older = [v for v in versions if v.number < new.number]
        old = by_number.get(number(request.GET.get("fra")) or 0, older[0] if older else new)
        whole = policy.can(request.user, WHOLE, case)
        before, after = queries.reading(old, whole=whole), queries.reading(new, whole=whole)
        note_view(request, after)
        return render(
            request,
            "meetings/case_papers/case_paper_versions.html",
            {
                "case": case,
                # What is exempt is not told by what was said of a change, either.
                "versions": [(v, queries.reason_of(v, whole=whole)) for v in versions],
                "old": before,
                "new": after,
                "differences": comparison.differences(before, after) if old != new else [],
                "crumbs": crumbs_of(case, (_("Versions"), None)),
            },
        )


class CasePaperPdfView(_Reads):
    """The paper in print: made when asked for, and the same bytes each time, since a version never changes."""

    @printed_on_demand
    def get(self, request: HttpRequest, pk: int, version: int | None = None) -> HttpResponse:
        """Answer with the PDF, in the municipality's language."""
        case = self.case(request, pk)
        language = languages.default()
        with translation.override(language):
            found, versions = self.version(request, case, version)
            note_view(request, found)
            title = _("Case paper: %(title)s") % {"title": case.title}
            notice = ""
            if found.partly_exempt and found.whole:
                notice = _("Exempt from public access, %(basis)s") % {"basis": found.basis}
            elif found.version != versions[0].number:
                notice = _("This is version %(old)s. The newest is version %(new)s.") % {
                    "old": found.version,
                    "new": versions[0].number,
                }
            internal = "-internal" if found.whole and found.partly_exempt else ""
            context = {
                "case": case,
                "paper": found,
                "facts": facts_of(found),
                "treated": queries.treated_by(case, request.user),
                "document_id": f"sak-{case.year}-{case.number}-v{found.version}{internal}",
                "notice": notice,
            }
        content = render_pdf(
            TEMPLATE,
            context,
            title=title,
            language=language,
            author=municipality.current().name,
            created=found.finished_at,
        )
        return as_pdf(content, f"saksframlegg-{case.year}-{case.number}-v{found.version}.pdf")


class CasePaperDocumentView(_Reads):
    """One attachment, as a download."""

    def get(self, request: HttpRequest, pk: int, document: int) -> HttpResponseBase:
        """Answer with the file: any of the paper's to whoever reads all of it, to others what the newest
        version lets them open."""
        if policy.can(request.user, WHOLE, case := self._case(pk)):
            found = (
                queries.documents_of_paper(case, drafts=policy.can(request.user, WRITE, case))
                .filter(pk=document)
                .first()
            )
            kept = found is not None and (bool(found.exempt_basis) or noting.case_is_kept(case))
            noting.note(request, case, "case_paper_document", kept=kept)
            return download(found)
        reading, _versions = self.version(request, self.case(request, pk))
        shown = [one.document for one in reading.attachments if one.document is not None]
        return download(next((one for one in shown if one.pk == document), None))

    @staticmethod
    def _case(pk: int) -> Case:
        case = Case.objects.filter(pk=pk).first()
        if case is None:
            raise Http404
        return case
