"""What the print tests print: one realistic set of minutes, and small documents with one thing in them."""

from collections.abc import Iterator
from contextlib import contextmanager
from copy import deepcopy
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.test import override_settings

from trepart.pdf.rendering import render_pdf

CREATED = datetime(2026, 12, 3, 20, 0, tzinfo=UTC)
LETTERS = "áčđŋšŧž ÁČĐŊŠŦŽ æøå ÆØÅ ïöâõ łódź ĄĘŻ § – — «ja» · ✓ … kr 50 000"
PLOT = (
    "data:image/svg+xml;utf8,<svg xmlns='http://www.w3.org/2000/svg' width='160' height='80' viewBox='0 0 12 6'>"
    "<rect width='3' height='6'/><rect x='6' y='2' width='3' height='4' fill='teal'/></svg>"
)
PARTS = {"elected": "folkevalgt", "administration": "administrasjon", "union": "tillitsvalgt"}
NAMES = ["Åse Lien", "Máret Čáppe Ŋiilla", "Øyvind Berg", "Zofia Żółć", "Đorđe Šarić"]


def minutes(votes: int = 110, cases: int = 1) -> dict[str, Any]:
    """The context of `pdf_minutes.html`: a vote with so many lines, so many cases."""
    members = [
        {"name": f"{NAMES[i % 5]} {i + 1}", "key": key, "part": PARTS[key]}
        for i in range(votes)
        for key in [list(PARTS)[i % 3]]
    ]
    return {
        "facts": [{"label": "Sted", "value": "Kommunehuset"}, {"label": "Møteleder", "value": "Åse Lien"}],
        "people": members[:6],
        "votes": members,
        "cases": range(1, cases + 1),
        "plot": PLOT,
        "letters": LETTERS,
        "document_id": "TP-2026-0001",
        "seal": "1204 · 3f9c27aa01be55d09b6e31c7741cfe2288aa9b0c7d1e4f5a6b7c8d9e0f1a2b3c",
    }


@contextmanager
def templates_beside() -> Iterator[None]:
    """Let templates be found beside these tests."""
    templates = deepcopy(settings.TEMPLATES)
    templates[0]["DIRS"] = [*templates[0]["DIRS"], Path(__file__).parent / "documents"]
    with override_settings(TEMPLATES=templates):
        yield


def print_minutes(votes: int = 110, cases: int = 1) -> bytes:
    """Print the minutes of a meeting with so many cases, and so many votes in a table."""
    with templates_beside():
        return render_pdf(
            "pdf_minutes.html",
            minutes(votes, cases),
            title="Møtebok 3. desember 2026",
            author="Fjellvik kommune",
            subject="Møtebok for partssammensatt utvalg",
            created=CREATED,
        )


def print_html(body: str, **options: Any) -> bytes:
    """Print a document with this content (HTML, taken as it stands)."""
    with templates_beside():
        return render_pdf(
            "pdf_body.html",
            {"body": body},
            **({"title": "Prøve", "author": "Fjellvik kommune", "created": CREATED} | options),
        )
