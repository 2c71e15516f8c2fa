"""Standing in: somebody has the rights of another's place or office for some days.

Everything done so is written down as done for that person.

Elected members have no stand-ins: they have deputies, in the order elected (koml § 7-10, R4). The same goes for the
employees' side of a committee under § 5-11, and for union and safety representatives, whom others have chosen. What is
left is the administration's own: leaders, secretaries, offices.
"""

from datetime import date

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import PROTECT
from django.utils.translation import gettext as _

from forum.organisation.enums import UNDER_CHAPTER_11, Part, Role
from forum.organisation.models import Appointment, Membership, StandIn
from forum.organisation.queries.bodies import takes_part
from forum.organisation.services import stand_in_days as days
from forum.organisation.services.grants import keep_in_step
from forum.organisation.services.periods import check_period, overlapping
from trepart import audit, clock
from trepart.access import grants
from trepart.access.models import User
from trepart.authorising import authorise
from trepart.workflow import reserve_pk

Place = Membership | Appointment
#: How long one can stand in at a time; beyond that the place itself should change hands.
MOST_DAYS = 366


def why_not(place: Place) -> str:
    """Return why nobody can stand in for ``place``, in a sentence; empty where somebody can."""
    if isinstance(place, Appointment) or place.role == Role.SECRETARY:
        return ""
    if place.body.legal_basis in UNDER_CHAPTER_11 or place.part == Part.ELECTED or place.role == Role.DEPUTY:
        return _("Members of an elected body have deputies, called in the order elected (Local Government Act § 7-10).")
    if place.part != Part.ADMINISTRATION:
        return _("Whoever others have chosen cannot choose a stand-in. Those who chose, choose another one.")
    return ""


@transaction.atomic
def start_stand_in(*, place: Place, person: User, valid_from: date, valid_to: date, actor: User) -> StandIn:
    """Let ``person`` stand in for ``place`` from one day to another, both included, and return the agreement.

    Chosen by whoever holds the place or by the administrator. Raises ``NotPermitted`` for others, ``ValidationError``
    where the place can have no stand-in, where the days are over, longer than a year or taken by another one, and
    where ``person`` cannot be it.
    """
    actor = authorise(actor, "forum.choose_stand_in", place).actor
    # One row stands for the place: two who choose at once meet here.
    model = type(place)
    model._default_manager.select_for_update(no_key=True).get(pk=place.pk)
    if reason := why_not(place):
        raise ValidationError(reason)
    check_period(valid_from, valid_to)
    if valid_to < clock.today():
        raise ValidationError({"valid_to": _("These days are over.")})
    if (valid_to - valid_from).days > MOST_DAYS:
        raise ValidationError({"valid_to": _("One can stand in for at most a year at a time.")})
    if (place.valid_to is not None and valid_to > place.valid_to) or valid_from < place.valid_from:
        raise ValidationError({"valid_to": _("The place itself does not run on all of these days.")})
    _check_person(place, person)
    key = "appointment" if isinstance(place, Appointment) else "membership"
    other = StandIn.objects.filter(overlapping(valid_from, valid_to), **{key: place}).select_related("person").first()
    if other is not None:
        raise ValidationError(
            {"valid_from": _("%(name)s stands in on some of these days already.") % {"name": other.person.name}}
        )
    made = StandIn(pk=reserve_pk(StandIn), person=person, valid_from=valid_from, valid_to=valid_to, **{key: place})
    data = {"person": person.pk, "for": place.person_id, "valid_from": valid_from, "valid_to": valid_to}
    with audit.recorded(days.CHOSEN, actor=actor, subject=made, root=days.root(made), data=data) as event:
        made.save(force_insert=True)
        _in_step(made)
        if valid_from > clock.today():
            days.say(days.CHOSEN, made, event, by=actor)
    if valid_from <= clock.today():
        days.tell_day(days.BEGINS, made, by=actor)
    return made


@transaction.atomic
def end_stand_in(stand_in: StandIn, *, on: date, actor: User) -> None:
    """End it earlier than agreed: ``on`` is its last day. What has not begun, or began today and was a mistake, is
    taken back altogether and at once, unless somebody has sat or answered by it; its history stays.

    Raises ``NotPermitted``, and ``ValidationError`` where it is over, or ``on`` is later than agreed or before today.
    """
    held = (
        StandIn.objects.select_for_update(no_key=True, of=("self",))
        .select_related("person", "membership__body", "membership__person", "appointment__person")
        .filter(pk=stand_in.pk)
        .first()
    )
    if held is None:
        # Taken back by somebody else before it had begun.
        raise ValidationError({"on": _("It is over already.")})
    stand_in = held
    actor = authorise(actor, "forum.choose_stand_in", stand_in.place).actor
    if stand_in.valid_to is None or stand_in.valid_to < clock.today():
        raise ValidationError({"on": _("It is over already.")})
    data = {"person": stand_in.person_id, "for": stand_in.place.person_id, "valid_to": on}
    began_today = stand_in.valid_from == clock.today() == on
    if stand_in.valid_from > clock.today() or (began_today and not _used(stand_in)):
        place = stand_in.place
        with audit.recorded(
            days.TAKEN_BACK, actor=actor, subject=stand_in, root=days.root(stand_in), data=data
        ) as event:
            days.say(days.TAKEN_BACK, stand_in, event, by=actor)
            stand_in.delete()
            keep_in_step(place.body_id if isinstance(place, Membership) else None)
        grants.forget(stand_in.person)
        return
    if on > stand_in.valid_to or on < clock.today():
        raise ValidationError({"on": _("Choose a day from today to the day agreed on.")})
    stand_in.valid_to = on
    with audit.recorded("forum.stand_in_ended", actor=actor, subject=stand_in, root=days.root(stand_in), data=data):
        stand_in.save()
        _in_step(stand_in)
    if on == clock.today():
        days.tell_day(days.ENDS, stand_in, by=actor)


def _used(stand_in: StandIn) -> bool:
    """Say whether somebody has met or answered by it: that is kept, and names it."""
    kept = [field for field in StandIn._meta.related_objects if field.on_delete is PROTECT]
    return any(field.related_model._base_manager.filter(**{field.field.name: stand_in}).exists() for field in kept)


def _check_person(place: Place, person: User) -> None:
    """Refuse who cannot stand in: the holder, somebody shut out or from outside, and who sits in the body already
    (one has one seat, R11)."""
    if person.pk == place.person_id:
        raise ValidationError({"person": _("One cannot stand in for oneself.")})
    if not takes_part(person):
        raise ValidationError({"person": _("Only somebody who works in the municipality can stand in.")})
    if isinstance(place, Membership) and place.seated:
        seats = Membership.objects.running().filter(body=place.body_id, person=person)
        if any(m.seated for m in seats):
            raise ValidationError({"person": _("%(name)s sits in the body already.") % {"name": person.name}})


def _in_step(stand_in: StandIn) -> None:
    keep_in_step(stand_in.membership.body_id if stand_in.membership else None)
    grants.forget(stand_in.person)
