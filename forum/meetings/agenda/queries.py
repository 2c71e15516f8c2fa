"""What waits to go on an agenda: the body's queue, what is ready and why the rest is not, and questions."""

from collections import defaultdict
from dataclasses import dataclass

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from forum.cases.case_owners import owner_of
from forum.cases.enums import OpinionStatus, ReferralStatus
from forum.cases.models import Opinion, Referral
from forum.meetings.agenda.body_queue import queue_for
from forum.meetings.agenda.models import Question
from forum.meetings.core.models import Meeting
from forum.meetings.core.queries import day_of
from trepart.text.dates import date_text


@dataclass(frozen=True)
class QueueLine:
    """One case of the queue; ``why_not`` says in a sentence why it is not ready for this meeting, empty where it is."""

    referral: Referral
    url: str
    why_not: str


def queue_lines(meeting: Meeting) -> list[QueueLine]:
    """Return what can be put on the agenda, ready cases first; one query more than the queue itself."""
    waiting = queue_for(meeting)
    asked: dict[int, list[Opinion]] = defaultdict(list)
    open_ones = Opinion.objects.filter(
        case__in=[r.case_id for r in waiting], asker=meeting.body_id, status=OpinionStatus.ASKED
    )
    for opinion in open_ones.select_related("asked", "unit").order_by("due_on", "pk"):
        asked[opinion.case_id].append(opinion)
    lines = []
    for referral in waiting:
        owner = owner_of(referral)
        lines.append(QueueLine(referral, owner.url(referral) if owner else "", _why_not(referral, meeting, asked)))
    return sorted(lines, key=lambda line: bool(line.why_not))


def _why_not(referral: Referral, meeting: Meeting, asked: dict[int, list[Opinion]]) -> str:
    if referral.status == ReferralStatus.RESTING and (
        referral.resumes_on is None or referral.resumes_on > day_of(meeting)
    ):
        if referral.resumes_on is None:
            return _("Rests for now.")
        return _("Rests until %(date)s.") % {"date": date_text(referral.resumes_on)}
    waiting = asked.get(referral.case_id)
    if waiting:
        return _("Waits for the opinion of %(who)s, due %(date)s.") % {
            "who": ", ".join(str(opinion.of) for opinion in waiting),
            "date": date_text(waiting[0].due_on),
        }
    return ""


def questions_waiting(meeting: Meeting) -> QuerySet[Question]:
    """Return the questions to the leader that do not stand on the agenda yet."""
    on_agenda = Q(item__isnull=False, item__withdrawn_at__isnull=True)
    return meeting.questions.exclude(on_agenda).select_related("asked_by__person").order_by("pk")
