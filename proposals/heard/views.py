"""The pages: asking the representatives, and saying a word."""

from django.utils.translation import gettext as _

from proposals.forms.fields import StepForm
from proposals.heard import services
from proposals.heard.forms import AskForm, WordForm
from proposals.models import Proposal
from proposals.presenting import errands
from proposals.views.steps import ErrandView
from trepart.access.web import permitted

_ERRANDS = {errand.name: errand for errand in errands.ERRANDS}


class AskView(ErrandView):
    """Those to be heard are asked."""

    access = permitted("proposals.handle")
    errand = _ERRANDS["hear"]
    form_class = AskForm

    def write(self, proposal: Proposal, form: StepForm, seen: int | None) -> None:
        """Ask them."""
        services.ask(proposal, actor=form.actor, seen=seen)

    def said(self) -> str:
        """Return what is said when it is done."""
        return _("They have been asked.")


class WordView(ErrandView):
    """A word from somebody who was asked."""

    access = permitted("proposals.say_word")
    errand = _ERRANDS["word"]
    form_class = WordForm

    def write(self, proposal: Proposal, form: StepForm, seen: int | None) -> None:
        """Write it down."""
        services.say(proposal, text=form.cleaned_data["text"], actor=form.actor, seen=seen)

    def said(self) -> str:
        """Return what is said when it is done."""
        return _("Those who have the proposal read what you have written.")
