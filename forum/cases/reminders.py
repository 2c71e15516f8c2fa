"""Reminders of opinions that are due, and what every reminder asks first."""

from datetime import timedelta
from typing import Any

from django.db import transaction
from django.db.models import Model

from forum.cases import notifications
from forum.cases.deadlines import SOON_DAYS
from forum.cases.enums import OpinionStatus
from forum.cases.models import Case, Opinion
from forum.cases.queries import opinions as asked
from trepart import audit, clock
from trepart.access import policy
from trepart.audit.models import Event
from trepart.notices.announcing import tell

#: So many days pass between reminders of the same thing; the first comes when it is due soon (`deadlines.SOON_DAYS`).
AGAIN = timedelta(days=7)


def remind_of_opinions() -> int:
    """Remind those who are asked for opinions that are due soon or overdue; return how many reminders were given."""
    opinions = Opinion.objects.to_be_reminded(SOON_DAYS).order_by("pk").values_list("pk", flat=True)
    return sum(_opinion(pk) for pk in list(opinions))


def reminded_recently(root: Model, subject: Any, action: str) -> bool:
    found = Event.objects.about(root).filter(action=action, subject_id=subject.pk, at__gt=clock.now() - AGAIN)
    return found.exists()


def lock_case(case_id: int) -> None:
    list(Case.objects.select_for_update(no_key=True).filter(pk=case_id).values_list("pk"))


@transaction.atomic
def _opinion(pk: int) -> int:
    lock_case(Opinion.objects.values_list("case", flat=True).get(pk=pk))
    opinion = asked.opinions().get(pk=pk)
    if opinion.status != OpinionStatus.ASKED or reminded_recently(opinion.case, opinion, "forum.opinion_reminded"):
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
