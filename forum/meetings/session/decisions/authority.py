"""What a decision rests on: the delegation in force that day; where none fits, the body recommends (R34-R37)."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from forum.cases.case_owners import is_carried_out_by_owner, owner_of
from forum.cases.enums import Resolution
from forum.cases.matters import Matter
from forum.delegations import judging
from forum.delegations.enums import Power, power_of
from forum.delegations.models import Delegation
from forum.meetings.core.models import AgendaItem, Decision, Meeting
from forum.meetings.enums import TAKEN_NOTE_OF
from trepart.refusals import GuardRefused

Offered = list[tuple[Resolution, str | Promise | None]]


@dataclass(frozen=True, kw_only=True)
class Rests:
    """What a yes or a no rests on. ``own_affairs``: how the body itself works and what it says, which takes no
    delegation and gives no money."""

    delegation: Delegation | None = None
    own_affairs: bool = False
    amount: int | None = None


def standing(decision: Decision) -> Rests:
    """Return what ``decision`` rests on as it stands."""
    own = bool(decision.options.get("own_affairs"))
    return Rests(delegation=decision.delegation, own_affairs=own, amount=decision.amount)


def day_of_decision(meeting: Meeting) -> date:
    """Return the day whose delegations count: when the meeting was held, also where it lasts past midnight."""
    return timezone.localtime(meeting.opened_at or meeting.starts_at).date()


def in_force(meeting: Meeting) -> list[Delegation]:
    """Return what the body may decide on the day of ``meeting``; asked once for each time the meeting is fetched, so
    that a page of thirty cases asks no more than one of three."""
    found: list[Delegation] | None = meeting.__dict__.get("delegations_in_force")
    if found is None:
        found = judging.in_force(meeting.body, day_of_decision(meeting))
        meeting.__dict__["delegations_in_force"] = found
    return found


def matter_of(item: AgendaItem) -> Matter | None:
    """Return what a delegation is held against in ``item``; None where no delegation is asked for: minutes to approve,
    elections, views to the municipal council, and bodies that agree or decide by their own right."""
    if power_of(item.meeting.body.legal_basis) not in (Power.DELEGATED, Power.RECOMMENDS):
        return None
    if item.kind in TAKEN_NOTE_OF or item.approves_id is not None or list(item.elections.all()):
        return None
    owner = owner_of(item.referral)
    return Matter() if owner is None or item.referral is None else owner.matter(item.referral)


def is_judged(item: AgendaItem, resolution: Resolution) -> bool:
    """Say whether ``resolution`` disposes of a case that has an owner, or adopts something in one that has none."""
    owned = is_carried_out_by_owner(item.referral)
    return resolution == Resolution.ADOPT or (owned and resolution == Resolution.DECLINE)


def choices(item: AgendaItem, resolution: Resolution) -> list[Delegation]:
    """Return the delegations a decision of this kind may rest on, with a sum that is not known yet left open."""
    matter = matter_of(item)
    if matter is None or not is_judged(item, resolution):
        return []
    found = in_force(item.meeting)
    return judging.fitting(found, _asked(matter), gives=resolution == Resolution.ADOPT)


def _asked(matter: Matter) -> Matter:
    return replace(matter, amount=0) if matter.money and matter.amount is None else matter


def judged(item: AgendaItem, offered: Offered) -> Offered:
    """Return ``offered`` with what the body has no authority for shut, and the recommendation first where the body
    cannot decide; a case without an owner may always be recommended to whoever has the authority."""
    matter = matter_of(item)
    if matter is None:
        return offered
    owned = is_carried_out_by_owner(item.referral)
    body, day = item.meeting.body, day_of_decision(item.meeting)
    found = in_force(item.meeting)
    if not owned and Resolution.TO_COUNCIL not in dict(offered):
        offered = [offered[0], (Resolution.TO_COUNCIL, None), *offered[1:]]
    result: Offered = []
    for resolution, why in offered:
        if why is None and owned and is_judged(item, resolution):
            gives = resolution == Resolution.ADOPT
            if not judging.fitting(found, _asked(matter), gives=gives):
                why = judging.none_fits(body, found, _asked(matter), day, gives=gives)
        result.append((resolution, why))
    decides = bool(found) if not owned else dict(result).get(Resolution.ADOPT) is None
    if decides:
        return result
    first = [line for line in result if line[0] in (Resolution.RECOMMEND, Resolution.TO_COUNCIL)]
    return [*first, *(line for line in result if line not in first)]


def rest(
    item: AgendaItem,
    resolution: Resolution,
    *,
    delegation: Delegation | None = None,
    own_affairs: bool = False,
    amount: int | None = None,
) -> Rests:
    """Return what a decision rests on: what was said, or the only delegation in force that covers it.

    Raises ``GuardRefused`` where nothing in force on the day covers the matter and the sum, where what was said does
    not, where several do and none was named, and for money in the body's own affairs; the body then recommends.
    """
    matter = matter_of(item)
    if matter is None or not is_judged(item, resolution):
        return Rests()
    body, day = item.meeting.body, day_of_decision(item.meeting)
    gives = resolution == Resolution.ADOPT
    said = replace(matter, amount=matter.amount if amount is None else amount)
    if own_affairs:
        if is_carried_out_by_owner(item.referral):
            raise GuardRefused(
                _("A proposal is not the body's own affairs. Say which delegation the decision rests on.")
            )
        if said.amount:
            raise GuardRefused(_("The body's own affairs give no money. Say which delegation the decision rests on."))
        return Rests(own_affairs=True)
    if never := judging.only_recommends(body):
        raise GuardRefused(never)
    found = in_force(item.meeting)
    if delegation is not None:
        return _named(delegation, found, said, gives=gives)
    fits = judging.fitting(found, said, gives=gives)
    if not fits:
        raise GuardRefused(judging.none_fits(body, found, said, day, gives=gives))
    if len(fits) > 1:
        raise GuardRefused(_("Say which delegation the decision rests on (Local Government Act § 5-3)."))
    return Rests(delegation=fits[0], amount=(said.amount or None) if gives else None)


def _named(delegation: Delegation, found: Sequence[Delegation], said: Matter, *, gives: bool) -> Rests:
    here = next((one for one in found if one.pk == delegation.pk), None)
    if here is None:
        raise GuardRefused(_("That delegation is not in force for this body on the day of the meeting."))
    if why := judging.why_not(here, said, gives=gives):
        raise GuardRefused(
            _("The decision cannot rest on that delegation. %(why)s Recommend it instead (Local Government Act § 5-3).")
            % {"why": why}
        )
    return Rests(delegation=here, amount=(said.amount or None) if gives else None)
