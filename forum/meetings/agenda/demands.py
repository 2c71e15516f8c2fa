"""What a third of the members can demand: a case on the agenda, or a meeting (koml §§ 11-2, 11-3; R6).

In another arrangement (annen ordning) a whole part can too, by the body's own rules, also where it is less than a
third. A demand may name a case that waits with the one leader who selects what the body gets: it goes up when the
demand binds, and stays until the body has decided.
"""

from collections import defaultdict
from collections.abc import Collection
from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from forum.cases import demanded_cases
from forum.cases.enums import ReferralStatus, Resolution
from forum.cases.models import Case, Referral
from forum.meetings.agenda.body_queue import WAS_POSTPONED, postponed
from forum.meetings.agenda.models import Demand, DemandSupport
from forum.meetings.agenda.services import PLAN, add_item
from forum.meetings.core.models import AgendaItem, Meeting
from forum.meetings.enums import DemandKind, MeetingStatus
from forum.meetings.notifications import DEMAND_BINDING, DEMAND_CONFIRMED, DEMAND_RAISED, people_of
from forum.organisation.enums import SEATED
from forum.organisation.models import Body, Membership
from trepart import audit, clock, languages
from trepart.access import policy
from trepart.authorising import Authorised, authorise
from trepart.notices.announcing import tell
from trepart.refusals import GuardRefused, NotPermitted, WrongState
from trepart.workflow import reserve_pk

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from trepart.access.models import User
    from trepart.audit.models import Event


def seats_in(body: Body) -> "QuerySet[Membership]":
    """Return the seats of ``body`` today: a third of them is what it takes."""
    return Membership.objects.running(clock.today()).filter(body=body, role__in=SEATED)


def needed(seats: int) -> int:
    """Return how many of ``seats`` members are a third, rounded up (9 -> 3, 10 -> 4)."""
    return max(1, -(-seats // 3))


def seat_of(person: "User", body: Body) -> Membership | None:
    """Return the seat of ``person`` in ``body`` today."""
    return seats_in(body).filter(person=person).select_related("person").order_by("pk").first()


def outstanding(body_id: int) -> "QuerySet[Demand]":
    """Return the demands that bind and are not met: no case on an agenda, or no meeting, that is not
    withdrawn or cancelled. A meeting that postponed the case has not met it."""
    binding = Demand.objects.filter(body=body_id, binding_at__isnull=False).select_related("body")
    on_agenda = AgendaItem.objects.filter(withdrawn_at__isnull=True).exclude(
        Q(WAS_POSTPONED) | Q(meeting__status=MeetingStatus.CANCELLED)
    )
    held = Meeting.objects.exclude(status=MeetingStatus.CANCELLED)
    return (
        binding.exclude(kind=DemandKind.ITEM, item__in=on_agenda)
        .exclude(Q(_treated(), kind=DemandKind.ITEM))
        .exclude(kind=DemandKind.MEETING, meeting__in=held)
        .order_by("binding_at")
    )


def keeps(referral: Referral) -> Demand | None:
    """Return the demand that keeps the case of ``referral`` with its body until a meeting has decided on it; None
    where there is none."""
    binding = Demand.objects.filter(body=referral.body_id, kind=DemandKind.ITEM, binding_at__isnull=False)
    about = binding.filter(Q(case=referral.case_id) | Q(item__referral=referral))
    return about.exclude(_treated()).first()


def put_off_by(demand: Demand) -> Meeting | None:
    """Return the meeting that postponed what is demanded, the last time it stood on an agenda."""
    decision = demand.item.decided if demand.item is not None else None
    if demand.item is None or decision is None or decision.resolution != Resolution.POSTPONE:
        return None
    return demand.item.meeting


def _treated() -> Exists:
    """Say of a demand whether a meeting of its body has decided on what is demanded, wherever on an agenda it stood
    then: what it postponed is still to be treated."""
    decided = AgendaItem.objects.filter(
        Q(pk=OuterRef("item")) | Q(referral__case=OuterRef("case"), decision__decided_at__gt=OuterRef("binding_at")),
        meeting__body=OuterRef("body"),
        decision__isnull=False,
    )
    return Exists(decided.exclude(decision__resolution=Resolution.POSTPONE).order_by())


def whole_part(body: Body, behind: Collection[int]) -> str:
    """Return the part whose every seat is among ``behind``, where the body's own rules let a whole part demand:
    another arrangement than an elected body (koml § 5-11). Empty where there is none."""
    if not body.is_another_arrangement:
        return ""
    parts: dict[str, set[int]] = defaultdict(set)
    for pk, part in seats_in(body).exclude(part="").values_list("pk", "part"):
        parts[part].add(pk)
    return next((part for part, own in sorted(parts.items()) if own <= set(behind)), "")


def _held(demand: Demand) -> Demand:
    """Lock a demand: its supports are counted under the lock."""
    return Demand.objects.select_for_update(no_key=True, of=("self",)).select_related("body").get(pk=demand.pk)


def _seat(actor: "User", body: Body) -> Membership:
    seat = seat_of(actor, body) if actor.is_active and body.is_active else None
    if seat is None:
        raise NotPermitted(_("Members of the body make demands (Local Government Act §§ 11-2, 11-3)."))
    return seat


@transaction.atomic
def raise_demand(body: Body, *, kind: str, title: str, why: str, actor: "User", case: int | None = None) -> Demand:
    """Demand a case on the agenda, or a meeting, and return the demand with the first support. ``case`` names one that
    waits with the one leader below, by number, and keeps its own title. The other members are told.

    Raises ``NotPermitted`` for somebody without a seat, ``GuardRefused`` for a case that does not wait there, or that
    the one who demands may not read.
    """
    seat = _seat(actor, body)
    if case is not None and case not in dict(demanded_cases.waiting_below(body, actor)):
        raise GuardRefused(_("The case no longer waits there. Choose another, or demand it in your own words."))
    named = Case.objects.get(pk=case) if case is not None and kind == DemandKind.ITEM else None
    demand = Demand(
        pk=reserve_pk(Demand), body=body, kind=DemandKind(kind), title=named.title if named else title.strip(),
        why=why.strip(), raised_by=seat, case=named,
    )  # fmt: skip
    data = {"name": actor.name, "kind": demand.kind}
    with audit.recorded(
        "forum.demand_raised", actor=actor, subject=demand, data=data, text={"note": demand.why}
    ) as event:
        demand.save(force_insert=True)
        tell(
            people_of(body).exclude(pk=actor.pk),
            kind=DEMAND_RAISED,
            template="meetings/agenda/mail/demand_raised",
            context={"demand": demand, "name": actor.name, "needed": needed(seats_in(body).count())},
            url=demand.get_absolute_url(),
            event=event,
        )
    support(demand, actor=actor)
    demand.refresh_from_db()
    return demand


@transaction.atomic
def support(demand: Demand, *, actor: "User") -> Demand:
    """Stand behind a demand; at a third, or a whole part in another arrangement, it binds, those who plan the
    meetings are told, and the case it names goes up. Said twice it counts once. Raises ``NotPermitted``."""
    fresh = _held(demand)
    seat = _seat(actor, fresh.body)
    if fresh.supports.filter(membership=seat).exists():
        return fresh
    seats = set(seats_in(fresh.body).values_list("pk", flat=True))
    wanted = needed(len(seats))
    behind = {seat.pk, *fresh.supports.filter(membership__in=seats).values_list("membership", flat=True)}
    count = len(behind)
    part = "" if count >= wanted else whole_part(fresh.body, behind)
    data = {"name": actor.name, "count": count, "needed": wanted}
    with audit.recorded("forum.demand_supported", actor=actor, subject=fresh, data=data):
        DemandSupport.objects.create(demand=fresh, membership=seat)
    if fresh.binding_at is None and (count >= wanted or part):
        fresh.binding_at, fresh.part = clock.now(), part
        action = "forum.demand_binding_for_part" if part else "forum.demand_binding"
        with audit.recorded(action, actor=None, subject=fresh, data={"count": count, "part": part}) as event:
            fresh.save()
            _tell_it_binds(fresh, event)
        demanded_cases.bring_up(fresh)
    return fresh


def _tell_it_binds(demand: Demand, event: "Event") -> None:
    """Tell those who must meet it, the leader and the secretary; and confirm it to those who stand behind it."""
    planning = list(policy.people_who_can(PLAN, demand.body))
    behind = demand.supports.select_related("membership__person").order_by("pk")
    others = [support.membership.person for support in behind if support.membership.person not in planning]
    for people, kind in ((planning, DEMAND_BINDING), (others, DEMAND_CONFIRMED)):
        tell(
            people,
            kind=kind,
            template=f"meetings/agenda/mail/{kind.removeprefix('forum.')}",
            context={"demand": demand},
            url=demand.get_absolute_url(),
            event=event,
        )


@transaction.atomic
def withdraw_support(demand: Demand, *, actor: "User") -> Demand:
    """Take one's support back, while it is not a third. Raises ``WrongState`` once it binds, ``NotPermitted``."""
    fresh = _held(demand)
    seat = _seat(actor, fresh.body)
    if fresh.binding_at is not None:
        raise WrongState(_("So many stand behind it that it binds. Nothing was taken back."))
    row = fresh.supports.filter(membership=seat).first()
    if row is not None:
        with audit.recorded("forum.demand_support_withdrawn", actor=actor, subject=fresh, data={"name": actor.name}):
            row.delete()
    return fresh


@transaction.atomic
def put_on(
    demand: Demand, meeting: Meeting, *, closed_basis: str = "", public_title: str = "", actor: "User"
) -> AgendaItem:
    """Put what is demanded on the agenda of ``meeting``, and return the item. Raises as `add_item`; ``WrongState``
    where it stands on one already."""
    fresh = _held(demand)
    if (
        fresh.body_id != meeting.body_id
        or not outstanding(meeting.body_id).filter(pk=fresh.pk, kind=DemandKind.ITEM).exists()
    ):
        raise WrongState(_("It stands on an agenda already, or does not bind."))
    referral = _waiting(fresh)
    item = _stands_there(meeting, referral) or add_item(
        meeting, referral=referral, title="" if referral else fresh.title, actor=actor, wanted_by=_wanted_by(fresh),
        why_late=fresh.why, closed_basis=closed_basis, public_title=public_title, again=_put_off(fresh, referral),
    )  # fmt: skip
    _met(fresh, authorise(actor, PLAN, fresh.body), item=item)
    return item


def _waiting(demand: Demand) -> Referral | None:
    """Return the stay with the body of the case that is demanded, where it has been brought up."""
    if demand.case_id is None:
        return None
    here = Referral.objects.filter(case=demand.case_id, body=demand.body_id).exclude(status=ReferralStatus.CLOSED)
    return here.select_related("case").first()


def _wanted_by(demand: Demand) -> str:
    """Return who wants the case, as it stays beside it: in the language of the municipality."""
    with languages.municipal():
        return demand.wanted_by


def _put_off(demand: Demand, referral: Referral | None) -> AgendaItem | None:
    """Return the place where a meeting postponed what is demanded; None where the queue keeps the case."""
    if referral is not None or demand.item_id is None:
        return None
    return postponed(demand.body_id).filter(pk=demand.item_id).first()


def _stands_there(meeting: Meeting, referral: Referral | None) -> AgendaItem | None:
    """Return the place the case has on the agenda already: taken from the queue before the demand was met."""
    if referral is None:
        return None
    return meeting.items.filter(referral=referral, withdrawn_at__isnull=True, settled_at__isnull=True).first()


@transaction.atomic
def answer_with(demand: Demand, meeting: Meeting, *, actor: "User") -> None:
    """Say that ``meeting`` is the one that was demanded. Raises ``NotPermitted``, and ``WrongState`` where
    another was planned already."""
    fresh = _held(demand)
    by = authorise(actor, PLAN, fresh.body)
    if (
        fresh.body_id != meeting.body_id
        or not outstanding(meeting.body_id).filter(pk=fresh.pk, kind=DemandKind.MEETING).exists()
    ):
        raise WrongState(_("A meeting is planned already, or the demand does not bind."))
    _met(fresh, by, meeting=meeting)


def _met(demand: Demand, by: Authorised, *, item: AgendaItem | None = None, meeting: Meeting | None = None) -> None:
    demand.item, demand.meeting = item or demand.item, meeting or demand.meeting
    with audit.recorded("forum.demand_met", actor=by.actor, subject=demand, acting=by.acting):
        demand.save()
