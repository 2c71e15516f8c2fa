"""Reminders of commissions that are due."""

from django.db import transaction

from forum.cases.deadlines import soon_until
from forum.cases.reminders import lock_case, reminded_recently
from forum.commissions import notifications
from forum.commissions import queries as asked
from forum.commissions.models import RUNNING, Commission
from trepart import audit
from trepart.access import policy
from trepart.notices.announcing import tell


def remind_of_commissions() -> int:
    """Remind those who carry commissions that are due soon or overdue; return how many reminders were given."""
    limit = soon_until()
    commissions = Commission.objects.filter(status__in=RUNNING, due_on__lte=limit).order_by("pk")
    return sum(_commission(pk) for pk in list(commissions.values_list("pk", flat=True)))


@transaction.atomic
def _commission(pk: int) -> int:
    lock_case(Commission.objects.values_list("case", flat=True).get(pk=pk))
    commission = asked.commissions().get(pk=pk)
    if commission.status not in RUNNING or reminded_recently(commission.case, commission, "forum.commission_reminded"):
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
