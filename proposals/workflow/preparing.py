"""Who has stepped aside in a case neither prepares it: the law takes them out of laying the ground as well as of
deciding (fvl § 6; R12)."""

from django.utils.translation import gettext as _

from forum.meetings.core.closed.stepped_aside import has_left, those_who_left
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
#: Where a case as fetched keeps who has been asked about: every step on a page asks.
_LEFT = "_stepped_aside_in_it"


def why_not(proposal: Proposal, person: User) -> Words | None:
    """Return why ``person`` does not prepare ``proposal``, and who can do it instead; None where they may."""
    referral = proposal.referral
    if referral is not None and person.pk in impartiality.asked_once(referral):
        return impartiality.you_stepped_aside()
    if not _has_left(proposal, person):
        return None
    others = _others(proposal, person)
    if not others:
        return _(
            "You have stepped aside in the case, so you do not prepare it either (Public Administration Act § 6). Ask "
            "the one above to find somebody who can."
        )
    return _(
        "You have stepped aside in the case, so you do not prepare it either (Public Administration Act § 6). "
        "%(others)s can do it."
    ) % {"others": ", ".join(others)}


def prepares(step: Step) -> Words | None:
    """Who has stepped aside in the case does not prepare it, answer it or send it on (fvl § 6, R12)."""
    if step.actor is None:
        return None
    # What a meeting decided, or a group has agreed on, is carried out by whoever presses.
    if step.basis is not None and not (isinstance(step.basis, Conclusion) and step.basis.status == ""):
        return None
    return why_not(step.subject, step.actor)


def _has_left(proposal: Proposal, person: User) -> bool:
    known: dict[int, bool] = proposal.case.__dict__.setdefault(_LEFT, {})
    if person.pk not in known:
        known[person.pk] = has_left(person, proposal.case)
    return known[person.pk]


def _others(proposal: Proposal, person: User) -> list[str]:
    found = policy.people_who_can("proposals.handle", proposal).exclude(pk=person.pk)
    left = those_who_left(proposal.case)
    return [each.name for each in found.exclude(pk__in=left).order_by("name")[:_NAMED]]
