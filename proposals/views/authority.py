"""The page where what was answered by whoever has the authority is put right."""

from django.utils.translation import gettext as _

from proposals.forms.deciding import CorrectCouncilForm
from proposals.forms.fields import StepForm
from proposals.models import Proposal
from proposals.presenting import errands
from proposals.views.steps import ErrandView
from proposals.workflow import authority_answers
from trepart.access.web import permitted


class CorrectCouncilView(ErrandView):
    """The day or the words were written down wrongly."""

    access = permitted("proposals.record_council")
    errand = next(errand for errand in errands.ERRANDS if errand.name == "correct_council")
    form_class = CorrectCouncilForm
    tells_proposer = True

    def write(self, proposal: Proposal, form: StepForm, seen: int | None) -> None:
        """Put it right."""
        said = form.cleaned_data
        authority_answers.correct(
            proposal, decided_on=said["council_decided_on"], decision=said["council_decision"],
            reason=said["reason"], answer=said["answer"], actor=form.actor, seen=seen,
        )  # fmt: skip

    def said(self) -> str:
        """Return what is said when it is done."""
        return _("It is put right, and the proposer has been told.")
