"""The notice of a meeting: how long it is, and who is told of a case that comes after it (koml § 11-3; R6, R7)."""

from typing import TYPE_CHECKING

from django.conf import settings
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from forum.meetings.core.models import AgendaItem, Meeting
from forum.meetings.core.queries import day_of
from forum.meetings.enums import MeetingKind, MeetingStatus
from forum.meetings.notifications import LATE_ITEM, meeting_people
from forum.organisation.enums import Role
from forum.organisation.models import Membership
from trepart import clock
from trepart.notices.announcing import tell

if TYPE_CHECKING:
    from trepart.access.models import User
    from trepart.audit.models import Event


def notice_given(meeting: Meeting) -> int:
    """Return how many days ahead the notice is, or was, given."""
    called = clock.today() if meeting.called_at is None else timezone.localtime(meeting.called_at).date()
    return (day_of(meeting) - called).days


def leaving(meeting: Meeting) -> list[Membership]:
    """Return the places that run today and not on the day of the meeting: those who have them are not called (R4)."""
    here = Membership.objects.running(clock.today()).filter(body=meeting.body_id).exclude(role=Role.DEPUTY)
    then = Membership.objects.running(day_of(meeting)).filter(body=meeting.body_id).exclude(role=Role.DEPUTY)
    gone = here.exclude(person__in=then.order_by().values("person"))
    return list(gone.select_related("person").order_by("person__name", "pk"))


def short_notice(meeting: Meeting) -> str:
    """Say that the notice is, or was, shorter than the body has set (koml § 11-3, R6); empty where it is
    not. It is no hindrance."""
    if meeting.status not in (MeetingStatus.PLANNED, MeetingStatus.CALLED) or meeting.kind != MeetingKind.ORDINARY:
        return ""  # an urgent case has a notice of its own (§ 11-8)
    days, wanted = notice_given(meeting), meeting.body.notice_days
    if days < 0 or days >= wanted:
        return ""
    said = (
        ngettext("%(days)s day of notice", "%(days)s days of notice", days) % {"days": days}
        if days
        else _("Called for the same day")
    )
    return _(
        "%(notice)s. The body's own rule is %(wanted)s. It is recorded, and hinders nothing (Local Government "
        "Act § 11-3)."
    ) % {"notice": said, "wanted": wanted}


def tell_late(item: AgendaItem, event: "Event", *, but: "User") -> None:
    """Tell everybody who was sent the notice, members and the deputies called, that ``item`` came on the agenda after
    it; of a case that is withheld its number. ``but`` put it there."""
    meeting = item.meeting
    tell(
        meeting_people(meeting).exclude(pk=but.pk),
        kind=LATE_ITEM,
        template="meetings/agenda/mail/late_item",
        context={
            "meeting": meeting,
            "item": item,
            "packet_url": f"{settings.SITE_URL}{reverse('forum:packet', args=[meeting.pk])}",
            "kept": item.label if item.is_withheld else "",
        },
        url=meeting.get_absolute_url(),
        event=event,
        at_once=True,
    )
