"""A body's queue: the cases that wait for it, and how many of each sort; and what a meeting postponed that stands in no
queue."""

from django.db.models import Count, Exists, OuterRef, Prefetch, Q, QuerySet

from forum.cases.case_owners import with_cases
from forum.cases.deadlines import soon_until
from forum.cases.enums import ReferralStatus, Resolution
from forum.cases.models import Referral
from forum.meetings.core.models import AgendaItem, Meeting
from forum.meetings.enums import MeetingStatus
from forum.organisation.models import Body
from trepart import clock


class Shown:
    """Which part of a queue is shown: the values of ``?vis=`` on its page."""

    ALL = ""
    OVERDUE = "forfalt"
    SOON = "snart"
    RESTING = "hviler"


def body_queue(body: Body, shown: str = Shown.ALL) -> QuerySet[Referral]:
    """Return what waits for ``body``, whatever it comes from: what is due first comes first, what rests comes last
    by the day it comes back.

    ``shown`` narrows it (:class:`Shown`). Case, sender, agenda and what the owners of cases read are fetched along.
    """
    today = clock.today()
    waiting = with_cases(body.referrals.waiting()).select_related("sent_by__body", "body", "recommended_by")
    if shown == Shown.OVERDUE:
        waiting = waiting.filter(status=ReferralStatus.OPEN, due_on__lt=today)
    elif shown == Shown.SOON:
        waiting = waiting.filter(status=ReferralStatus.OPEN, due_on__range=(today, soon_until()))
    elif shown == Shown.RESTING:
        waiting = waiting.filter(status=ReferralStatus.RESTING)
    on_agenda = AgendaItem.objects.filter(withdrawn_at__isnull=True, settled_at__isnull=True).select_related(
        "meeting", "function"
    )
    # "open" sorts before "resting".
    return waiting.prefetch_related(Prefetch("items", on_agenda, to_attr="items_on_agenda")).order_by(
        "status", "resumes_on", "due_on", "pk"
    )


def queue_counts(body: Body) -> dict[str, int]:
    """Return how many wait in each part of the queue, by the values of :class:`Shown`; one query."""
    today = clock.today()
    still = Q(status=ReferralStatus.OPEN)
    counted = body.referrals.waiting().aggregate(
        everything=Count("pk"),
        overdue=Count("pk", filter=still & Q(due_on__lt=today)),
        soon=Count("pk", filter=still & Q(due_on__range=(today, soon_until()))),
        resting=Count("pk", filter=Q(status=ReferralStatus.RESTING)),
    )
    return {
        Shown.ALL: counted["everything"],
        Shown.OVERDUE: counted["overdue"],
        Shown.SOON: counted["soon"],
        Shown.RESTING: counted["resting"],
    }


def queue_for(meeting: Meeting) -> list[Referral]:
    """Return what waits for the body and stands on no agenda, what is due first comes first: what
    can be put on this one."""
    return [referral for referral in body_queue(meeting.body) if not getattr(referral, "items_on_agenda", [])]


#: A place on an agenda whose meeting is over, and which the body postponed there.
WAS_POSTPONED = Q(decision__resolution=Resolution.POSTPONE, meeting__status=MeetingStatus.ENDED)


def postponed(body_id: int) -> QuerySet[AgendaItem]:
    """Return what meetings of the body have postponed and that stands on no agenda since, oldest first. What comes of a
    case in the queue waits there, and minutes wait until they are approved."""
    again = AgendaItem.objects.filter(continues=OuterRef("pk"), withdrawn_at__isnull=True)
    own = AgendaItem.objects.filter(
        WAS_POSTPONED,
        meeting__body=body_id,
        referral__isnull=True,
        approves__isnull=True,
        withdrawn_at__isnull=True,
    )
    still = own.exclude(Exists(again.exclude(meeting__status=MeetingStatus.CANCELLED).order_by()))
    return still.select_related("meeting__body", "case").order_by("meeting__starts_at", "position")


def undemanded(body_id: int) -> QuerySet[AgendaItem]:
    """Return those that nobody demands: the rest is put on as what is demanded (§ 11-3)."""
    return postponed(body_id).exclude(demands__binding_at__isnull=False)
