"""Who has stepped aside in a case neither prepares it: the law takes them out of laying the ground as well as of
deciding (fvl § 6; R12)."""

from django.utils.translation import gettext as _

from forum.meetings.core.closed import preparing
from forum.meetings.core.closed.stepped_aside import left_asked_once, those_who_left
from proposals.consent.impartiality import queries as impartiality
from proposals.consent.models import Conclusion
from proposals.models import Proposal
from trepart.access import policy
from trepart.access.models import User
from trepart.workflow import Step, Words

#: The rights by which a case is prepared, answered and sent on.
RIGHTS = frozenset(
    {
        "proposals.handle",
        "proposals.answer",
        "proposals.agree",
        "proposals.decide",
        "proposals.record_council",
        "proposals.correct_answer",
    }
)
#: How many of those who can do it instead are named.
_NAMED = 3


def why_not(proposal: Proposal, person: User) -> Words | None:
    """Return why ``person`` does not prepare ``proposal``, and who can do it instead; None where they may."""
    # Who has sent in what was merged into it is asked at the deed: it takes more to find out.
    referral = proposal.referral if proposal.is_by(person) else None
    if referral is not None and person.pk in impartiality.asked_once(referral):
        return impartiality.you_stepped_aside()
    left = left_asked_once(person, proposal.case)
    if not left:
        return None
    others = _others(proposal, person)
    if not others:
        return f"{preparing.why_not(left)} {_('Ask the one above to find somebody who can.')}"
    return f"{preparing.why_not(left)} {_('%(others)s can do it.') % {'others': ', '.join(others)}}"


def prepares(step: Step) -> Words | None:
    """Who has stepped aside in the case does not prepare it, answer it or send it on (fvl § 6, R12)."""
    if step.actor is None:
        return None
    # What a meeting decided, or a group has agreed on, is carried out by whoever presses.
    if step.basis is not None and not (isinstance(step.basis, Conclusion) and step.basis.status == ""):
        return None
    return why_not(step.subject, step.actor)


def _others(proposal: Proposal, person: User) -> list[str]:
    found = policy.people_who_can("proposals.handle", proposal).exclude(pk=person.pk)
    left = those_who_left(proposal.case)
    return [each.name for each in found.exclude(pk__in=left).order_by("name")[:_NAMED]]
