"""The one question that is asked near the button."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _

from forum.cases.forms.partiality import YES, partiality_field
from trepart.text.administration_act import Matter, cite


class PartialityForm(forms.Form):
    """Whether one is partial in what one has sent in oneself (fvl § 6)."""

    partial = partiality_field("")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["partial"].help_text = _(
            "Ask yourself whether others have reason to doubt that you can weigh it fairly (%(act)s). You are asked "
            "once, and what you answer is kept in the trail. If you step aside, the others who deal with the case are "
            "told, and will understand that you have sent it in."
        ) % {"act": cite(Matter.PARTIAL)}

    @property
    def is_partial(self) -> bool:
        """Say what a valid form answers."""
        answer: Any = self.cleaned_data["partial"]
        return bool(answer == YES)
