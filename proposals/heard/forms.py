"""A word from a union or safety representative, and asking for it."""

from django.utils.translation import gettext_lazy as _

from proposals.forms.fields import ANSWER_LENGTH, StepForm
from proposals.heard.who_is_heard import word_of
from trepart.forms import PlainTextField, Textarea


class AskForm(StepForm):
    """Nothing to fill in: they are asked."""


class WordForm(StepForm):
    """What one thinks of the proposal, for those one represents."""

    text = PlainTextField(
        label=_("What do you think?"),
        help_text=_(
            "A few words are enough. Whoever has the proposal reads them before it ends, and so does whoever proposed "
            "it. Nothing counts as your agreement."
        ),
        max_length=ANSWER_LENGTH,
        widget=Textarea(rows=5),
        error_messages={"required": _("Write what you think.")},
    )

    def build(self) -> None:
        """Begin with what one has said."""
        word = word_of(self.subject, self.actor) if self.actor is not None else None
        self.fields["text"].initial = word.text if word is not None else ""
