"""The question to whoever has sent a case in themselves before they have a say in it (fvl § 6; R12)."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from trepart.forms import RadioSelect

NO, YES = "no", "yes"


def partiality_field(help_text: Any) -> forms.ChoiceField:
    """Return the field that asks whether one is partial; ``help_text``, in lazy words, says what becomes of the
    answer."""
    return forms.ChoiceField(
        label=_("You have sent this in yourself. Are you partial in the case?"),
        help_text=help_text,
        choices=(
            (NO, _("No, I can weigh it fairly")),
            (YES, _("Yes, or others may think so: I step aside")),
        ),
        widget=RadioSelect(),
        error_messages={"required": _("Answer whether you are partial in the case.")},
    )
