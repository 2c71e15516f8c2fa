"""Reminders of opinions, commissions and minutes to approve. They may run any number of times."""

from datetime import timedelta
from typing import Any

from django.db import transaction
from django.db.models import Model

from forum import notifications
from forum.enums import MinutesStatus, OpinionStatus
from forum.models import Case, Commission, FollowUp, Meeting, Minutes, Opinion
from forum.models.commissions import RUNNING
from forum.queries import approvals, asked
from forum.services import follow_up
from trepart import audit, clock
from trepart.access import policy
from trepart.audit.models import Event
from trepart.notices.announcing import tell

#: So many days before the deadline people are reminded, and so many days pass between reminders of the same thing.
AHEAD = 3
AGAIN = timedelta(days=7)


def remind() -> int:
    """Remind those who are asked of opinions, those who carry commissions, and those who are asked to approve minutes, of what is due within days or overdue; return how many reminders were given."""
    limit = clock.today() + timedelta(days=AHEAD)
    opinions = Opinion.objects.to_be_reminded(AHEAD).order_by("pk").values_list("pk", flat=True)
    commissions = Commission.objects.filter(status__in=RUNNING, due_on__lte=limit).order_by("pk")
    minutes = Minutes.objects.filter(
        status=MinutesStatus.PUBLISHED, published_at__lte=clock.now() - AGAIN, signers__isnull=False
    )
    carrying = FollowUp.objects.filter(done_on__isnull=True, responsible__isnull=False, due_on__lte=limit)
    return (
        sum(_opinion(pk) for pk in list(opinions))
        + sum(_commission(pk) for pk in list(commissions.values_list("pk", flat=True)))
        + sum(_follow_up(pk) for pk in list(carrying.order_by("pk").values_list("pk", flat=True)))
        + sum(_minutes(pk) for pk in list(minutes.order_by("pk").distinct().values_list("pk", flat=True)))
    )


def _recently(root: Model, subject: Any, action: str) -> bool:
    found = Event.objects.about(root).filter(action=action, subject_id=subject.pk, at__gt=clock.now() - AGAIN)
    return found.exists()


def _lock(case_id: int) -> None:
    list(Case.objects.select_for_update(no_key=True).filter(pk=case_id).values_list("pk"))


@transaction.atomic
def _opinion(pk: int) -> int:
    _lock(Opinion.objects.values_list("case", flat=True).get(pk=pk))
    opinion = asked.opinions().get(pk=pk)
    if opinion.status != OpinionStatus.ASKED or _recently(opinion.case, opinion, "forum.opinion_reminded"):
        return 0
    data = {"of": str(opinion.of)}
    with audit.recorded("forum.opinion_reminded", actor=None, subject=opinion, root=opinion.case, data=data) as event:
        tell(
            policy.people_who_can("forum.answer_opinion", opinion),
            kind=notifications.OPINION_REMINDED,
            template="cases/mail/opinion_reminded",
            context={"subject": opinion},
            url=opinion.get_absolute_url(),
            event=event,
        )
    return 1


@transaction.atomic
def _minutes(pk: int) -> int:
    """Remind those who have neither approved the newest version nor answered with a remark."""
    minutes = Minutes.objects.select_related("meeting__body").get(pk=pk)
    list(Meeting.objects.select_for_update(no_key=True).filter(pk=minutes.meeting_id).values_list("pk"))
    minutes.refresh_from_db(fields=["status"])
    standing = approvals.standing(minutes)
    silent = [one.signer.membership.person for one in standing.asked if one.approved is None and not one.remarks]
    if minutes.status != MinutesStatus.PUBLISHED or not silent:
        return 0
    if _recently(minutes.meeting, minutes, "forum.minutes_reminded"):
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
    if one.done_on is not None or _recently(item.meeting, item, "forum.follow_up_reminded"):
        return 0
    data = {"label": item.label, "closed": item.is_closed}
    with audit.recorded("forum.follow_up_reminded", actor=None, subject=item, root=item.meeting, data=data) as event:
        follow_up.remind(one, event)
    return 1


@transaction.atomic
def _commission(pk: int) -> int:
    _lock(Commission.objects.values_list("case", flat=True).get(pk=pk))
    commission = asked.commissions().get(pk=pk)
    if commission.status not in RUNNING or _recently(commission.case, commission, "forum.commission_reminded"):
        return 0
    back = commission.status == "sent_back"
    right = "forum.give_commission" if back else "forum.carry_commission"
    data = {"to": str(commission.giver if back else commission.receiver)}
    with audit.recorded(
        "forum.commission_reminded", actor=None, subject=commission, root=commission.case, data=data
    ) as event:
        tell(
            policy.people_who_can(right, commission),
            kind=notifications.COMMISSION_REMINDED,
            template="commissions/mail/commission_reminded",
            context={"subject": commission},
            url=commission.get_absolute_url(),
            event=event,
        )
    return 1
