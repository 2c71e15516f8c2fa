"""Meetings and drafts of minutes that nobody can attend to, for the administrator's list."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from forum.meetings.core.models import Meeting
from forum.meetings.enums import MeetingStatus, MinutesStatus
from forum.meetings.minutes.models import Minutes
from forum.organisation.enums import BodyKind
from forum.organisation.unattended import Waiting, count_by_body

#: An LMU's log is written when it is over: it has no meetings ahead, and its minutes need nobody.
DRAFTS = Waiting(
    permission="forum.write_minutes",
    counted=lambda: count_by_body(
        Minutes.objects.filter(status=MinutesStatus.DRAFT).exclude(meeting__body__kind=BodyKind.LMU), "meeting__body"
    ),
    words=lambda n: ngettext("%(n)s draft of minutes", "%(n)s drafts of minutes", n) % {"n": n},
    why=_("Nobody there can write minutes. Enter a secretary, or let somebody stand in."),
)
AHEAD = Waiting(
    permission="forum.plan_meeting",
    counted=lambda: count_by_body(
        Meeting.objects.filter(status__in=[MeetingStatus.PLANNED, MeetingStatus.CALLED]).exclude(
            body__kind=BodyKind.LMU
        ),
        "body",
    ),
    words=lambda n: ngettext("%(n)s meeting ahead", "%(n)s meetings ahead", n) % {"n": n},
    why=_("Nobody there can call meetings. Enter a leader or a secretary, or let somebody stand in."),
)
