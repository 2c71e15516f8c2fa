"""Reads about guests: the cases of one, and the letters that wait to be sent."""

from typing import TYPE_CHECKING

from django.db.models import QuerySet

from forum.cases.enums import ReferralStatus
from forum.cases.models import CaseGuest
from forum.organisation.enums import Role
from forum.organisation.models import Membership

if TYPE_CHECKING:
    from trepart.access.models import User


def cases_of(person: "User") -> "QuerySet[CaseGuest]":
    """Return where ``person`` is a guest today, the newest first: exactly the cases they read as that."""
    running = Membership.objects.running().filter(person=person, role=Role.USER_REPRESENTATIVE)
    found = CaseGuest.objects.filter(membership__in=running)
    return found.select_related("referral__case__proposal", "referral__body", "membership__person", "sheet").order_by(
        "-pk"
    )


def waiting(person: "User") -> "QuerySet[CaseGuest]":
    """Return the cases in which the guest can say something and has not."""
    return cases_of(person).filter(said_at__isnull=True).exclude(referral__status=ReferralStatus.CLOSED)


def in_letter(membership: Membership) -> list[CaseGuest]:
    """Return the cases a letter to the guest is about: those the group still has."""
    found = CaseGuest.objects.filter(membership=membership).exclude(referral__status=ReferralStatus.CLOSED)
    return list(found.select_related("referral__case__proposal", "referral__body").order_by("pk"))
