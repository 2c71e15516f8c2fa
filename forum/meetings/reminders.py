"""Reminders of decisions to carry out and minutes to approve."""

from django.db import transaction
from django.db.models import Q

from forum.cases.deadlines import soon_until
from forum.cases.enums import Resolution
from forum.cases.reminders import AGAIN, reminded_recently
from forum.meetings import notifications
from forum.meetings.core.models import Meeting
from forum.meetings.enums import MinutesStatus
from forum.meetings.follow_up import services as follow_up
from forum.meetings.follow_up.models import FollowUp
from forum.meetings.minutes.approvals import queries as approval_queries
from forum.meetings.minutes.models import Minutes
from trepart import audit, clock
from trepart.notices.announcing import tell


def remind_of_decisions() -> int:
    """Remind those who carry out decisions that are due soon or overdue, and those who ask what came of a
    recommendation on the day it is asked; return how many reminders were given."""
    limit = soon_until()
    waiting = FollowUp.objects.filter(done_on__isnull=True)
    asked = Q(decision__resolution=Resolution.TO_COUNCIL.value, due_on__lte=clock.today())
    carrying = waiting.filter(Q(responsible__isnull=False, due_on__lte=limit) | asked)
    return sum(_follow_up(pk) for pk in list(carrying.order_by("pk").values_list("pk", flat=True)))


def remind_of_minutes() -> int:
    """Remind those who have not approved the minutes a week after they came out; return how
    many reminders were given."""
    minutes = Minutes.objects.filter(
        status=MinutesStatus.PUBLISHED, published_at__lte=clock.now() - AGAIN, signers__isnull=False
    )
    return sum(_minutes(pk) for pk in list(minutes.order_by("pk").distinct().values_list("pk", flat=True)))


@transaction.atomic
def _minutes(pk: int) -> int:
    """Remind those who have neither approved the newest version nor answered with a remark."""
    minutes = Minutes.objects.select_related("meeting__body").get(pk=pk)
    list(Meeting.objects.select_for_update(no_key=True).filter(pk=minutes.meeting_id).values_list("pk"))
    minutes.refresh_from_db(fields=["status"])
    progress = approval_queries.progress_of(minutes)
    silent = [
        one.signer.membership.person for one in progress.asked if one.approved is None and not one.waits_for_answer
    ]
    if minutes.status != MinutesStatus.PUBLISHED or not silent:
        return 0
    if reminded_recently(minutes.meeting, minutes, "forum.minutes_reminded"):
        return 0
    with audit.recorded("forum.minutes_reminded", actor=None, subject=minutes, root=minutes.meeting) as event:
        tell(
            silent,
            kind=notifications.MINUTES_REMINDED,
            template="meetings/minutes/mail/minutes_reminded",
            context={"subject": minutes},
            url=minutes.get_absolute_url(),
            event=event,
        )
    return 1


@transaction.atomic
def _follow_up(pk: int) -> int:
    one = (
        FollowUp.objects.select_for_update(no_key=True, of=("self",))
        .select_related(
            "responsible", "decision__item__meeting__body", "decision__item__case", "decision__item__referral__case"
        )
        .get(pk=pk)
    )
    item = one.decision.item
    if one.done_on is not None or reminded_recently(item.meeting, item, "forum.follow_up_reminded"):
        return 0
    data = {"label": item.label, "closed": item.is_withheld_by_doors}
    with audit.recorded("forum.follow_up_reminded", actor=None, subject=item, root=item.meeting, data=data) as event:
        follow_up.remind(one, event)
    return 1
