"""What a clerk fills in for a proposer without an account: the sheet, how they are reached, letters, the account."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from allauth.account.models import EmailAddress
from django import forms
from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from forum.organisation.models import Unit
from proposals.enums import Origin, SentHow
from proposals.forms.fields import StepForm, date_field
from proposals.forms.submission import CorrectForm, SubmitForm, Submitted
from proposals.models import Letter
from proposals.routing import road
from trepart import clock, languages
from trepart.access import grants
from trepart.access.models import User
from trepart.alphabet import norwegian
from trepart.forms import LineField, PlainTextField, RadioSelect, Textarea, read_as

#: A sheet older than this (days) is a slip of the pen in the date.
_OLDEST = 366


def _when(form: StepForm, name: str) -> date | None:
    """Return the day in ``name``: not after today, and not so long ago that it must be a slip.
    Raises ``ValidationError``."""
    day = form.not_in_future(name)
    if day is not None and day < clock.today() - timedelta(days=_OLDEST):
        raise forms.ValidationError(_("That is more than a year ago. Look at the year again."), code="long_ago")
    return day


def language_choices() -> list[tuple[str, object]]:
    """Return the languages letters can be written in, the municipality's own first."""
    return [(code, languages.OWN_NAMES[code]) for code in languages.offered()]


class ContactForm(StepForm):
    """How the proposer is reached: by post, or by telephone where the letters are handed over."""

    name = LineField(label=_("Name"), max_length=150)
    address = PlainTextField(
        label=_("Postal address"),
        help_text=_("As it is to stand on the envelope, one line below the other. The answers are sent here."),
        max_length=300,
        required=False,
        widget=Textarea(rows=3),
    )
    telephone = LineField(
        label=_("Telephone"),
        help_text=_("Needed where there is no address: then you call when a letter can be fetched."),
        max_length=40,
        required=False,
    )
    language = forms.ChoiceField(label=_("Which language are the letters to be in?"))

    def names_hidden(self) -> Sequence[str]:
        """Ask about none: what is written here is the proposer's own, for those who send the letters."""
        return []

    def build(self) -> None:
        """Offer the languages, and start from what is known."""
        _offer_languages(self)
        sender = self.subject.sender
        if sender is not None:
            for name in ("name", "address", "telephone"):
                self.initial.setdefault(name, getattr(sender, name))
            self.initial.setdefault("language", languages.language_of(sender))

    def clean_name(self) -> str:
        """Keep the name on one line."""
        return " ".join(self.cleaned_data["name"].split())

    def clean(self) -> dict[str, object]:
        """Nobody whom no answer can reach (R18)."""
        data = super().clean() or self.cleaned_data
        _reachable(self, data)
        return data


def _offer_languages(form: forms.Form) -> None:
    field: Any = form.fields["language"]
    field.choices = language_choices()
    if len(field.choices) == 1:
        field.widget = forms.HiddenInput()
        field.initial = field.choices[0][0]


def _reachable(form: forms.Form, data: Mapping[str, object]) -> None:
    if not data.get("address") and not data.get("telephone") and not {"address", "telephone"} & set(form.errors):
        form.add_error("address", _("Write an address or a telephone number, so that the answer reaches the proposer."))


@dataclass(frozen=True, kw_only=True)
class Entered(Submitted):
    """A proposal as it stands on a sheet, the day the sheet came, and how the proposer is reached (R18)."""

    received_on: date
    name: str
    address: str
    telephone: str
    language: str


class PaperEntryForm(SubmitForm):
    """The sheet, word for word, when it came, the scan of it, and how the proposer is reached."""

    received_on = date_field(
        _("When did the municipality receive it?"),
        help_text=_("The day on the stamp. The answer is due counted from this day."),
    )
    name = ContactForm.base_fields["name"]
    address = ContactForm.base_fields["address"]
    telephone = ContactForm.base_fields["telephone"]
    language = ContactForm.base_fields["language"]

    field_order: tuple[str, ...] = (
        "received_on", "title", "what", "why", "expected_effect", "unit", "several_workplaces", "needs_grant",
        "grant_amount", "affects_users", "place", "for_association", "association", "name", "address", "telephone",
        "language", "show_name", "attachments",
    )  # fmt: skip

    def build(self) -> None:
        """Ask as the sheet asks; of workplaces, only those whose proposals the clerk receives."""
        super().build()
        if self.subject.origin == Origin.EMPLOYEE:
            field: Any = self.fields["unit"]
            field.label = _("Which workplace is it from?")
            field.queryset = receiving_units(self.actor)
            if len(field.queryset) == 1:
                field.initial = field.queryset[0].pk
                field.widget = forms.HiddenInput()
        for name, label in _ON_THE_SHEET.items():
            if name in self.fields:
                self.fields[name].label = label
                self.fields[name].help_text = ""
        self.fields["show_name"].help_text = _("Only where it is ticked on the sheet.")
        files = self.fields["attachments"]
        files.required = True
        files.label = _("The scanned sheet")
        files.help_text = _(
            "PDF or picture, up to %(limit)s MB, with whatever was enclosed. It is kept from others, since the "
            "address stands on it."
        ) % {"limit": settings.UPLOAD_MAX_BYTES // 1024 // 1024}
        _offer_languages(self)

    def clean_name(self) -> str:
        """Keep the name on one line."""
        return " ".join(self.cleaned_data["name"].split())

    def clean_received_on(self) -> date | None:
        """Not after today (R18)."""
        return _when(self, "received_on")

    def clean(self) -> dict[str, object]:
        """Nobody whom no answer can reach (R18)."""
        data = super().clean()
        _reachable(self, data)
        return data

    def read(self) -> Entered:
        return read_as(Entered, self)


#: What a field asks of the one who reads the sheet, rather than of the one who wrote it.
_ON_THE_SHEET = {
    "title": _("Title"),
    "what": _("What is proposed"),
    "why": _("Why"),
    "expected_effect": _("What will be better"),
    "several_workplaces": _("Is it ticked that it touches several workplaces?"),
    "needs_grant": _("Is it ticked that it needs money beyond the budget?"),
    "affects_users": _("Is it ticked that it touches those who use the service?"),
    "place": _("Which place it is about"),
    "for_association": _("Is it sent for an association?"),
    "association": _("Which association?"),
    "show_name": _("The name may be shown"),
}


class PaperCorrectForm(CorrectForm):
    """What was entered wrongly, put right until somebody has begun on it; the sheet itself is there to compare with."""

    def build(self) -> None:
        """Ask as the sheet asks."""
        super().build()
        for name, label in _ON_THE_SHEET.items():
            if name in self.fields:
                self.fields[name].label = label
                self.fields[name].help_text = ""


class LetterSentForm(forms.Form):
    """That a letter has been sent: how, and on which day."""

    how = forms.ChoiceField(
        label=_("How did it reach the proposer?"),
        choices=[(how.value, how.label) for how in (SentHow.POST, SentHow.BY_HAND)],
        initial=SentHow.POST.value,
        widget=RadioSelect(),
    )
    sent_on = date_field(_("When?"))

    def __init__(self, data: Mapping[str, object] | None = None, *, letter: Letter, prefix: str | None = None) -> None:
        super().__init__(data, prefix=prefix)
        self.letter = letter
        self.fields["sent_on"].initial = clock.today()

    def clean_sent_on(self) -> date:
        """Between the writing and today."""
        day: date = self.cleaned_data["sent_on"]
        if day > clock.today():
            raise forms.ValidationError(_("It cannot be later than today."), code="future")
        if day < timezone.localtime(self.letter.written_at).date():
            raise forms.ValidationError(_("The letter was not written yet that day."), code="early")
        return day


class AccountForm(StepForm):
    """Which account is the proposer's: known by a confirmed address, never by a name."""

    email = forms.EmailField(
        label=_("The e-mail address the proposer signs in with"),
        help_text=_("As the proposer has given it to you. It must be confirmed in the portal."),
    )
    sure = forms.BooleanField(
        label=_("I have made sure that the account is the proposer's own"),
        help_text=_("Whoever has the account can read everything in the case from now on, and gets the answers."),
    )

    def clean_email(self) -> User:
        """Return whose confirmed address it is. Raises ``ValidationError`` alike for an address nobody has and
        one nobody has confirmed."""
        rows = EmailAddress.objects.filter(email__iexact=self.cleaned_data["email"], verified=True)
        found = next((row.user for row in rows.select_related("user") if row.user.is_active), None)
        if found is None:
            raise forms.ValidationError(
                _(
                    "No account has confirmed this address. Ask the proposer to do so first, or look for a "
                    "slip of the pen."
                )
            )
        return found


def receiving_units(person: object) -> Any:
    """Return the workplaces whose proposals come in to a body where ``person`` receives paper."""
    ways = road.ways_into(grants.of(person).bodies("proposals.enter_paper"))
    found = Unit.objects.filter(closed_on__isnull=True).order_by(norwegian("name"))
    if Origin.EMPLOYEE not in ways:
        return found.none()
    units = ways[Origin.EMPLOYEE]
    return found if units is None else found.filter(pk__in=units)
