"""What lets a proposal go from a body under chapter 11 without a meeting: whose press it is, and who is told (R6).

Handing over and merging decide nothing: the proposal is treated whole elsewhere, its deadline stays, and the secretary
prepares that for the leader (fvl § 11), who is told. That it belongs elsewhere ends it here: that is not putting a case
on the list, which is the leader's (koml § 11-3). The members are told, since a third of them can demand it.
See docs/decisions/0047.
"""

from collections.abc import Iterable
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from forum.organisation.enums import SEATED, DecidesBy, Role
from forum.organisation.models import Body, Membership
from proposals.consent.who_answers import seats_of
from proposals.enums import Origin
from proposals.forms.handling import HandedOver, Merged
from proposals.models import Proposal
from proposals.notifications import Reply, context, url
from proposals.presenting import told_along
from trepart.access.models import User
from trepart.notices.announcing import Announcement
from trepart.workflow import Step, Words

if TYPE_CHECKING:
    from collections.abc import Mapping

LEADERS = (Role.LEADER, Role.DEPUTY_LEADER)


def leader_sets_the_list(step: Step) -> Words | None:
    """In a body under chapter 11 it is the leader who leaves a case off the list (koml § 11-3, R6)."""
    referral, actor = step.subject.referral, step.actor
    if referral is None or actor is None or step.basis is not None or not referral.body.chapter_11:
        return None
    if Membership.objects.filter(pk__in=seats_of(actor, referral.body_id), role__in=LEADERS).exists():
        return None
    return _(
        "The leader of %(body)s sets up the list of cases (Local Government Act § 11-3), and says that a case does not "
        "belong there. Ask the leader, or put it on an agenda."
    ) % {"body": referral.body}


def never_to_one_leader(step: Step[HandedOver]) -> Words | None:
    """What a part has put to the body goes to nobody who selects among it (R2)."""
    return _selects(step.subject, step.data.to_body)


def never_merged_with_one_leader(step: Step[Merged]) -> Words | None:
    """Nor does it become one with what such a one has (R2)."""
    referral = step.data.into.referral
    return _selects(step.subject, referral.body) if referral is not None else None


def never_merged_into_closed(step: Step[Merged]) -> Words | None:
    """Nor into what is closed: its answer could be told neither on the page of this one nor to its proposer
    (R18, R25)."""
    into = step.data.into
    if told_along.may_take_in(into):
        return None
    return _(
        "Fewer people may read %(reference)s than this one, so its answer could not be told to everybody who waits for "
        "it. Merge the other way round, or answer this one by itself."
    ) % {"reference": into.case.reference}


def _selects(proposal: Proposal, body: Body) -> Words | None:
    if proposal.origin != Origin.PART or body.decides_by != DecidesBy.LEADER:
        return None
    return _(
        "A part has put the case straight to the body. %(body)s is one leader, and does not select among those."
    ) % {"body": body}


def _people(step: Step) -> Iterable[User]:
    """The leaders of the body it left, and every member of it where the case ends by that; never whoever did it."""
    body = _body(step)
    if body is None or not body.chapter_11 or step.actor is None:
        return []
    roles = SEATED if step.transition.name == "elsewhere" else LEADERS
    seats = Membership.objects.running().filter(body=body, role__in=roles)
    return User.objects.filter(pk__in=seats.values("person"), is_active=True).exclude(pk=step.actor.pk)


def _body(step: Step) -> Body | None:
    return step.result.body if isinstance(step.result, Reply) else None


def _words(step: Step) -> "Mapping[str, object]":
    who = step.actor.name if step.actor is not None else ""
    ends = step.transition.name == "elsewhere"
    body = _body(step)
    by_part = body is not None and body.is_another_arrangement
    return context(step.subject, body=body, who=who, did=step.transition.label, ends=ends, by_part=by_part)


#: In the body it left: what was done in its name without a meeting, and by whom.
TOLD_WITHIN = Announcement(
    name="proposals.let_go",
    recipients=_people,
    template="proposals/waiting/mail/let_go",
    url=lambda step: url(step.subject),
    context=_words,
)
