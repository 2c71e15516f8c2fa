"""Where the one leader who would decide a proposal is partial in it: it goes to the one above (fvl § 6; R12)."""

from collections.abc import Mapping

from django.utils.translation import gettext_lazy as _

from proposals import notifications as tell
from proposals.enums import ProposalStatus as S
from proposals.forms.fields import Answered
from proposals.routing import road
from proposals.workflow import effects, guards
from trepart.workflow import Step, Transition


def _where(step: Step[Answered]) -> Mapping[str, object]:
    body = step.subject.referral.body
    above = road.next_body(body)
    return {"body": body.name, "to": above.name if above else ""}


STEP_ASIDE: Transition[Answered] = Transition(
    name="step_aside",
    label=_("Leave it to the one above"),
    sources=frozenset({S.RECEIVED, S.IN_TREATMENT}),
    target=S.RECEIVED,
    permission="proposals.handle",
    guard=guards.all_of(guards.in_a_body, guards.has_next_body, guards.leader_is_partial),
    takes=Answered,
    effect=effects.step_aside,
    event="proposals.stepped_aside",
    describe=_where,
    words=("answer",),
    notify=(tell.PASSED_ON, tell.IN_QUEUE),
    offered=False,
)
