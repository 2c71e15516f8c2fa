"""Who has been signed in during Fjellvik's year, and who has only been invited."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.conf import settings

from forum.organisation.enums import OfficeKind
from forum.organisation.models import Appointment
from trepart import clock
from trepart.access.models import User
from trepart.access.sign_in import invitations

#: How long ago each of the newest was invited, in days; the last of them ran out.
_INVITED = (1, 2, 2, 5, settings.INVITATION_DAYS + 6)


def let_people_in() -> None:
    """Invite the newest employees, and let everybody else have signed in some time this autumn."""
    administrator = Appointment.objects.running().filter(office=OfficeKind.ADMINISTRATOR).earliest("pk").person
    waiting = invitations.open_to(User.objects.all())
    only_employed = waiting.filter(employments__isnull=False, memberships__isnull=True, appointments__isnull=True)
    newest = list(only_employed.distinct().order_by("-pk")[: len(_INVITED) + 1])
    now = clock.now()
    for number, person in enumerate(waiting.exclude(pk__in=[person.pk for person in newest]).order_by("pk")):
        person.last_login = now - timedelta(days=1 + number % 40)
        person.save(update_fields=["last_login"])
    _invite(newest, administrator, now)


def _invite(newest: Sequence[User], administrator: User, now: datetime) -> None:
    for person, days in zip(newest, _INVITED, strict=False):
        with clock.at(now - timedelta(days=days)):
            invitations.invite([person], actor=administrator)
    for mistaken in newest[len(_INVITED) :]:
        with clock.at(now - timedelta(days=4)):
            invitations.invite([mistaken], actor=administrator)
        with clock.at(now - timedelta(days=4) + timedelta(minutes=9)):
            invitations.withdraw(mistaken, actor=administrator)
