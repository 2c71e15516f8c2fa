"""What the members of the body above demand, goes up to it, whatever the one leader selects (koml § 11-3; R6)."""

from collections.abc import Mapping

from django.utils.translation import gettext_lazy as _

from forum.meetings.agenda.models import Demand
from proposals import notifications as tell
from proposals.enums import ProposalStatus as S
from proposals.forms.fields import Answered
from proposals.workflow import effects, guards
from trepart.workflow import Step, Transition, Words


def _is_demanded(step: Step) -> Words | None:
    """A demand that binds names the case, and one leader below that body has it."""
    demand, referral = step.basis, step.subject.referral
    if not isinstance(demand, Demand) or demand.binding_at is None or demand.case_id != step.subject.case_id:
        return _("Nobody demands the case.")
    if referral is None or referral.body.superior_id != demand.body_id:
        return _("The case does not wait with the one who prepares cases for that body.")
    return None


def _where(step: Step[Answered]) -> Mapping[str, object]:
    return {"body": step.subject.referral.body.name, "to": step.basis.body.name, "demand": step.basis.pk}


BRING_UP: Transition[Answered] = Transition(
    name="bring_up",
    label=_("Bring up what is demanded"),
    sources=frozenset({S.RECEIVED, S.IN_TREATMENT}),
    target=S.RECEIVED,
    permission=None,
    automatic=True,
    guard=guards.all_of(guards.in_a_body, _is_demanded),
    takes=Answered,
    effect=effects.bring_up,
    event="proposals.brought_up",
    describe=_where,
    words=("answer",),
    notify=(tell.BROUGHT_UP, tell.IN_QUEUE, tell.DEMANDED_FROM),
    offered=False,
)
