"""Who sits in a body from when to when: a place begins, and ends."""

from datetime import date

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from forum.organisation import place_changes
from forum.organisation.enums import SEATED, Role
from forum.organisation.models import Body, Membership, PoliticalParty
from forum.organisation.services.grants import acting as office_of
from forum.organisation.services.grants import keep_in_step
from forum.organisation.services.people import (
    hand_over_after,
)
from forum.organisation.services.periods import check_end, check_period, overlapping
from trepart import audit, clock
from trepart.access import account_closure, grants
from trepart.access.models import User
from trepart.workflow import reserve_pk


def _spelt_alike(body: Body, election_list: str) -> str:
    """Return the name of the list as it is spelt already in the body: one list is not two for a capital letter, since
    deputies are called from it (koml § 7-10)."""
    name = " ".join(election_list.split())
    there = body.memberships.exclude(election_list="").filter(election_list__iexact=name).order_by("pk")
    return there.values_list("election_list", flat=True).first() or name if name else ""


@transaction.atomic
def start_membership(
    *,
    person: User,
    body: Body,
    role: str,
    part: str = "",
    side: str = "",
    party: PoliticalParty | None = None,
    sex: str = "",
    elected_by_council: bool = False,
    election_list: str = "",
    deputy_number: int | None = None,
    leads_administration: bool = False,
    valid_from: date | None = None,
    valid_to: date | None = None,
    actor: User | None,
) -> Membership:
    """Give ``person`` a place in ``body`` from a day (today unless said) and return the membership.

    Refuses the same role twice in the same days, a second seat for somebody where votes are held (koml § 8-1), a second
    leader in the same days, and a deputy's number that is taken in its group (R4). What hangs on the places of the body
    in meetings to come is settled with it. A body may break its rules of composition while it is being filled; they are
    asked when it is put to work.
    """
    begins = valid_from or clock.today()
    check_period(begins, valid_to)
    Body.objects.select_for_update(no_key=True).get(pk=body.pk)
    place_changes.hold(body.pk)
    account_closure.leave_to_its_owner(person, actor=actor, acting=office_of(actor))
    membership = Membership(
        pk=reserve_pk(Membership),
        person=person,
        body=body,
        role=role,
        part=part,
        side=side,
        party=party,
        sex=sex,
        elected_by_council=elected_by_council,
        election_list=_spelt_alike(body, election_list) if elected_by_council else "",
        deputy_number=deputy_number,
        leads_administration=leads_administration,
        valid_from=begins,
        valid_to=valid_to,
    )
    membership.clean_fields(exclude=["person", "body", "party"])
    if (role == Role.DEPUTY) != (deputy_number is not None):
        raise ValidationError({"deputy_number": _("A deputy has a number on the list, and nobody else.")})
    same_days = list(Membership.objects.filter(overlapping(begins, valid_to), body=body).select_related("person"))
    for other in same_days:
        if other.person_id == person.pk and other.role == role:
            raise ValidationError(
                {
                    "role": _("%(name)s is %(role)s here already.")
                    % {"name": person.name, "role": other.get_role_display()}
                }
            )
        if other.person_id == person.pk and role in SEATED and other.seated and not body.by_consensus:
            raise ValidationError(
                {
                    "role": _(
                        "%(name)s has a seat here in these days, as %(role)s. A person has one seat and one vote "
                        "(Local Government Act § 8-1): end that membership first."
                    )
                    % {"name": person.name, "role": other.get_role_display()}
                }
            )
        if role in (Role.LEADER, Role.DEPUTY_LEADER) and other.role == role:
            raise ValidationError(
                {
                    "role": _("%(name)s is %(role)s in these days. End that membership first.")
                    % {"name": other.person.name, "role": other.get_role_display()}
                }
            )
        if (
            role == Role.DEPUTY
            and other.role == role
            and other.deputy_list == membership.deputy_list
            and other.deputy_number == deputy_number
        ):
            raise ValidationError(
                {"deputy_number": _("%(name)s has this number on the list already.") % {"name": other.person.name}}
            )
    data = {
        "person": person.pk, "body": body.pk, "role": role, "part": part, "side": side, "deputy_number": deputy_number,
        "valid_from": begins, "valid_to": valid_to,
    }  # fmt: skip
    with audit.recorded(
        "forum.membership_started", actor=actor, subject=membership, root=body, acting=office_of(actor), data=data
    ):
        membership.save(force_insert=True)
        keep_in_step(body.pk)
    grants.forget(person)
    place_changes.changed(body.pk, begun=membership, actor=actor)
    return membership


@transaction.atomic
def end_membership(membership: Membership, *, on: date, actor: User | None) -> Membership:
    """End a membership; ``on`` is its last day, and its rights end with that day, whether or not a job runs. What hangs
    on it in meetings to come is settled at once."""
    Body.objects.select_for_update(no_key=True).get(pk=membership.body_id)
    place_changes.hold(membership.body_id)
    membership = Membership.objects.select_related("person", "body").get(pk=membership.pk)
    check_end(membership, on)
    membership.valid_to = on
    data = {"person": membership.person_id, "body": membership.body_id, "role": membership.role, "valid_to": on}
    with audit.recorded(
        "forum.membership_ended",
        actor=actor,
        subject=membership,
        root=membership.body,
        acting=office_of(actor),
        data=data,
    ):
        membership.save()
        keep_in_step(membership.body_id)
    grants.forget(membership.person)
    place_changes.changed(membership.body_id, actor=actor)
    hand_over_after(membership, actor)
    return membership
