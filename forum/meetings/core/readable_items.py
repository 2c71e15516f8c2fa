"""Which items of which agendas somebody may read, for extracts, follow-up and search alike (R8, R25).

Whether an item is withheld, and the title that stands in its place, are its own: `AgendaItem.is_withheld` (to the
database `AgendaItem.objects.not_withheld()`) and `AgendaItem.title_outside` in `forum.meetings.core.models`. Who reads
what, and when, is held together in `tests/forum/meetings/test_who_reads_what.py`.
"""

from typing import TYPE_CHECKING

from django.db import models
from django.db.models import Exists, OuterRef, Q, QuerySet

from forum.cases.models import Case
from forum.meetings.core.closed.access import inside_meetings, kept_items_open_to, own_seats
from forum.meetings.core.models import AgendaItem, Meeting
from forum.meetings.core.withheld import NOT_WITHHELD
from forum.meetings.enums import MINUTES_OUT, MeetingKind, MeetingStatus
from forum.meetings.minutes.decision_lists.models import DecisionList
from trepart.access import policy

if TYPE_CHECKING:
    from trepart.access.rules import Person

#: The agenda is out: the meeting has been called, or has been held.
OUT = Q(meeting__called_at__isnull=False) | Q(meeting__status=MeetingStatus.ENDED.value)


def told() -> Q:
    """Return of which items it is public what was decided, to whoever may read them: the decision list or the minutes
    are published; what is only written down (an LMU's log) was told by that. Until then it is for those inside."""
    lists = DecisionList.objects.filter(meeting=OuterRef("meeting")).order_by()
    published = Q(meeting__minutes__status__in=MINUTES_OUT)
    return Q(meeting__kind=MeetingKind.LOG.value) | published | Q(Exists(lists))


def decisions_published() -> Q:
    """Return of which meetings the decision list or the minutes are published: what was decided there is public."""
    lists = DecisionList.objects.filter(meeting=OuterRef("pk")).order_by()
    return Q(minutes__status__in=MINUTES_OUT) | Q(Exists(lists))


def decisions_are_out(meeting: Meeting) -> bool:
    """Say of one meeting what :func:`told` asks of its items."""
    if meeting.kind == MeetingKind.LOG:
        return True
    return minutes_are_out(meeting) or meeting.decision_lists.exists()


def minutes_are_out(meeting: Meeting) -> bool:
    """Say whether minutes of ``meeting`` are published, approved or not (R29)."""
    minutes = getattr(meeting, "minutes", None)
    return minutes is not None and minutes.status in MINUTES_OUT


def about(case: Case) -> Q:
    """Return which agenda items treat ``case``, by itself or through its stay with a body. Asks the database: they are
    few and found in an index, while an "or" across the join within a larger question reads all the items there are
    (docs/performance.md)."""
    own = AgendaItem.objects.filter(case=case).order_by().values_list("pk", flat=True)
    through = AgendaItem.objects.filter(referral__case=case).order_by().values_list("pk", flat=True)
    return Q(pk__in=list(own.union(through)))


def own_items(person: "Person", meeting: Meeting) -> frozenset[int]:
    """Return the ids of the kept items of ``meeting`` that ``person`` may read (`core.closed.access`)."""
    return kept_items_open_to(person, Q(meeting=meeting.pk))


def readable_items(person: "Person") -> QuerySet[AgendaItem]:
    """Return the agenda items whose words ``person`` may read: of meetings the person may see, whose agenda is out,
    without what is kept from the person."""
    seen = policy.visible_to(person, "forum.view_meeting", Meeting.objects.all())
    kept = kept_items_open_to(person)
    open_to = NOT_WITHHELD | Q(pk__in=kept) if kept else NOT_WITHHELD
    return AgendaItem.objects.filter(OUT, meeting__in=seen.order_by().values("pk")).filter(open_to)


def decided_for(person: "Person") -> models.Case:
    """Return an expression that is true of the items whose decision ``person`` may know, among those the person may
    read: the meeting has ended, and what was decided is out, or the person is one of those inside."""
    ended = Q(decision__isnull=False, meeting__status=MeetingStatus.ENDED.value)
    inside = Meeting.objects.filter(inside_meetings(person)).order_by().values("pk")
    known = ended & (told() | Q(meeting__in=inside) | own_seats(person))
    return models.Case(models.When(known, then=True), default=False, output_field=models.BooleanField())


def may_read(item: AgendaItem, person: "Person") -> bool:
    """Say the same as :func:`readable_items` of one item that is fetched, with its meeting and cases, and whose agenda
    is out. For the few items of one case: asked of the rows there are, it costs a fraction of what it costs inside a
    question to the database (docs/performance.md)."""
    if not item.is_withheld:
        return policy.can(person, "forum.view_meeting", item.meeting)
    return policy.can(person, "forum.view_closed", item) and policy.can(person, "forum.view_meeting", item.meeting)
