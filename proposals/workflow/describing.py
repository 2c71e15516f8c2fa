"""What the events of a proposal's steps say besides their words."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence

from django.db.models import Model

from forum.delegations.enums import power_of
from forum.meetings.log import presence_on
from forum.organisation.models import Membership
from proposals.consent.models import Conclusion
from proposals.consent.queries import answers
from proposals.forms import consensus, deciding, handling
from proposals.paper_intake.forms import Entered
from proposals.routing import road
from proposals.workflow import guards
from trepart.workflow import Step

Describe = Callable[[Step[object]], Mapping[str, object]]


def about(*names: str) -> Describe:
    """Return what an event says besides its words: the body that acted, the agenda item it carries out, and the dates
    and choices in ``names``."""

    def describe(step: Step[object]) -> Mapping[str, object]:
        referral = step.subject.referral or guards.waits_for_council(step.subject)
        found: dict[str, object] = {"body": referral.body.name if referral else ""}
        if isinstance(step.basis, Conclusion):
            found["conclusion"] = step.basis.pk
            found["parts"], found["silent"] = answers(step.basis)
        elif step.basis is not None:
            found["item"] = step.basis.pk
            found["item_label"] = step.basis.label
        given = step.data
        if isinstance(given, consensus.Agreed):
            found["held_on"] = given.held_on
            logged = presence_on(referral, given.held_on) if referral is not None else None
            if logged is None:
                met, lent = list(given.participants), [each.pk for each in given.stand_ins.values()]
            else:
                # Who has been put right in the log since was there, or was not, as it says.
                met = [row.membership for row in logged if row.present]
                lent = [row.stand_in_id for row in logged if row.present and row.stand_in_id is not None]
            found["participants"] = [member.pk for member in met]
            if lent:
                found["stand_ins"] = lent
            found.setdefault("parts", _parts(met))
        for name in names:
            value = getattr(given, name)
            found[name] = value.pk if isinstance(value, Model) else value
        return found

    return describe


def adopted(step: Step[object]) -> Mapping[str, object]:
    """Say who carries it out and by when, and what the yes of the body is worth (R24, R34, R35)."""
    referral = step.subject.referral
    power = {"power": power_of(referral.body.legal_basis).value} if referral else {}
    return {**about("responsible", "due_on")(step), **power}


def _parts(members: Sequence[Membership]) -> list[tuple[str, int]]:
    """Count who was there, by part; whoever belongs to none (safety and user representatives) by role. No words: each
    reads it in their own language."""
    counted = Counter(member.part or member.role for member in members)
    return list(counted.items())


def to_next(step: Step[object]) -> Mapping[str, object]:
    """Say which body it goes on to."""
    referral = step.subject.referral
    above = road.next_body(referral.body) if referral else None
    return {**about()(step), "to": above.name if above else ""}


def to_authority(step: Step[deciding.SentToAuthority]) -> Mapping[str, object]:
    """Say who has the authority it is recommended to, and the day they are asked."""
    return {**about("ask_council_on")(step), "authority": step.data.goes_to_name.strip() or step.data.goes_to}


def answered(*names: str) -> Describe:
    """Return what an answer from whoever has the authority says besides its words."""
    return lambda step: {**about(*names)(step), "authority": step.subject.awaits_name or step.subject.awaits}


def sent_back(step: Step[deciding.SentBack]) -> Mapping[str, object]:
    """Say to which body it goes back, and whether user representatives are to join."""
    given = step.data
    return {
        **about()(step),
        "to": given.back_to.name,
        "back_to": given.back_to.pk,
        "needs_user_representatives": given.needs_user_representatives,
    }


def passed_on(step: Step[handling.PassedOn]) -> Mapping[str, object]:
    """Say which workplace it goes to."""
    return {**about("unit")(step), "to": step.data.unit.name}


def handed_over(step: Step[handling.HandedOver]) -> Mapping[str, object]:
    """Say which body it is handed over to."""
    return {**about()(step), "to": step.data.to_body.name}


def elsewhere(step: Step[handling.PointedElsewhere]) -> Mapping[str, object]:
    """Say where it belongs."""
    return {**about()(step), "to": step.data.belongs_to}


def submitted(step: Step[object]) -> Mapping[str, object]:
    """Say what came in, as what, and from where."""
    proposal = step.subject
    return {
        "reference": proposal.case.reference,
        "origin": proposal.origin,
        "unit": proposal.unit.name if proposal.unit else "",
        "on_behalf_of": proposal.on_behalf_of.name if proposal.on_behalf_of else "",
    }


def entered(step: Step[Entered]) -> Mapping[str, object]:
    """Say what came in on paper, and the day it came."""
    return {**submitted(step), "received_on": step.data.received_on}


def merged(step: Step[handling.Merged]) -> Mapping[str, object]:
    """Say what it was merged into."""
    into = step.data.into
    return {**about()(step), "into": into.case.reference, "into_case": into.case_id}
