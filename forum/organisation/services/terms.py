"""Changes to many places of a body at once: the order of its deputies (R4), and a new period for everybody."""

from collections.abc import Collection
from datetime import date, timedelta

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from forum.organisation.enums import Role
from forum.organisation.models import Body, Membership
from forum.organisation.services.bodies import in_bulk
from forum.organisation.services.grants import acting as office_of
from forum.organisation.services.memberships import end_membership, start_membership
from forum.organisation.services.periods import check_period, overlapping
from trepart import audit, clock
from trepart.access.models import User


@transaction.atomic
def move_deputy(membership: Membership, *, up: bool, actor: User | None) -> bool:
    """Move a deputy one place up (or down) on the list of its group (koml § 7-10, R4); the neighbour takes the number.
    False where there is none.

    Raises ``ValidationError`` for a place that is no deputy's, or is over.
    """
    Body.objects.select_for_update(no_key=True).get(pk=membership.body_id)
    lasting = Membership.objects.lasting().filter(body=membership.body_id, role=Role.DEPUTY)
    moved = lasting.select_related("body").filter(pk=membership.pk).first()
    if moved is None or moved.deputy_number is None:
        raise ValidationError(_("This is no place on a list of deputies any more."))
    # A deputy is called from the list of the own group, among those who sit in the same days.
    rivals = lasting.filter(overlapping(moved.valid_from, moved.valid_to)).order_by("deputy_number", "pk")
    order = [m for m in rivals if m.deputy_list == moved.deputy_list]
    here = next(place for place, m in enumerate(order) if m.pk == moved.pk)
    there = here - 1 if up else here + 1
    if not 0 <= there < len(order):
        return False
    order[here], order[there] = order[there], order[here]
    numbers = sorted({m.deputy_number or 0 for m in order})
    if len(numbers) < len(order):
        # Two groups were numbered each for itself and are called as one list: from here on it is one.
        numbers = list(range(1, len(order) + 1))
    data = {"order": [m.pk for m in order], "numbers": numbers}
    with audit.recorded(
        "forum.deputies_reordered", actor=actor, subject=moved.body, acting=office_of(actor), data=data
    ):
        for m, number in zip(order, numbers, strict=True):
            if m.deputy_number != number:
                m.deputy_number = number
                m.save(update_fields=["deputy_number"])
    return True


def renew(
    body: Body, *, staying: Collection[Membership], valid_from: date, valid_to: date | None, actor: User | None
) -> list[Membership]:
    """Enter a new period for ``body``: the places in ``staying`` begin anew on ``valid_from``, all others end the day
    before. All of it or nothing.

    Places keep role, part, side, party and number. Raises ``ValidationError`` for a day before tomorrow, nobody
    staying, and what `forum.organisation.services.bodies` refuses.
    """
    check_period(valid_from, valid_to)
    if valid_from <= clock.today():
        raise ValidationError({"valid_from": _("A new period begins tomorrow at the earliest.")})
    if not staying:
        raise ValidationError({"staying": _("Tick those who go on. To end everything, close the body.")})
    chosen, last_day = {m.pk for m in staying}, valid_from - timedelta(days=1)
    with in_bulk():
        Body.objects.select_for_update(no_key=True).get(pk=body.pk)
        sitting = list(
            Membership.objects.running(valid_from).filter(body=body, valid_from__lt=valid_from).select_related("person")
        )
        sitting += list(
            Membership.objects.running(last_day).filter(body=body, valid_to=last_day).select_related("person")
        )
        if strange := chosen - {m.pk for m in sitting}:
            raise ValidationError(
                {"staying": _("%(count)s of them do not sit in the body that day any more.") % {"count": len(strange)}}
            )
        made = []
        with audit.recorded(
            "forum.body_renewed",
            actor=actor,
            subject=body,
            acting=office_of(actor),
            data={"valid_from": valid_from, "valid_to": valid_to},
        ):
            pass
        for m in sitting:
            if m.valid_to != last_day:
                end_membership(m, on=last_day, actor=actor)
        for m in sitting:
            if m.pk in chosen:
                made.append(
                    start_membership(
                        person=m.person,
                        body=body,
                        role=m.role,
                        part=m.part,
                        side=m.side,
                        party=m.party,
                        sex=m.sex,
                        elected_by_council=m.elected_by_council,
                        election_list=m.election_list,
                        deputy_number=m.deputy_number,
                        leads_administration=m.leads_administration,
                        valid_from=valid_from,
                        valid_to=valid_to,
                        actor=actor,
                    )
                )
    return made
