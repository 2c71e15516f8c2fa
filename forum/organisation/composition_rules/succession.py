"""What follows when somebody leaves a place for good: an election, and no deputy moves up (koml §§ 7-10, 7-11; R4)."""

from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from forum.organisation.enums import Role

if TYPE_CHECKING:
    from forum.organisation.models import Membership


def seat_is_empty(membership: "Membership") -> str:
    """Return that whoever is to have the seat is elected, where ``membership`` is a seat in a body whose members are;
    empty for any other place. Needs the body."""
    if not (membership.seated and membership.body.kind_row.elected):
        return ""
    if not membership.body.is_elected_body:
        return _(
            "A new member is chosen from the same part. A deputy does not take over the seat: deputies meet when a "
            "member is absent."
        )
    return _(
        "A new member is elected from the same group. A deputy does not take over the seat: deputies meet when a "
        "member is absent (Local Government Act § 7-10)."
    )


def what_follows(membership: "Membership") -> list[str]:
    """Return what follows when ``membership`` ends: the election to the seat and to the office, and what is done
    instead where the member is only away for a time."""
    seat = seat_is_empty(membership)
    if not seat:
        return []
    said = [seat]
    if membership.role == Role.LEADER:
        said.append(
            _(
                "A new leader is elected: the deputy leader stands in until then, and does not become leader (Local "
                "Government Act § 7-10)."
            )
        )
    elif membership.role == Role.DEPUTY_LEADER:
        said.append(_("A new deputy leader is elected (Local Government Act § 7-10)."))
    said.append(
        _(
            "Is the member only away, this is not how it is recorded: absence is reported for each meeting. For leave "
            "of three months or more somebody can be elected to the seat for as long (Local Government Act § 7-11): "
            "end the place here, and enter the replacement with a last day."
        )
    )
    return said
