"""Forms ahead of the municipal council: its list, each case of it, what became of a case, and sending the views."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.forms.utils import ErrorDict
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from forum.cases.legal_bases import PROVISIONS
from forum.council import list_import
from forum.council.enums import CouncilFollowed
from forum.council.list_import import Found
from forum.council.list_import.records import key_of, read_number, tidy
from forum.council.models import CouncilCase
from forum.meetings.core.models import Meeting
from forum.meetings.core.queries import day_of
from forum.organisation.models import Body, BodyFunction
from trepart import clock
from trepart.access.models import User
from trepart.forms import DateInput, FileInput, LineField, PlainTextField, RadioSelect, Textarea, read_as
from trepart.text.normal import LONGEST_TITLE
from trepart.uploads import door

#: How far ahead the council's meeting can lie: what is further off is a slip of the finger.
FURTHEST = timedelta(days=400)
#: Stands in the choice of a legal basis where the list says that the case is exempt, and nobody has said on what basis.
UNSAID = "?"


class RawField(forms.CharField):
    """A whole list as text, as it was pasted: tabs and line breaks are what it is read by, and the clean
    value keeps them."""

    widget = Textarea

    def __init__(self, **options: Any) -> None:
        super().__init__(strip=False, **options)


class ListForm(forms.Form):
    """The council's list: pasted, or a file; and, where there is more than one council, whose."""

    mark_optional = False
    text = RawField(
        label=gettext_lazy("Paste the case list here"),
        required=False,
        widget=Textarea(rows=10),
        help_text=gettext_lazy("As you copy it from a web page or a PDF. Lines that are no cases are left out."),
    )
    file = forms.FileField(
        label=gettext_lazy("Or choose a file (CSV or JSON)"),
        required=False,
        widget=FileInput((".csv", ".json", ".txt")),
    )
    council = forms.ModelChoiceField(
        label=gettext_lazy("Whose list"), queryset=Body.objects.none(), empty_label=None, required=True
    )

    def __init__(
        self,
        data: Mapping[str, object] | None = None,
        files: MultiValueDict[str, UploadedFile] | None = None,
        *,
        councils: Sequence[Body],
    ) -> None:
        super().__init__(data, files)
        _offer_councils(self, councils)

    def clean(self) -> dict[str, object]:
        """Read the list; ``reading`` is what was understood, ``raw`` the text it was read from."""
        cleaned = super().clean() or {}
        upload, text = cleaned.get("file"), cleaned.get("text") or ""
        where = "file" if upload else "text"
        if not upload and not text.strip():
            if "file" not in self.errors:
                self.add_error("text", _("Paste the list, or choose a file."))
            return cleaned
        try:
            if upload:
                # Not a byte more than is needed to see that it is too much.
                content = door.looked_at(upload, list_import.MOST_BYTES)
                text = RawField(required=False).clean(list_import.decode(content))
            cleaned["reading"] = list_import.read(text)
            cleaned["raw"] = text
        except ValidationError as error:
            self.add_error(where, error)
        return cleaned


def _offer_councils(form: forms.Form, councils: Sequence[Body]) -> None:
    field: Any = form.fields["council"]
    field.queryset = Body.objects.filter(pk__in=[council.pk for council in councils])
    if len(councils) == 1:
        field.widget = forms.HiddenInput()
        form.initial["council"] = councils[0].pk


class TakeInForm(forms.Form):
    """What holds for all the cases: when the council meets, under which hat they are treated, what is recommended
    unless something else is said."""

    council = forms.ModelChoiceField(label=gettext_lazy("Whose list"), queryset=Body.objects.none(), empty_label=None)
    held_on = forms.DateField(label=gettext_lazy("The municipal council meets"), widget=DateInput)
    function = forms.ModelChoiceField(
        label=gettext_lazy("Treated as"),
        queryset=BodyFunction.objects.none(),
        required=False,
        empty_label=gettext_lazy("Nothing in particular"),
    )
    recommendation = PlainTextField(
        label=gettext_lazy("Recommendation in each case"),
        required=False,
        max_length=2000,
        widget=Textarea(rows=2),
        help_text=gettext_lazy(
            "Can be changed case by case on the agenda. Cases with a recommendation can be treated together, "
            "by one vote."
        ),
    )

    def __init__(
        self,
        data: Mapping[str, object] | None = None,
        *,
        meeting: Meeting,
        councils: Sequence[Body],
        functions: Sequence[BodyFunction],
        initial: Mapping[str, object] | None = None,
    ) -> None:
        said = _("%(body)s has no remarks to the case.") % {"body": meeting.body.name}
        super().__init__(data, initial={"recommendation": said, **(initial or {})})
        self.meeting = meeting
        _offer_councils(self, councils)
        if functions:
            # It is a choice field.
            self.fields["function"].queryset = BodyFunction.objects.filter(  # type: ignore[attr-defined]
                pk__in=[f.pk for f in functions]
            )
        else:
            del self.fields["function"]

    def clean_held_on(self) -> date | None:
        """Refuse a council that meets before the body does: a view would come too late; and a day out of reach."""
        day = self.cleaned_data["held_on"]
        if day < day_of(self.meeting):
            raise ValidationError(
                _("The municipal council meets before this meeting then, and a view would come too late."), code="past"
            )
        if day > day_of(self.meeting) + FURTHEST:
            raise ValidationError(_("Choose a day within a year of this meeting."), code="far")
        return day


class CaseForm(forms.Form):
    """One case as it was read, to be looked over: taken in or left out, and mended first where it was read wrongly.
    What is left out is not judged."""

    mark_optional = False
    take = forms.BooleanField(required=False)
    number = LineField(label=gettext_lazy("Case number"), required=False, max_length=40)
    title = LineField(
        label=gettext_lazy("Title"), required=False, widget=forms.Textarea(attrs={"rows": "2", "cols": False})
    )
    archive = LineField(label=gettext_lazy("Folder in the archive"), required=False, max_length=40)
    url = forms.URLField(label=gettext_lazy("Link"), required=False, max_length=500, assume_scheme="https")
    exempt = forms.ChoiceField(label=gettext_lazy("Who may read it"), required=False)

    def __init__(
        self, data: Mapping[str, object] | None = None, *, at: int, found: Found | None = None, take: bool = True
    ) -> None:
        super().__init__(data, prefix=f"sak{at}", initial=_initial(found, take=take))
        self.at = at
        self.note = ""
        self.lines = ", ".join(str(line) for line in found.at) if found is not None else ""
        exempt: Any = self.fields["exempt"]
        said = [(UNSAID, _("Exempt: choose on what basis"))]
        exempt.choices = [
            ("", _("Everybody")),
            *said,
            *((provision, f"{provision}: {label}") for provision, label in PROVISIONS),
        ]
        self.fields["take"].label = _("Take in")

    @property
    def taken(self) -> bool:
        """Say whether the case is to be taken in, as it is ticked now."""
        return bool(self["take"].value())

    def full_clean(self) -> None:
        """Judge what is to be taken in; what is left out may be as it is."""
        if self.is_bound and not self.taken:
            self._errors = ErrorDict()
            self.cleaned_data = {"take": False}
            return
        super().full_clean()

    def clean(self) -> dict[str, object]:
        """See that number, title and access are said."""
        cleaned = super().clean() or {}
        number = read_number(cleaned.get("number", ""))
        if not number:
            self.add_error("number", _("Write the case number like 45/26 or PS 45/26."))
        cleaned["number"], cleaned["key"] = number, key_of(number)
        cleaned["title"] = tidy(cleaned.get("title", ""))
        if not cleaned["title"]:
            self.add_error("title", _("Write what the case is about."))
        elif len(cleaned["title"]) > LONGEST_TITLE:
            self.add_error("title", _("Shorten the title to %(most)s characters.") % {"most": LONGEST_TITLE})
        cleaned["archive"] = tidy(cleaned.get("archive", ""))
        if cleaned.get("exempt") == UNSAID:
            self.add_error("exempt", _("Say on what legal basis it is closed (R25)."))
        return cleaned


def _initial(found: Found | None, *, take: bool) -> dict[str, object]:
    if found is None:
        return {}
    return {
        "take": take,
        "number": found.number,
        "title": found.title,
        "archive": found.archive,
        "url": found.url,
        "exempt": _basis_in(found.exempt) if found.exempt else "",
    }


def _basis_in(words: str) -> str:
    """Return the provision that the list itself names; otherwise that one is to be chosen."""
    plain = words.lower().replace("\u00a0", " ")
    named = [p for p, _label in PROVISIONS if p.lower() in plain or p.lower().replace("offl.", "offl") in plain]
    return max(named, key=len) if named else UNSAID


class RawForm(forms.Form):
    """The text the list was read from: to be read again when it has been mended."""

    mark_optional = False
    raw = RawField(
        label=gettext_lazy("The text as it was read"),
        widget=Textarea(rows=12),
        help_text=gettext_lazy("Mend a line here and read the list again. What you have changed above is then lost."),
    )


class StepForm(forms.Form):
    """A form of one step, built ``Form(data, files, subject=…, actor=…)``."""

    def __init__(
        self,
        data: Mapping[str, object] | None = None,
        files: MultiValueDict[str, UploadedFile] | None = None,
        *,
        subject: CouncilCase,
        actor: User,
        initial: dict[str, object] | None = None,
    ) -> None:
        super().__init__(data, initial=initial)
        self.subject = subject


@dataclass(frozen=True, kw_only=True)
class CouncilDecided:
    """What the municipal council decided, when, and how that stands to the view."""

    decided_on: date
    decision: str
    followed: str


@dataclass(frozen=True, kw_only=True)
class TakenOff:
    """Why the council has taken a case off its list."""

    reason: str


class DecidedForm(StepForm):
    """What the municipal council decided in the case, and how that stands to the view."""

    decided_on = forms.DateField(label=gettext_lazy("When"), widget=DateInput)
    decision = PlainTextField(
        label=gettext_lazy("What the municipal council decided"), max_length=5000, widget=Textarea(rows=4)
    )
    followed = forms.ChoiceField(label=gettext_lazy("Beside the view"), widget=RadioSelect)

    def __init__(
        self,
        data: Mapping[str, object] | None = None,
        files: MultiValueDict[str, UploadedFile] | None = None,
        *,
        subject: CouncilCase,
        actor: User,
        initial: Mapping[str, object] | None = None,
    ) -> None:
        day = min(subject.case_list.held_on, clock.today())
        known = {
            "decided_on": subject.decided_on or day,
            "decision": subject.decision,
            "followed": subject.followed,
        }
        super().__init__(data, files, subject=subject, actor=actor, initial={**known, **(initial or {})})
        offered = [
            choice
            for choice in CouncilFollowed
            if (choice != CouncilFollowed.NO_VIEW if subject.view else choice in _WITHOUT_VIEW)
        ]
        # It is a choice field.
        self.fields["followed"].choices = [  # type: ignore[attr-defined]
            (c.value, str(c.label).capitalize()) for c in offered
        ]

    def clean_decided_on(self) -> date | None:
        """Refuse a day to come."""
        day = self.cleaned_data["decided_on"]
        if day > clock.today():
            raise ValidationError(_("The municipal council has not met yet on that day."), code="ahead")
        return day

    def read(self) -> CouncilDecided:
        return read_as(CouncilDecided, self)


_WITHOUT_VIEW = (CouncilFollowed.NO_VIEW, CouncilFollowed.POSTPONED)


class TakenOffForm(StepForm):
    """Why the council has taken the case off its list."""

    reason = PlainTextField(label=gettext_lazy("Why?"), max_length=500, widget=Textarea(rows=2))

    def read(self) -> TakenOff:
        return read_as(TakenOff, self)


class SendForm(forms.Form):
    """Sending the views: what a new version corrects, and how the sheet is handed over where nobody of the
    council is in the portal."""

    reason = PlainTextField(
        label=gettext_lazy("What is corrected, and why"),
        max_length=1000,
        help_text=gettext_lazy("Stands in the new version for all to read."),
    )
    handed_over = LineField(
        label=gettext_lazy("To whom, and how"),
        max_length=200,
        help_text=gettext_lazy("For example: the council's secretariat, by e-mail with the PDF."),
    )

    def __init__(self, data: Mapping[str, object] | None = None, *, again: bool, by_hand: bool) -> None:
        super().__init__(data)
        if not again:
            del self.fields["reason"]
        if not by_hand:
            del self.fields["handed_over"]
