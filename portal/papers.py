"""Forms to print and fill in by hand: they ask for the same as the pages do, in the same order."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from django.utils import translation
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from trepart.pdf.rendering import render_pdf

#: When the forms were last changed: it stands in the file, so that the same form is the same bytes
#: (trepart/pdf/rendering.py).
_EDITION = datetime(2026, 11, 24, 12, tzinfo=ZoneInfo("Europe/Oslo"))


@dataclass(frozen=True)
class PrintableForm:
    """One form: its title, its template, and how many empty places it offers of what may be many."""

    title: Promise
    template: str
    context: Mapping[str, object]

    def pdf(self, *, language: str, name: str, address: str) -> bytes:
        """Print the form in ``language`` with the municipality's ``name`` and ``address`` as letterhead."""
        with translation.override(language):
            title = str(self.title)
        letterhead = {"name": name, "address": address}
        context = {**self.context, "municipality": letterhead}
        return render_pdf(self.template, context, title=title, language=language, author=name, created=_EDITION)


FORMS: Mapping[str, PrintableForm] = {
    "forslag": PrintableForm(_("Proposal"), "portal/pdf/proposal_form.html", {}),
    "lmu-mote": PrintableForm(_("Log of an LMU meeting"), "portal/pdf/lmu_form.html", {"cases": range(3)}),
}  # fmt: skip
