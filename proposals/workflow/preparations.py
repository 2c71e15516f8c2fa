"""What stands on the proposal itself, set before it is saved under its new status."""

from forum.organisation.models import Employment, Unit
from proposals.forms.deciding import (
    Adopted,
    AwaitsCouncil,
    CouncilAdopted,
    CouncilAnswered,
    SentToAuthority,
)
from proposals.forms.follow_up import CarriedOut
from proposals.forms.handling import Merged
from proposals.models import Proposal
from proposals.workflow.guards import waits_for_council
from trepart.workflow import Step


def set_follow_up(step: Step[Adopted]) -> None:
    """Note who adopted it, who carries it out, and by when."""
    proposal: Proposal = step.subject
    referral = proposal.referral or waits_for_council(proposal)
    proposal.adopted_by = referral.body if referral else None
    proposal.responsible = step.data.responsible
    proposal.responsible_unit = _unit_of(step)
    proposal.due_on = step.data.due_on
    proposal.ask_council_on = None


def _unit_of(step: Step[Adopted]) -> Unit | None:
    running = list(Employment.objects.running().filter(person=step.data.responsible).select_related("unit"))
    own = [employment.unit for employment in running if employment.unit_id == step.subject.unit_id]
    return own[0] if own else running[0].unit if running else None


def set_effect(step: Step[CarriedOut]) -> None:
    """Note what came of it."""
    proposal: Proposal = step.subject
    proposal.carried_out_on = step.data.carried_out_on
    proposal.effect = step.data.effect
    proposal.effect_saved = step.data.effect_saved
    proposal.effect_absence = step.data.effect_absence


def set_done(step: Step[CarriedOut]) -> None:
    """Note what came of what a body has both adopted and done."""
    set_effect(step)
    step.subject.adopted_by = step.subject.referral.body if step.subject.referral else None


def set_authority(step: Step[SentToAuthority]) -> None:
    """Note who has the authority, and when they are asked."""
    step.subject.awaits, step.subject.awaits_name = step.data.goes_to, step.data.goes_to_name.strip()
    set_ask(step)


def set_ask(step: Step[AwaitsCouncil]) -> None:
    """Note when whoever has the authority is asked again."""
    step.subject.ask_council_on = step.data.ask_council_on


def set_council_answer(step: Step[CouncilAnswered]) -> None:
    """Note what was decided by whoever has the authority."""
    step.subject.council_decided_on = step.data.council_decided_on
    step.subject.council_decision = step.data.council_decision
    step.subject.ask_council_on = None


def set_council_adopted(step: Step[CouncilAdopted]) -> None:
    """Note what was decided by whoever has the authority, and the follow-up."""
    set_council_answer(step)
    set_follow_up(step)


def set_merged(step: Step[Merged]) -> None:
    """Note which proposal it became one with."""
    step.subject.merged_into = step.data.into
