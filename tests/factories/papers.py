"""Case papers for tests: content as the form gives it, a finished paper, a printed page as words."""

from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from forum.cases.models import Case
from forum.meetings.case_papers import drafts, finishing
from forum.meetings.case_papers.models import CasePaperVersion
from tests.factories.files import PDF
from tests.trepart.pdf.reading import Tagged

SECRET = "Kari Hemmelig er sykmeldt"
OPEN = "Vikarordningen er prøvd i ett år."
BASIS = "offl. § 13"


def words_of(printed: bytes) -> str:
    return " ".join(Tagged(printed).text().split())


def content(**more: Any) -> dict[str, Any]:
    """Return clean content of a paper, as the form gives it."""
    blank = {
        "recommendation": "<p>Ordningen fortsetter.</p>",
        "facts": f"<p>{OPEN}</p>",
        "assessment": "",
        "involvement": "",
        "union_view": "",
    }
    other = {
        "needs_discussion": False,
        "discussed_on": None,
        "discussed_with": "",
        "public_form": "whole",
        "exempt_basis": "",
        "exempt_sections": [],
        "reason": "",
    }
    return {**blank, **other, **more}


def redacted(**more: Any) -> dict[str, Any]:
    return content(facts=f"<p>{OPEN} <mark>{SECRET}</mark></p>", public_form="redacted", exempt_basis=BASIS, **more)


def finish(case: Case, actor: Any, **more: Any) -> CasePaperVersion:
    return finishing.finish(case, content=content(**more), seen=drafts.mark(case), actor=actor)


def pdf(name: str = "vedlegg.pdf") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, PDF, "application/pdf")


def page(name: str, case: Case, *more: Any) -> str:
    return reverse(f"forum:{name}", args=[case.pk, *more])
