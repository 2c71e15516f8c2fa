"""What the administrator fills in about the municipality itself."""

from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.db.models import TextChoices
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from forum.organisation.enums import OfficeKind, Role
from forum.organisation.models import Municipality
from trepart.access.roles import ROLES
from trepart.forms import DateInput, FileInput, LineField, PlainTextField
from trepart.languages import OWN_NAMES
from trepart.look import colours
from trepart.outdated_pages import ComparingForm


def _languages() -> list[tuple[str, str]]:
    return [(code, OWN_NAMES.get(code, code)) for code, _name in settings.LANGUAGES]


def _roles() -> list[tuple[str, object]]:
    """Return every role that gives rights, offices first, as words."""
    words: dict[str, object] = {}
    for kinds in (OfficeKind, Role):
        known: type[TextChoices] = kinds
        words |= {choice.value: capfirst(choice.label) for choice in known}
    found = dict.fromkeys(role for kind, role in sorted(ROLES, key=lambda place: place[0] != "office"))
    return [(role, words.get(role, role)) for role in found]


class MunicipalityForm(ComparingForm, forms.ModelForm[Municipality]):
    """The facts about the municipality."""

    languages = forms.MultipleChoiceField(
        label=_("Languages one can choose between"), widget=forms.CheckboxSelectMultiple()
    )
    default_language = forms.ChoiceField(
        label=_("The municipality's own language"),
        help_text=_("Pages before anybody has chosen, mail to those who have chosen none, and minutes."),
    )
    two_step_roles = forms.MultipleChoiceField(
        label=_("Must have a second step when they sign in"),
        required=False,
        widget=forms.CheckboxSelectMultiple(),
        help_text=_("A code from an app or a passkey. Whoever has none is asked to set it up at the next sign-in."),
    )
    accent = LineField(
        label=_("The municipality's colour"),
        required=False,
        max_length=7,
        help_text=_("Written as #0062ba. Left open, the portal keeps its own blue."),
        widget=forms.TextInput({"size": "9", "autocomplete": "off"}),
    )

    class Meta:
        model = Municipality
        fields = (
            "name", "address", "accent", "languages", "default_language", "answer_days", "waiting_months",
            "notice_days", "objection_days", "disagreement_days", "draft_days",
            "invitation_days", "unconfirmed_days", "two_step_roles", "accessibility_url", "accessibility_email",
            "privacy_url", "privacy_email", "feedback_url", "feedback_email", "new_act_from",
        )  # fmt: skip
        widgets = {"new_act_from": DateInput()}  # as Django wants it
        field_classes = {"name": LineField, "address": LineField}  # as above
        labels = {  # as above
            "name": _("Name"),
            "address": _("Postal address"),
            "answer_days": _("Days to answer a proposal"),
            "waiting_months": _("Months until an answer that is put off must come"),
            "notice_days": _("Days of notice before a meeting"),
            "objection_days": _("Working days to object to a provisional conclusion"),
            "disagreement_days": _("Days until a missing yes is disagreement"),
            "draft_days": _("Days a draft nobody sent is kept"),
            "invitation_days": _("Days an invitation can be used"),
            "unconfirmed_days": _("Days an account without a confirmed address is kept"),
            "accessibility_url": _("Accessibility statement, address on the web"),
            "accessibility_email": _("Accessibility, e-mail address"),
            "privacy_url": _("Privacy page, address on the web"),
            "privacy_email": _("Data protection officer, e-mail address"),
            "feedback_url": _("Where one tells what does not work, address on the web"),
            "feedback_email": _("Where one tells what does not work, e-mail address"),
            "new_act_from": _("The new Public Administration Act applies from"),
        }
        help_texts = {  # as above
            "address": _("Stands in the letterhead of what is printed."),
            "answer_days": _("What a new body begins with. Each body may have its own, on its page."),
            "waiting_months": _(
                "The farthest ahead that somebody can set the day for what is considered further, or answered "
                "preliminarily."
            ),
            "notice_days": _("What a new body begins with. Each body may have its own, on its page."),
            "objection_days": _(
                "Where an LMU or a coordination group has concluded, and leader and union representative have said "
                "yes. The same days are for representatives who are heard before one leader decides."
            ),
            "new_act_from": _(
                "Empty until the act of 20 June 2025 no. 81 is in force. From that day a proposer has an answer, or a "
                "preliminary one, within a month whatever a body has set, and what is cited on partiality and secrecy "
                "is that act."
            ),
            "disagreement_days": _("After this, any one member may send the proposal to the body above."),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("languages", "default_language"):
            self.fields[name].choices = _languages()  # type: ignore[attr-defined]  # choice fields, both
        self.fields["two_step_roles"].choices = _roles()  # type: ignore[attr-defined]  # as above
        for name, field in self.fields.items():
            if name.endswith("_url"):
                field.assume_scheme = "https"  # type: ignore[attr-defined]  # a URLField

    def clean_accent(self) -> str:
        """Take a colour on which white text can be read, or none; what is too light is refused with the nearest
        one that is dark enough."""
        colour = self.cleaned_data["accent"].strip().lower()
        if not colour:
            return ""
        if not colours.is_colour(colour):
            raise ValidationError(_("Write the colour as # and six signs, for example #0062ba."))
        found = colours.contrast(colour, "#ffffff")
        if found < colours.READABLE:
            raise ValidationError(
                _(
                    "White text on %(colour)s has a contrast of %(found)s, and at least 4.5 is needed to be read (WCAG "
                    "1.4.3). %(other)s is the same colour, dark enough."
                )
                % {"colour": colour, "found": f"{found:.1f}", "other": colours.darker(colour)}
            )
        return str(colour)

    def facts(self) -> dict[str, object]:
        """Return what was filled in, for the service."""
        return {name: self.cleaned_data[name] for name in self.Meta.fields}

    def _post_clean(self) -> None:
        """The service asks the model; the form's own row stays as it is until then."""


class LogoForm(forms.Form):
    """A coat of arms."""

    logo = forms.FileField(
        label=_("Picture"),
        widget=FileInput((".svg", ".png", ".jpg", ".jpeg", ".webp")),
        help_text=_("SVG is best; PNG, JPEG and WebP will do. At most 1 MB."),
    )


class TextForm(ComparingForm):
    """The municipality's own words in one place."""

    body = PlainTextField(
        label=_("Text"),
        required=False,
        max_length=4000,
        help_text=_("Plain text; an empty line makes a new paragraph. Left empty, the portal's own text is shown."),
    )
