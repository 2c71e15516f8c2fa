"""What ties a person to the organisation when the account is to be closed (R30, R31).

Places held today stand in the way; places held once stay on record.
"""

from collections.abc import Iterator

from django.utils.translation import gettext as _

from forum.organisation.models import Appointment, Employment, Membership
from trepart import clock
from trepart.access.account_closure import Tie
from trepart.access.models import User


def ties_of(person: User) -> Iterator[Tie]:
    """Give what stands in the way (where the person works or sits today, or is to), then what the archive keeps."""
    today = clock.today()
    for employment in Employment.objects.lasting(today).filter(person=person).select_related("unit").order_by("pk"):
        yield Tie(_("You are registered as employed in %(unit)s.") % {"unit": employment.unit.name}, stops=True)
    seats = Membership.objects.filter(person=person).select_related("body").order_by("pk")
    for seat in seats:
        said = {"role": seat.get_role_display(), "body": seat.body.name}
        if seat.valid_to is None or seat.valid_to >= today:
            yield Tie(_("You are %(role)s in %(body)s.") % said, url=seat.body.get_absolute_url(), stops=True)
        else:
            yield Tie(_("That you have been %(role)s in %(body)s.") % said, keeps_name=True)
    for office in Appointment.objects.lasting(today).filter(person=person).order_by("pk"):
        yield Tie(_("You are %(office)s.") % {"office": office.get_office_display()}, stops=True)
