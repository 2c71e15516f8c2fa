"""What people are told when they get a place in a body after the notice of a meeting, or have none any more by then."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from django.conf import settings
from django.urls import reverse

from forum.meetings.core import ical as calendars
from forum.meetings.core.models import Meeting
from forum.meetings.notifications import INVITATION_WITHDRAWN, MEMBER_INVITED
from forum.organisation.models import Membership
from trepart import audit
from trepart.notices.announcing import tell

if TYPE_CHECKING:
    from trepart.access.models import User


def invite(meeting: Meeting, new: Sequence[Membership], *, actor: "User | None") -> None:
    """Invite those who got a place after the notice, with the way to the papers."""
    data = {"names": ", ".join(place.person.name for place in new)}
    items = meeting.items.filter(withdrawn_at__isnull=True).select_related("case", "referral__case")
    with audit.recorded("forum.member_invited", actor=actor, subject=meeting, data=data) as event:
        tell(
            [place.person for place in new],
            kind=MEMBER_INVITED,
            template="meetings/attendance/mail/member_invited",
            context={
                "meeting": meeting,
                "items": list(items.order_by("position")),
                "absence_url": f"{settings.SITE_URL}{reverse('forum:absence', args=[meeting.pk])}",
                "packet_url": f"{settings.SITE_URL}{reverse('forum:packet', args=[meeting.pk])}",
            },
            url=meeting.get_absolute_url(),
            event=event,
            at_once=True,
            enclose=calendars.invitations(meeting),
        )


def withdraw(meeting: Meeting, gone: "Sequence[User]", *, actor: "User | None") -> None:
    """Take the meeting out of the calendars of those who were invited, and take no part any more."""
    data = {"names": ", ".join(person.name for person in gone)}
    with audit.recorded("forum.invitations_withdrawn", actor=actor, subject=meeting, data=data) as event:
        tell(
            gone,
            kind=INVITATION_WITHDRAWN,
            template="meetings/attendance/mail/invitation_withdrawn",
            context={"meeting": meeting},
            url=meeting.get_absolute_url(),
            event=event,
            at_once=True,
            enclose=calendars.withdrawals(meeting),
        )
