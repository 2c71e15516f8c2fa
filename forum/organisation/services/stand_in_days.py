"""That somebody is chosen to stand in, the day it begins and the last day: told to both, and to who leads the body."""

from collections.abc import Sequence
from datetime import date, timedelta
from functools import partial
from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models import Q
from django.urls import reverse

from forum.organisation.enums import Role
from forum.organisation.models import Appointment, Body, Membership, StandIn
from forum.organisation.role_assignments import place_in_words, standing_in
from trepart import audit, clock
from trepart.audit.models import Event
from trepart.notices.announcing import tell

if TYPE_CHECKING:
    from trepart.access.models import User

CHOSEN = "forum.stand_in_started"
BEGINS, ENDS, TAKEN_BACK = "forum.stand_in_begins", "forum.stand_in_ends", "forum.stand_in_withdrawn"
#: So long after the day it is still told, where the job has not run.
_LATE = timedelta(days=7)
_PLACES = ("person", "membership__body", "membership__person", "appointment__person")


def what(place: Membership | Appointment) -> str:
    """Return what ``place`` is, in words."""
    if isinstance(place, Appointment):
        return str(place.get_office_display())
    return place_in_words(place.role, place.body.name, place.body.kind)


def root(stand_in: StandIn) -> "Body | User":
    """Return what the trail counts the agreement to: the body, or whoever holds the office."""
    return stand_in.membership.body if stand_in.membership else stand_in.place.person


def last_day(stand_in: StandIn) -> date:
    """Return the last day the rights hold: the one agreed on, unless the place or the body ends before."""
    place = stand_in.place
    days = [stand_in.valid_to, place.valid_to]
    if isinstance(place, Membership) and place.body.closed_on is not None:
        days.append(place.body.closed_on - timedelta(days=1))
    return min(day for day in days if day is not None)


def tell_day(action: str, stand_in: StandIn, *, by: "User | None" = None) -> int:
    """Tell that it begins, or what the last day is, once for each day, and return how often; ``by`` knows it already.
    Call it inside a transaction, with the agreement locked."""
    on = stand_in.valid_from if action == BEGINS else last_day(stand_in)
    if _is_told(action, stand_in, on):
        return 0
    with audit.recorded(action, actor=by, subject=stand_in, root=root(stand_in), data={"on": on}) as event:
        say(action, stand_in, event, by=by)
    return 1


def say(action: str, stand_in: StandIn, event: Event, *, by: "User | None") -> None:
    """Write to the one who stands in, the one who is away and whoever leads the body, but not to ``by``."""
    tell(
        [person for person in _concerned(stand_in) if person != by],
        kind=action,
        template=f"organisation/mail/{action.removeprefix('forum.')}",
        context={
            "name": stand_in.person.name,
            "holder": stand_in.place.person.name,
            # Said as each mail is written, in the language of whoever reads it.
            "place": partial(what, stand_in.place),
            "begins_on": stand_in.valid_from,
            "ends_on": last_day(stand_in),
        },
        url=reverse("forum:stand_ins"),
        event=event,
    )


def tell_of_the_day() -> int:
    """Tell of everybody who begins to stand in today, and of everybody for whom it is the last day; return how many
    were told of. May be run any number of times."""
    today = clock.today()
    since = today - _LATE
    begun = standing_in(today).filter(valid_from__gte=since)
    ended = StandIn.objects.filter(valid_from__lte=today, valid_to__gte=since)
    ending = ended.filter(
        Q(valid_to__lte=today)
        | Q(membership__valid_to__range=(since, today))
        | Q(membership__body__closed_on__range=(since, today + timedelta(days=1)))
        | Q(appointment__valid_to__range=(since, today))
    )
    days = [(BEGINS, pk) for pk in begun.order_by("pk").values_list("pk", flat=True)]
    days += [(ENDS, pk) for pk in ending.order_by("pk").values_list("pk", flat=True)]
    return sum(_on_the_day(action, pk) for action, pk in days)


@transaction.atomic
def _on_the_day(action: str, pk: int) -> int:
    held = StandIn.objects.select_for_update(no_key=True, of=("self",)).select_related(*_PLACES).filter(pk=pk).first()
    # Taken back meanwhile; or ended later than it was when it was looked up.
    if held is None or (action == ENDS and last_day(held) > clock.today()):
        return 0
    return tell_day(action, held)


def _is_told(action: str, stand_in: StandIn, on: date) -> bool:
    told = Event.objects.filter(action=action, subject_type=stand_in._meta.label_lower, subject_id=stand_in.pk)
    return told.filter(data__on=on.isoformat()).exists()


def _concerned(stand_in: StandIn) -> "Sequence[User]":
    place = stand_in.place
    found = [stand_in.person, place.person]
    if isinstance(place, Membership):
        leaders = Membership.objects.running().filter(body=place.body_id, role=Role.LEADER).select_related("person")
        found += [leader.person for leader in leaders]
    return found
