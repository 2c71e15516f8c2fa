"""Forms for a case paper, its attachments and its number in the archive, and for a private note."""

from collections.abc import Mapping, Sequence

from django import forms
from django.utils.functional import lazy
from django.utils.text import capfirst, format_lazy
from django.utils.translation import gettext_lazy as _

from forum.cases import legal_bases
from forum.cases.enums import PublicForm
from forum.cases.forms.hidden_names import AsksBeforeNaming
from forum.meetings.case_papers.notes import QUOTE, TEXT
from forum.meetings.enums import PaperSection
from trepart.forms import (
    DateInput,
    FileInput,
    LineField,
    PlainTextField,
    RadioSelect,
    RichTextarea,
    RichTextField,
    Textarea,
)
from trepart.outdated_pages import ComparingForm
from trepart.uploads.door import ENDINGS

_capitalised = lazy(lambda label: capfirst(str(label)), str)

#: The provisions a document can be exempted under, after "none".
PROVISIONS = [("", ""), *((value, format_lazy("{}: {}", value, label)) for value, label in legal_bases.PROVISIONS)]


class NoteForm(forms.Form):
    """A note. The hidden fields are filled in where words are highlighted."""

    text = PlainTextField(label=_("Your note"), max_length=TEXT, required=False, widget=Textarea(rows=3))
    quote = PlainTextField(max_length=QUOTE, required=False, widget=forms.HiddenInput)
    block = forms.SlugField(max_length=40, required=False, widget=forms.HiddenInput)
    start = forms.IntegerField(min_value=0, max_value=10_000_000, required=False, widget=forms.HiddenInput)

    def clean_start(self) -> int:
        """Count from the beginning where nothing is said."""
        start: int | None = self.cleaned_data["start"]
        return start or 0


class CasePaperForm(AsksBeforeNaming):
    """What is written of a case paper (`forum.meetings.case_papers.drafts`). What is not finished need not be
    complete; what is in it must be possible."""

    conditional = {"public_form": ("exempt_basis", "exempt_sections")}
    mark_optional = (
        False  # what is being written may lack anything; what a finished paper must have is said when it is finished
    )

    recommendation = RichTextField(
        label=PaperSection.RECOMMENDATION.label,
        required=False,
        widget=RichTextarea(rows=5),
        help_text=_("What the body is asked to decide."),
    )
    facts = RichTextField(label=PaperSection.FACTS.label, required=False, widget=RichTextarea(rows=10))
    assessment = RichTextField(label=PaperSection.ASSESSMENT.label, required=False, widget=RichTextarea(rows=8))
    needs_discussion = forms.BooleanField(
        label=_("The case must be discussed with the unions"),
        required=False,
        help_text=_(
            "Working Environment Act §§ 8-1 and 8-2, and the basic agreement. The paper then says whether it has been."
        ),
    )
    discussed_on = forms.DateField(label=_("Discussed on"), required=False, widget=DateInput)
    discussed_with = LineField(
        label=_("Discussed with"),
        required=False,
        max_length=300,
        help_text=_("Which organisations, and who met for them."),
    )
    involvement = RichTextField(
        label=PaperSection.INVOLVEMENT.label,
        required=False,
        widget=RichTextarea(rows=5),
        help_text=_("Who has been heard, what they were given to read, and what the employer answers."),
    )
    union_view = RichTextField(label=PaperSection.UNION_VIEW.label, required=False, widget=RichTextarea(rows=4))
    public_form = forms.ChoiceField(
        label=_("What does the public read?"),
        choices=[(value, _capitalised(label)) for value, label in PublicForm.choices],
        initial=PublicForm.WHOLE,
        widget=RadioSelect(
            reveals=[PublicForm.REDACTED, PublicForm.NOTHING],
            descriptions={
                PublicForm.REDACTED: _(
                    "Mark passages as exempt in the text, or choose whole sections. The public sees the legal "
                    "basis in their place."
                ),
                PublicForm.NOTHING: _(
                    "Consider first whether it is enough to take out parts (Freedom of Information Act §§ 11 and 12)."
                ),
            },
        ),
    )
    exempt_basis = forms.ChoiceField(label=_("Legal basis for exemption"), required=False, choices=PROVISIONS)
    exempt_sections = forms.MultipleChoiceField(
        label=_("Whole sections that are exempt"),
        required=False,
        choices=PaperSection.choices,
        widget=forms.CheckboxSelectMultiple,
    )
    reason = PlainTextField(
        label=_("What is changed, and why?"),
        required=False,
        max_length=1000,
        widget=Textarea(rows=2),
        help_text=_("Needed from the second version on. Everybody who reads the paper sees it."),
    )

    def __init__(
        self,
        data: Mapping[str, object] | None = None,
        *,
        initial: dict[str, object] | None = None,
        first: bool = True,
        hidden: Sequence[str] = (),
    ) -> None:
        super().__init__(data, initial=initial)
        self.hidden = hidden
        if first:
            del self.fields["reason"]

    def names_hidden(self) -> Sequence[str]:
        """Return the names that are asked about; none while it is a draft."""
        return self.hidden

    def clean(self) -> dict[str, object]:
        """Drop what belongs to another choice."""
        super().clean()
        cleaned = self.cleaned_data
        form = cleaned.get("public_form")
        chosen = cleaned.get("exempt_sections") or []
        cleaned["exempt_sections"] = (
            [str(s) for s in PaperSection.values if s in chosen] if form == PublicForm.REDACTED else []
        )
        if form == PublicForm.WHOLE:
            cleaned["exempt_basis"] = ""
        return cleaned


class AttachmentForm(forms.Form):
    """A file to put in the paper."""

    upload = forms.FileField(
        label=_("File"),
        required=False,
        widget=FileInput(ENDINGS),
        help_text=_("PDF, picture, Word, Excel or OpenDocument."),
    )
    attachment_title = LineField(
        label=_("Title"),
        required=False,
        max_length=200,
        help_text=_(
            "What it is called in the list of attachments. Without one it is called by what it is, with a number."
        ),
    )
    attachment_basis = forms.ChoiceField(
        label=_("Exempt from public access?"),
        required=False,
        choices=[("", _("No, the public may read it")), *PROVISIONS[1:]],
    )


class ArchiveForm(ComparingForm):
    """The archive's own number."""

    archive_reference = LineField(
        label=_("The archive's case number"),
        required=False,
        max_length=60,
        help_text=_("As it stands in the archive. It is shown on the paper and the agenda."),
    )
