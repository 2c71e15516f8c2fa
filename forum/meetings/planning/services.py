"""Publishing a body's meetings for a year, and the days on which nobody meets (R6)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from forum.meetings.core.models import Meeting
from forum.meetings.enums import MeetingStatus
from forum.meetings.notifications import YEAR_PLAN_PUBLISHED, people_of
from forum.meetings.planning.models import DayOff, YearPlan
from forum.organisation.models import Body
from trepart import audit, clock
from trepart.access.models import User
from trepart.audit.models import Event
from trepart.authorising import authorise
from trepart.notices.announcing import tell
from trepart.refusals import GuardRefused
from trepart.workflow import perform, reserve_pk

if TYPE_CHECKING:
    from django.db.models import QuerySet

PLAN = "forum.plan_meeting"
#: The longest a municipality is without meetings.
MOST_DAYS_OFF = 120


@dataclass(frozen=True)
class Planned:
    """What came of publishing: the plan, the meetings that were planned, and the days on which one stood already."""

    plan: YearPlan
    added: list[Meeting]
    there: list[date]


def meetings_in(body: Body, year: int) -> "QuerySet[Meeting]":
    """Return the meetings of ``body`` in the calendar year, cancelled ones too, in the order they come."""
    begins, ends = (timezone.make_aware(datetime.combine(date(y, 1, 1), time())) for y in (year, year + 1))
    return Meeting.objects.filter(body=body, starts_at__gte=begins, starts_at__lt=ends).order_by("starts_at", "pk")


def _to_come(body: Body, year: int) -> "QuerySet[Meeting]":
    return meetings_in(body, year).exclude(status=MeetingStatus.CANCELLED).filter(starts_at__gte=clock.now())


@transaction.atomic
def publish(*, body: Body, year: int, wanted: Sequence[tuple[datetime, str]], actor: User) -> Planned:
    """Plan the meetings of ``wanted`` (when, where) and publish the body's plan for ``year``; return what came of it.

    Never doubles what stands there: a day on which the body has a meeting already is passed by, whoever planned it
    and whenever. Told to everybody in the body the first time, with what is to come, and each time something is added;
    of no meetings nobody is told. Raises
    ``NotPermitted``, and ``GuardRefused`` for a body not at work, a meeting in another year, or two on one day;
    and as `plan_meeting` does.
    """
    # One row stands for the body's year: two who publish at once meet here.
    body = Body.objects.select_for_update(no_key=True).get(pk=body.pk)
    by = authorise(actor, PLAN, body)
    if not body.is_active:
        raise GuardRefused(_("%(body)s is not at work yet, or no longer.") % {"body": body.name})
    days = [timezone.localtime(moment).date() for moment, _place in wanted]
    if any(day.year != year for day in days):
        raise GuardRefused(_("A plan for %(year)s holds meetings in %(year)s.") % {"year": year})
    if len(set(days)) != len(days):
        raise GuardRefused(_("Two meetings stand on the same day."))
    standing = meetings_in(body, year).exclude(status=MeetingStatus.CANCELLED).values_list("starts_at", flat=True)
    taken = {timezone.localtime(moment).date() for moment in standing}
    fresh = [(moment, place) for (moment, place), day in zip(wanted, days, strict=True) if day not in taken]
    plan = YearPlan.objects.filter(body=body, year=year).first()
    if plan is not None and not fresh:
        return Planned(plan, [], sorted(taken & set(days)))
    first_time = plan is None
    plan = plan or YearPlan(pk=reserve_pk(YearPlan), body=body, year=year)
    data = {"year": str(year), "added": len(fresh), "body": body.pk}
    with audit.recorded(
        "forum.year_plan_published", actor=by.actor, subject=plan, acting=by.acting, data=data
    ) as event:
        added = [plan_meeting(body=body, starts_at=moment, place=place, actor=actor) for moment, place in sorted(fresh)]
        if first_time:
            # After its meetings: what is planned from here on has come to a plan that stood (`changed_since`).
            plan.published_at = clock.now()
            plan.save(force_insert=True)
        # The first time with those that stood there, which nobody has been told of as a plan; never an empty list.
        told = list(_to_come(body, year)) if first_time else added
        tell(
            people_of(body) if told else [],
            kind=YEAR_PLAN_PUBLISHED,
            template="meetings/planning/mail/year_plan_published",
            context={"body": body, "year": year, "meetings": told, "first_time": first_time},
            url=plan.get_absolute_url(),
            event=event,
        )
    return Planned(plan, added, sorted(taken & set(days)))


@transaction.atomic
def add_day_off(*, name: str, first_day: date, last_day: date, actor: User) -> DayOff:
    """Enter days without meetings and return them. Raises ``NotPermitted``, or ``ValidationError`` for days that end
    before they begin, last too long or stand there."""
    by = authorise(actor, "forum.manage_organisation")
    if last_day < first_day:
        raise ValidationError({"last_day": _("It cannot end before it begins.")})
    if last_day - first_day > timedelta(days=MOST_DAYS_OFF):
        raise ValidationError({"last_day": _("That is too long a time without meetings. Check the year.")})
    entered = ValidationError({"first_day": _("These days are entered already.")})
    if DayOff.objects.filter(first_day=first_day, last_day=last_day).exists():
        raise entered
    off = DayOff(pk=reserve_pk(DayOff), name=name, first_day=first_day, last_day=last_day)
    try:
        with audit.recorded("forum.day_off_added", actor=by.actor, subject=off, acting=by.acting):
            off.save(force_insert=True)
    except IntegrityError:
        # Sent twice at once: the table itself keeps the days once.
        raise entered from None
    return off


@transaction.atomic
def remove_day_off(off: DayOff, *, actor: User) -> None:
    """Remove days without meetings; meetings that were planned around them stay where they are.
    Raises ``NotPermitted``."""
    by = authorise(actor, "forum.manage_organisation")
    with audit.recorded(
        "forum.day_off_removed", actor=by.actor, subject=off, acting=by.acting, data={"name": off.name}
    ):
        off.delete()


def changed_since(plan: YearPlan) -> dict[int, str]:
    """Return what has become of the meetings of ``plan`` since it was first published: meeting id -> "added", "moved".
    One query, however many."""
    meetings = meetings_in(plan.body, plan.year).values("pk")
    events = Event.objects.filter(
        subject_type=Meeting._meta.label_lower, subject_id__in=meetings, at__gt=plan.published_at
    )
    found: dict[int, str] = {}
    for pk, action in events.order_by("pk").values_list("subject_id", "action"):
        if action == "forum.meeting_planned":
            found[pk] = "added"
        elif action in ("forum.meeting_moved", "forum.meeting_rearranged", "forum.meeting_postponed"):
            found.setdefault(pk, "moved")
    return found


def next_year_to_plan(body: Body) -> int:
    """Return the year a plan is most likely wanted for: the first, from this one on, that has none."""
    years = set(YearPlan.objects.filter(body=body).values_list("year", flat=True))
    this = clock.today().year
    return next(year for year in range(this, this + 100) if year not in years)


def plan_meeting(
    *, body: Body, starts_at: datetime, place: str = "", far_ahead: bool = False, actor: "User"
) -> Meeting:
    """Plan a meeting of ``body`` and return it; ``far_ahead`` where a day more than two years ahead is meant. Raises as
    the executor does: without the right, for a body not at work, for a day gone by."""
    data = {"starts_at": starts_at, "place": place, **({"far_ahead": "on"} if far_ahead else {})}
    planned: Meeting = perform(Meeting(body=body), "plan", actor=actor, data=data)
    return planned
