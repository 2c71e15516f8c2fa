"""Reminders of opinions and commissions. They may run any number of times."""

from datetime import timedelta
from typing import Any

from django.db import transaction

from forum import notifications
from forum.enums import OpinionStatus
from forum.models import Case, Commission, Opinion
from forum.models.commissions import RUNNING
from forum.queries import asked
from trepart import audit, clock
from trepart.access import policy
from trepart.audit.models import Event
from trepart.notices.announcing import tell

#: So many days before the deadline people are reminded, and so many days pass between reminders of the same thing.
AHEAD = 3
AGAIN = timedelta(days=7)


def remind() -> int:
    """Remind those who are asked of opinions, and those who carry commissions, of what is due within days or overdue; return how many reminders were given."""
    limit = clock.today() + timedelta(days=AHEAD)
    opinions = Opinion.objects.to_be_reminded(AHEAD).order_by("pk").values_list("pk", flat=True)
    commissions = Commission.objects.filter(status__in=RUNNING, due_on__lte=limit).order_by("pk")
    return sum(_opinion(pk) for pk in list(opinions)) + sum(
        _commission(pk) for pk in list(commissions.values_list("pk", flat=True))
    )


def _recently(case: Case, subject: Any, action: str) -> bool:
    found = Event.objects.about(case).filter(action=action, subject_id=subject.pk, at__gt=clock.now() - AGAIN)
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
            template="forum/mail/opinion_reminded",
            context={"subject": opinion},
            url=opinion.get_absolute_url(),
            event=event,
        )
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
            template="forum/mail/commission_reminded",
            context={"subject": commission},
            url=commission.get_absolute_url(),
            event=event,
        )
    return 1
