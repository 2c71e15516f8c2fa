"""Who is told of meetings and minutes: event, recipients, template."""

from collections.abc import Callable, Iterable, Sequence
from datetime import date
from typing import TYPE_CHECKING

from django.conf import settings
from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils import timezone

from forum.meetings.attendance.models import DeputyCall
from forum.meetings.core import ical as calendars
from forum.meetings.core.models import Meeting
from forum.meetings.enums import UNANSWERED_OR_YES
from forum.meetings.forms import Cancelled, Postponed, Timed
from forum.meetings.planning.models import YearPlan
from forum.organisation.enums import Role
from forum.organisation.models import Body, Membership
from trepart import clock
from trepart.access.models import User
from trepart.notices.announcing import Announcement
from trepart.notices.mail import Enclosed
from trepart.notices.models import Notice
from trepart.workflow import Step

if TYPE_CHECKING:
    from forum.meetings.minutes.forms import CorrectedTexts


# Minutes --------------------------------------------------------------------------------------------------------------
def people_of_the_body(meeting: Meeting) -> "QuerySet[User]":
    """Return everybody with a place in the body of ``meeting`` today."""
    running = Membership.objects.running(clock.today()).filter(body=meeting.body_id)
    return User.objects.filter(pk__in=running.values("person"))


def _everybody_in_the_body(step: Step) -> Iterable[User]:
    return people_of_the_body(step.subject.meeting)


def _those_who_sign(step: Step) -> Iterable[User]:
    return User.objects.filter(pk__in=step.subject.signers.values("membership__person"))


def _minutes_url(step: Step) -> str:
    return reverse("forum:minutes_detail", args=[step.subject.meeting_id])


MINUTES_PUBLISHED = Announcement(
    name="forum.minutes_published",
    recipients=_everybody_in_the_body,
    template="meetings/minutes/mail/minutes_published",
    url=_minutes_url,
)

#: To those who are asked to approve them, whenever a version comes out; told by
#: `forum.meetings.minutes.approvals.services` when they are named later.
MINUTES_TO_SIGN = "forum.minutes_to_sign"
MINUTES_WAIT_FOR_YOU = Announcement(
    name=MINUTES_TO_SIGN,
    recipients=_those_who_sign,
    template="meetings/minutes/mail/minutes_to_sign",
    url=_minutes_url,
)

#: Told by `forum.meetings.minutes.approvals.services` to those who publish the minutes.
MINUTES_REMARKED = "forum.minutes_remarked"

#: Told by `forum.meetings.minutes.approvals.services` to who made the remark.
REMARK_ANSWERED = "forum.remark_answered"

#: Told by `forum.meetings.reminders` to those who have not answered.
MINUTES_REMINDED = "forum.minutes_reminded"

#: Told by `forum.meetings.minutes.extracts.services` to those who lead the bodies a case came from, and to their
#: secretaries.
CASE_MINUTED = "forum.case_minuted"

#: Told by `forum.meetings.minutes.decision_lists.services`.
DECISION_LIST_PUBLISHED = "forum.decision_list_published"
MINUTES_CORRECTED: "Announcement[CorrectedTexts]" = Announcement(
    name="forum.minutes_corrected",
    recipients=_everybody_in_the_body,
    template="meetings/minutes/mail/minutes_corrected",
    url=_minutes_url,
    context=lambda step: {"reason": step.data.reason},
)
MINUTES_APPROVED = Announcement(
    name="forum.minutes_approved",
    recipients=_everybody_in_the_body,
    template="meetings/minutes/mail/minutes_approved",
    url=_minutes_url,
    mail=False,
)


# Meetings -------------------------------------------------------------------------------------------------------------
def people_of(body: Body, on: date | None = None) -> "QuerySet[User]":
    """Return who has a place in ``body`` on a day (today unless said), deputies apart."""
    places = Membership.objects.running(on or clock.today()).filter(body=body).exclude(role=Role.DEPUTY)
    return User.objects.filter(pk__in=places.values("person"))


def _people_of_a_published_plan(step: Step[Timed]) -> Iterable[User]:
    """Return who has been given the plan that a moved meeting stands in: nobody where no plan for
    its year is published."""
    moments = (step.data.starts_at, step.data.before)
    years = {timezone.localtime(moment).year for moment in moments if moment is not None}
    published = YearPlan.objects.filter(body=step.subject.body_id, year__in=years).exists()
    if not published:
        return ()
    # Who has it in the calendar is told by itself, with the calendar.
    return people_of(step.subject.body).exclude(pk__in=in_calendars(step.subject))


def members_that_day(meeting: Meeting) -> "QuerySet[User]":
    """Return those with a place in the body on the day of the meeting, deputies apart: they are told when they are
    called (R4)."""
    day = timezone.localtime(meeting.starts_at).date()
    places = Membership.objects.running(day).filter(body=meeting.body_id).exclude(role=Role.DEPUTY)
    return User.objects.filter(pk__in=places.values("person"))


def in_calendars(meeting: Meeting) -> "QuerySet[User]":
    """Return who has the meeting in the calendar: they were sent an invitation to it, and nothing since that takes it
    out again. This is the one place that knows."""
    about = Notice.objects.filter(event__root_type=Meeting._meta.label_lower, event__root_id=meeting.pk)
    newest = about.filter(kind__in=(*INVITES, *TAKES_OUT)).order_by("person_id", "-pk").distinct("person_id")
    told = newest.values_list("person", "kind")
    return User.objects.filter(pk__in=[person for person, kind in told if kind in INVITES])


def meeting_people(meeting: Meeting) -> "QuerySet[User]":
    """Return who is told about a meeting: those with a place that day, and whoever has it in the calendar, such as the
    deputies who are called to it."""
    return User.objects.filter(Q(pk__in=members_that_day(meeting)) | Q(pk__in=in_calendars(meeting)))


def left_out(meeting: Meeting) -> "QuerySet[User]":
    """Return who has the meeting in the calendar and takes no part in it: no place that day, and not called as
    deputy."""
    seated = meeting.attendances.filter(stands_for__isnull=False, present=True)
    calls = DeputyCall.objects.filter(absence__meeting=meeting, answer__in=UNANSWERED_OR_YES)
    return (
        in_calendars(meeting)
        .exclude(pk__in=members_that_day(meeting))
        .exclude(pk__in=seated.values("membership__person"))
        .exclude(pk__in=calls.values("deputy__person"))
    )


def _members_that_day(step: Step) -> Iterable[User]:
    return members_that_day(step.subject)


def _meeting_people(step: Step) -> Iterable[User]:
    return meeting_people(step.subject)


def _left_out(step: Step) -> Iterable[User]:
    return left_out(step.subject)


def _invitations(step: Step) -> "Callable[[User], Sequence[Enclosed]]":
    return calendars.invitations(step.subject)


def _withdrawals(step: Step) -> "Callable[[User], Sequence[Enclosed]]":
    """Take the meeting out of the calendars it stands in: those of whoever was never invited are left alone."""
    there = set(in_calendars(step.subject).values_list("pk", flat=True))
    make = calendars.withdrawals(step.subject)
    return lambda person: make(person) if person.pk in there else ()


def _withdrawals_from_then(step: Step[Timed]) -> "Callable[[User], Sequence[Enclosed]]":
    return calendars.withdrawals(step.subject, starts_at=step.data.before)


def _meeting_url(step: Step) -> str:
    return reverse("forum:meeting_detail", args=[step.subject.pk])


MEETING_CALLED = Announcement(
    name="forum.meeting_called",
    recipients=_members_that_day,
    template="meetings/mail/meeting_called",
    url=_meeting_url,
    at_once=True,
    enclose=_invitations,
    context=lambda step: {
        "items": list(step.subject.items.filter(withdrawn_at__isnull=True).select_related("case", "referral__case")),
        "absence_url": f"{settings.SITE_URL}{reverse('forum:absence', args=[step.subject.pk])}",
        "packet_url": f"{settings.SITE_URL}{reverse('forum:packet', args=[step.subject.pk])}",
    },
)


MEETING_POSTPONED = Announcement[Postponed](
    name="forum.meeting_postponed",
    recipients=_members_that_day,
    template="meetings/mail/meeting_postponed",
    url=_meeting_url,
    at_once=True,
    enclose=_invitations,
    context=lambda step: {"reason": step.data.reason, "before": step.data.before},
)
#: To those who were called to the day it was to be held, and have no place on the new one: deputies, and those who
#: leave in between.
MEETING_POSTPONED_WITHOUT = Announcement[Postponed](
    name="forum.meeting_postponed_without",
    recipients=_left_out,
    template="meetings/mail/meeting_postponed_without",
    url=_meeting_url,
    at_once=True,
    enclose=_withdrawals_from_then,
    context=lambda step: {"reason": step.data.reason, "before": step.data.before},
)
MEETING_CANCELLED = Announcement[Cancelled](
    name="forum.meeting_cancelled",
    recipients=_meeting_people,
    template="meetings/mail/meeting_cancelled",
    url=_meeting_url,
    at_once=True,
    enclose=_withdrawals,
    context=lambda step: {"reason": step.data.reason},
)
MEETING_MOVED = Announcement[Timed](
    name="forum.meeting_moved",
    recipients=_people_of_a_published_plan,
    template="meetings/mail/meeting_moved",
    url=_meeting_url,
    context=lambda step: {"before": step.data.before},
)
#: A meeting that was postponed stands in calendars, and is moved once more before it is called anew: to those who have
#: it there, at once, and to those of them who have no place on the new day.
MEETING_MOVED_AGAIN = Announcement[Timed](
    name="forum.meeting_moved_again",
    recipients=lambda step: in_calendars(step.subject).filter(pk__in=members_that_day(step.subject)),
    template="meetings/mail/meeting_moved_again",
    url=_meeting_url,
    at_once=True,
    enclose=_invitations,
    context=lambda step: {"before": step.data.before},
)
MEETING_MOVED_WITHOUT = Announcement[Timed](
    name="forum.meeting_moved_without",
    recipients=_left_out,
    template="meetings/mail/meeting_postponed_without",
    url=_meeting_url,
    at_once=True,
    enclose=_withdrawals_from_then,
    context=lambda step: {"before": step.data.before},
)
MEETING_REARRANGED = Announcement[Timed](
    name="forum.meeting_rearranged",
    recipients=_meeting_people,
    template="meetings/mail/meeting_rearranged",
    url=_meeting_url,
    at_once=True,
    enclose=_invitations,
    context=lambda step: {"before": step.data.before},
)

#: Told by `forum.meetings.planning.services` when a plan is published or added to.
YEAR_PLAN_PUBLISHED = "forum.year_plan_published"

#: Told by `forum.meetings.agenda.notice` to whoever was sent the notice, of a case that came after it.
LATE_ITEM = "forum.late_item"

#: Told by `forum.meetings.agenda.questions` and `forum.meetings.agenda.demands`.
QUESTION_ASKED = "forum.question_asked"
DEMAND_RAISED = "forum.demand_raised"
DEMAND_BINDING = "forum.demand_binding"
DEMAND_CONFIRMED = "forum.demand_confirmed"

#: Told by `forum.meetings.attendance.absences` and `deputy_calls`; the name is the template's.
ABSENCE_REPORTED = "forum.absence_reported"
DEPUTY_ASKED = "forum.deputy_asked"
DEPUTY_ANSWERED = "forum.deputy_answered"
DEPUTY_RELEASED = "forum.deputy_released"
#: To a deputy who has said no: the answer is taken, and the meeting leaves the calendar.
DEPUTY_DECLINED = "forum.deputy_declined"
DEPUTIES_EXHAUSTED = "forum.deputies_exhausted"
CONFLICT_REPORTED = "forum.conflict_reported"

#: Told by `forum.meetings.attendance.place_changes`: to whoever gets a place after the notice, to whoever was invited
#: and has none any more, and to those who run the meeting.
MEMBER_INVITED = "forum.member_invited"
INVITATION_WITHDRAWN = "forum.invitation_withdrawn"
PLACES_SETTLED = "forum.places_settled"

#: Told by `forum.meetings.attendance.roll_call` when a deputy is called for somebody's absence.
DEPUTY_CALLED = "forum.deputy_called"

#: What puts a meeting into the calendar of whoever is told, or changes it there; what takes it out (`in_calendars`).
INVITES = frozenset(
    {
        MEETING_CALLED.name,
        MEETING_REARRANGED.name,
        MEETING_POSTPONED.name,
        MEETING_MOVED_AGAIN.name,
        MEMBER_INVITED,
        DEPUTY_ASKED,
        DEPUTY_CALLED,
    }
)
TAKES_OUT = frozenset(
    {
        MEETING_CANCELLED.name,
        MEETING_POSTPONED_WITHOUT.name,
        MEETING_MOVED_WITHOUT.name,
        INVITATION_WITHDRAWN,
        DEPUTY_RELEASED,
        DEPUTY_DECLINED,
    }
)

# Follow-up ------------------------------------------------------------------------------------------------------------

#: Told by `forum.meetings.follow_up.services`: to whoever is to carry a decision out, and to those who keep the
#: body's list when it is done.
FOLLOW_UP_GIVEN = "forum.follow_up_given"
FOLLOW_UP_DONE = "forum.follow_up_done"
#: To whoever carries out or goes on with a decision that was corrected after it was out.
DECISION_CORRECTED = "forum.decision_corrected"
#: To the chief executive, where it is the chief executive who has the authority.
FOLLOW_UP_RECOMMENDED = "forum.follow_up_recommended"
#: To those who sit in the body: its recommendation was answered by whoever has the authority.
FOLLOW_UP_ANSWERED = "forum.follow_up_answered"

#: Told by `forum.meetings.reminders`.
FOLLOW_UP_REMINDED = "forum.follow_up_reminded"
#: To those who keep the list: the day has come to ask what became of a recommendation.
FOLLOW_UP_ASK = "forum.follow_up_ask"
