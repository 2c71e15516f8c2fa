"""People: who they are, where they work, which office outside the bodies they hold.

Written as the services of `forum.organisation.services.bodies`, which names them all: the trail first, the groups in
step, refusals as ``ValidationError``.
"""

from datetime import date

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.utils.translation import gettext as _

from forum.organisation import responsibilities
from forum.organisation.enums import OfficeKind
from forum.organisation.models import Appointment, Employment, Membership, Unit
from forum.organisation.services.grants import acting as office_of
from forum.organisation.services.grants import keep_in_step
from forum.organisation.services.periods import check_end, check_period, overlapping
from trepart import audit, clock
from trepart.access import account_closure, grants
from trepart.access.account_closure import CLOSED
from trepart.access.models import User
from trepart.access.sign_in import addresses, invitations, sessions
from trepart.text import normal
from trepart.workflow import reserve_pk

#: Of whoever has no e-mail address: nothing is ever sent there.
NO_ADDRESS = "@letter.invalid"


@transaction.atomic
def add_person(*, email: str, name: str, password: str | None = None, actor: User | None) -> User:
    """Enter a person and return the account; without ``password`` it is unusable until the person
    asks for one by e-mail."""
    email, name = _checked(email, name)
    person = User(pk=reserve_pk(User), email=email, name=name)
    person.set_password(password)
    with audit.recorded("forum.person_added", actor=actor, subject=person, acting=office_of(actor)):
        person.save(force_insert=True)
    return person


@transaction.atomic
def add_by_letter(*, name: str, actor: User | None) -> User:
    """Enter somebody who has no e-mail address, and is reached by letter: without a sign-in, and sent no mail. Raises
    ``ValidationError`` without a name."""
    pk = reserve_pk(User)
    email, name = _checked(f"letter-{pk}{NO_ADDRESS}", name)
    person = User(pk=pk, email=email, name=name, is_active=False)
    person.set_password(None)
    with audit.recorded("forum.person_added", actor=actor, subject=person, acting=office_of(actor)):
        person.save(force_insert=True)
    return person


def _checked(email: str, name: str, own: int | None = None) -> tuple[str, str]:
    """Return address and name as they are stored; refuse an address that is none, or is somebody else's
    (``own`` is whose it may be)."""
    email, name = normal.address(email).lower(), normal.line(name)
    errors: dict[str, object] = {}
    try:
        validate_email(email)
    except ValidationError as error:
        errors["email"] = error.messages
    if not name:
        errors["name"] = _("Write the person's name.")
    if "email" not in errors and User.objects.filter(email__iexact=email).exclude(pk=own or 0).exists():
        errors["email"] = _("Somebody with this e-mail address is registered already.")
    if "email" not in errors and email.endswith(CLOSED):
        errors["email"] = _("Nobody can be reached at this address.")
    if errors:
        raise ValidationError(errors)
    return email, name


@transaction.atomic
def change_person(person: User, *, email: str, name: str, is_active: bool, actor: User | None) -> User:
    """Change what a person is called and signs in with, or shut the person out (``is_active`` False): rights and
    sessions end at the next request.

    An account that somebody has made their own gets another address only when its owner confirms it
    (`addresses.give`); of one that nobody has signed in to, the address is put right at once, and whoever was invited
    there is invited at the new one. Nobody can shut out oneself: the last administrator would be gone.
    """
    person = User.objects.select_for_update(no_key=True).get(pk=person.pk)
    email, name = _checked(email, name, person.pk)
    if actor is not None and person.pk == actor.pk and not is_active:
        raise ValidationError({"is_active": _("You cannot shut yourself out.")})
    given: dict[str, object] = {"name": name, "is_active": is_active}
    if email != person.email:
        if addresses.in_use(person):
            addresses.give(person, email, actor=actor, acting=office_of(actor))
        else:
            given["email"] = email
    changed = sorted(field for field, value in given.items() if getattr(person, field) != value)
    if not changed:
        return person
    invited = "email" in changed and invitations.withdraw(person, actor=actor)
    if invited:
        person.refresh_from_db()
    for field in changed:
        if field != "email":
            setattr(person, field, given[field])
    data = {"fields": changed, "is_active": is_active}
    with audit.recorded("forum.person_changed", actor=actor, subject=person, acting=office_of(actor), data=data):
        if "email" in changed:
            addresses.replace(person, email, used=False)
        else:
            person.save()
    if invited:
        invitations.invite([person], actor=actor)
    if not is_active:
        sessions.end_all(person)
        responsibilities.settle([person.pk], actor=actor)
    return person


@transaction.atomic
def start_employment(
    *,
    person: User,
    unit: Unit,
    title: str = "",
    valid_from: date | None = None,
    valid_to: date | None = None,
    leads: bool = False,
    actor: User | None,
) -> Employment:
    """Say that ``person`` works in ``unit`` from a day (today unless said), as its leader where ``leads``; refuses a
    second employment there in the same days."""
    begins = valid_from or clock.today()
    check_period(begins, valid_to)
    locked = User.objects.select_for_update(no_key=True).get(pk=person.pk)
    account_closure.leave_to_its_owner(locked, actor=actor, acting=office_of(actor))
    if Employment.objects.filter(overlapping(begins, valid_to), person=person, unit=unit).exists():
        raise ValidationError(
            {
                "unit": _("%(name)s is registered as employed in %(unit)s already.")
                % {"name": person.name, "unit": unit.name}
            }
        )
    employment = Employment(
        pk=reserve_pk(Employment), person=person, unit=unit, title=title.strip(), leads=leads,
        valid_from=begins, valid_to=valid_to,
    )  # fmt: skip
    employment.clean_fields(exclude=["person", "unit"])
    data = {"person": person.pk, "unit": unit.pk, "valid_from": begins, "valid_to": valid_to}
    with audit.recorded(
        "forum.employment_started", actor=actor, subject=employment, acting=office_of(actor), data=data
    ):
        employment.save(force_insert=True)
    grants.forget(person)
    return employment


@transaction.atomic
def end_employment(employment: Employment, *, on: date, actor: User | None) -> Employment:
    """End an employment; ``on`` is its last day."""
    employment = Employment.objects.select_for_update(no_key=True).get(pk=employment.pk)
    check_end(employment, on)
    employment.valid_to = on
    data = {"person": employment.person_id, "unit": employment.unit_id, "valid_to": on}
    with audit.recorded("forum.employment_ended", actor=actor, subject=employment, acting=office_of(actor), data=data):
        employment.save()
    grants.forget(employment.person)
    hand_over_after(employment, actor)
    return employment


@transaction.atomic
def appoint(
    *, person: User, office: str, valid_from: date | None = None, valid_to: date | None = None, actor: User | None
) -> Appointment:
    """Give ``person`` an office outside the bodies from a day (today unless said); refuses one who holds it already."""
    begins = valid_from or clock.today()
    check_period(begins, valid_to)
    if office not in OfficeKind:
        raise ValidationError({"office": _("There is no such office.")})
    locked = User.objects.select_for_update(no_key=True).get(pk=person.pk)
    account_closure.leave_to_its_owner(locked, actor=actor, acting=office_of(actor))
    if Appointment.objects.filter(overlapping(begins, valid_to), person=person, office=office).exists():
        raise ValidationError({"office": _("%(name)s holds this office already.") % {"name": person.name}})
    appointment = Appointment(
        pk=reserve_pk(Appointment), person=person, office=office, valid_from=begins, valid_to=valid_to
    )
    data = {"person": person.pk, "office": office, "valid_from": begins, "valid_to": valid_to}
    with audit.recorded(
        "forum.appointment_started", actor=actor, subject=appointment, acting=office_of(actor), data=data
    ):
        appointment.save(force_insert=True)
        keep_in_step(None)
    grants.forget(person)
    return appointment


@transaction.atomic
def end_appointment(appointment: Appointment, *, on: date, actor: User | None) -> Appointment:
    """End an appointment; ``on`` is its last day. The last administrator cannot be ended:
    nobody could let another in."""
    # One row stands for all of an office: two administrators ending each other at once must meet here.
    held = list(
        Appointment.objects.select_for_update(no_key=True).filter(office=appointment.office).lasting().order_by("pk")
    )
    appointment = Appointment.objects.get(pk=appointment.pk)
    check_end(appointment, on)
    if appointment.office == OfficeKind.ADMINISTRATOR and not any(
        other.pk != appointment.pk and other.valid_from <= on and (other.valid_to is None or other.valid_to > on)
        for other in held
    ):
        raise ValidationError({"on": _("This is the only administrator. Appoint another one first.")})
    appointment.valid_to = on
    data = {"person": appointment.person_id, "office": appointment.office, "valid_to": on}
    with audit.recorded(
        "forum.appointment_ended", actor=actor, subject=appointment, acting=office_of(actor), data=data
    ):
        appointment.save()
        keep_in_step(None)
    hand_over_after(appointment, actor)
    return appointment


def hand_over_after(ended: Membership | Employment | Appointment, actor: User | None) -> None:
    """Hand over what hangs on the person where the last day is past already; what ends with a coming day is handed
    over the night after it."""
    if ended.valid_to is not None and ended.valid_to < clock.today():
        responsibilities.settle([ended.person_id], actor=actor)
