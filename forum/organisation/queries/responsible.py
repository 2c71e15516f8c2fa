"""Who can be made responsible for what a body agrees on or decides: somebody of the municipality, or of the body."""

from django.db.models import QuerySet

from forum.organisation.enums import Role
from forum.organisation.models import Body, Employment, Membership
from trepart.access.models import User


def who_may_be_responsible(body: Body | None, *, own_unit: bool = True) -> QuerySet[User]:
    """Return those who work in the municipality today or sit in ``body``: nobody outside, and no guest. For the body of
    a unit those who work at the unit, unless ``own_unit`` is False."""
    employed = Employment.objects.running()
    if own_unit and body is not None and body.unit_id is not None:
        employed = employed.filter(unit=body.unit_id)
    seated = Membership.objects.running().filter(body=body).exclude(role=Role.USER_REPRESENTATIVE)
    people = employed.order_by().values("person").union(seated.order_by().values("person"))
    return User.objects.filter(is_active=True, pk__in=people)
