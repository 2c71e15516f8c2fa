"""What a third of the members can demand: a case on the agenda, or a meeting (koml §§ 11-2, 11-3; R6)."""

from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from forum.meetings.agenda.models import Demand, DemandSupport
from forum.meetings.agenda.services import PLAN, add_item
from forum.meetings.core.models import AgendaItem, Meeting
from forum.meetings.enums import DemandKind, MeetingStatus
from forum.meetings.notifications import DEMAND_BINDING, DEMAND_RAISED, people_of
from forum.organisation.enums import SEATED
from forum.organisation.models import Body, Membership
from trepart import audit, clock
from trepart.access import policy
from trepart.authorising import Authorised, authorise
from trepart.notices.announcing import tell
from trepart.refusals import NotPermitted, WrongState
from trepart.workflow import reserve_pk

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from trepart.access.models import User


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
    """Return the demands of a third that are not met: no case on an agenda, or no meeting, that is not
    withdrawn or cancelled."""
    binding = Demand.objects.filter(body=body_id, binding_at__isnull=False).select_related("body")
    on_agenda = AgendaItem.objects.filter(withdrawn_at__isnull=True).exclude(meeting__status=MeetingStatus.CANCELLED)
    held = Meeting.objects.exclude(status=MeetingStatus.CANCELLED)
    return (
        binding.exclude(kind=DemandKind.ITEM, item__in=on_agenda)
        .exclude(kind=DemandKind.MEETING, meeting__in=held)
        .order_by("binding_at")
    )


def _held(demand: Demand) -> Demand:
    """Lock a demand: its supports are counted under the lock."""
    return Demand.objects.select_for_update(no_key=True, of=("self",)).select_related("body").get(pk=demand.pk)


def _seat(actor: "User", body: Body) -> Membership:
    seat = seat_of(actor, body) if actor.is_active and body.is_active else None
    if seat is None:
        raise NotPermitted(_("Members of the body make demands (Local Government Act §§ 11-2, 11-3)."))
    return seat


@transaction.atomic
def raise_demand(body: Body, *, kind: str, title: str, why: str, actor: "User") -> Demand:
    """Demand a case on the agenda, or a meeting, and return the demand with the first support.
    The other members are told.

    Raises ``NotPermitted`` for somebody without a seat.
    """
    seat = _seat(actor, body)
    demand = Demand(
        pk=reserve_pk(Demand), body=body, kind=DemandKind(kind), title=title.strip(), why=why.strip(), raised_by=seat
    )
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
    """Stand behind a demand; at a third it binds, and those who plan the meetings are told. Said twice it counts once.
    Raises ``NotPermitted``."""
    fresh = _held(demand)
    seat = _seat(actor, fresh.body)
    if fresh.supports.filter(membership=seat).exists():
        return fresh
    seats = set(seats_in(fresh.body).values_list("pk", flat=True))
    wanted = needed(len(seats))
    count = fresh.supports.filter(membership__in=seats).count() + 1
    data = {"name": actor.name, "count": count, "needed": wanted}
    with audit.recorded("forum.demand_supported", actor=actor, subject=fresh, data=data):
        DemandSupport.objects.create(demand=fresh, membership=seat)
    if fresh.binding_at is None and count >= wanted:
        fresh.binding_at = clock.now()
        with audit.recorded("forum.demand_binding", actor=None, subject=fresh, data={"count": count}) as event:
            fresh.save()
            tell(
                policy.people_who_can(PLAN, fresh.body),
                kind=DEMAND_BINDING,
                template="meetings/agenda/mail/demand_binding",
                context={"demand": fresh},
                url=fresh.get_absolute_url(),
                event=event,
            )
    return fresh


@transaction.atomic
def withdraw_support(demand: Demand, *, actor: "User") -> Demand:
    """Take one's support back, while it is not a third. Raises ``WrongState`` once it binds, ``NotPermitted``."""
    fresh = _held(demand)
    seat = _seat(actor, fresh.body)
    if fresh.binding_at is not None:
        raise WrongState(_("A third of the members stand behind it, and it binds. Nothing was taken back."))
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
    item = add_item(
        meeting, title=fresh.title, actor=actor, wanted_by=str(_("A third of the members")), why_late=fresh.why[:1000],
        closed_basis=closed_basis, public_title=public_title,
    )  # fmt: skip
    _met(fresh, authorise(actor, PLAN, fresh.body), item=item)
    return item


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
