"""Who is to be asked about being partial in a proposal, what they have answered, and what it means for the others."""

from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from forum.cases.models import Referral
from forum.organisation.enums import DecidesBy, Part, Role
from forum.organisation.models import Membership
from proposals.consent.impartiality.models import PartialityAnswer
from proposals.enums import ProposalStatus
from proposals.models import Proposal
from trepart.text.administration_act import Matter, cite

if TYPE_CHECKING:
    from trepart.access.models import User
    from trepart.workflow import Words

#: Where a stay keeps what :func:`asked_once` found.
_ASIDE = "_stepped_aside"


def sent_in(proposal: Proposal, person: "User") -> bool:
    """Say whether ``person`` has sent in the proposal, or one that was merged into it."""
    if proposal.is_by(person):
        return True
    layer = [proposal.pk]
    known = set(layer)
    while layer:
        merged = Proposal.objects.filter(merged_into__in=layer).exclude(pk__in=known).values_list("pk", "proposer")
        layer = []
        for pk, proposer in merged:
            if proposer == person.pk:
                return True
            layer.append(pk)
        known.update(layer)
    return False


def has_answered(referral: Referral, person: "User") -> bool:
    """Say whether ``person`` has said whether they are partial, in this stay of the proposal."""
    return PartialityAnswer.objects.filter(referral=referral, person=person).exists()


def stay_of(proposal: Proposal) -> Referral | None:
    """Return the stay somebody has a say in: where the proposal is, or, of an adopted measure, the last one, where it
    was adopted."""
    if proposal.referral is not None or proposal.status != ProposalStatus.ADOPTED:
        return proposal.referral
    return Referral.objects.filter(case=proposal.case_id).select_related("body").order_by("-pk").first()


def is_asked(proposal: Proposal, person: "User") -> bool:
    """Say whether ``person`` still has to say whether they are partial before they have a say in ``proposal``."""
    referral = stay_of(proposal)
    return referral is not None and sent_in(proposal, person) and not has_answered(referral, person)


def stepped_aside(referral: Referral) -> frozenset[int]:
    """Return who has said that they are partial, by number."""
    found = PartialityAnswer.objects.filter(referral=referral, partial=True)
    return frozenset(found.values_list("person", flat=True))


def asked_once(referral: Referral) -> frozenset[int]:
    """Return who has said that they are partial, asked once of a stay as fetched: every step on a page asks."""
    if _ASIDE not in referral.__dict__:
        referral.__dict__[_ASIDE] = stepped_aside(referral)
    found: frozenset[int] = referral.__dict__[_ASIDE]
    return found


def leaders_of(body_id: int) -> set[int]:
    """Return who leads the body today, by number."""
    return set(Membership.objects.running().filter(body=body_id, role=Role.LEADER).values_list("person", flat=True))


def leader_is_aside(referral: Referral) -> bool:
    """Say whether the leader of a body where one leader decides has said that they are partial."""
    if referral.body.decides_by != DecidesBy.LEADER or not asked_once(referral):
        return False
    return not leaders_of(referral.body_id).isdisjoint(asked_once(referral))


def you_stepped_aside() -> str:
    """Return what is said to somebody who has said that they are partial."""
    return _("You have said that you are partial in the case, so others deal with it (%(act)s).") % {
        "act": cite(Matter.PARTIAL)
    }


def barred(referral: Referral, person: "User") -> "Words | None":
    """Return why ``person`` has no say in this stay of the proposal; None where they have (fvl § 6)."""
    if person.pk in asked_once(referral):
        return you_stepped_aside()
    if leader_is_aside(referral):
        return _("The leader is partial in the case. Then nobody directly below decides it either (%(act)s).") % {
            "act": cite(Matter.BELOW)
        }
    return None


def is_below(seat: Membership, leader: Membership) -> bool:
    """Say whether ``seat`` is held by somebody directly below a leader in the line, who decides nothing where that
    leader is partial (fvl § 6 third paragraph)."""
    return seat.part == Part.ADMINISTRATION and leader.part == Part.ADMINISTRATION
