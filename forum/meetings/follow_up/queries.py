"""What a body follows up: open, due soon, overdue, with nobody responsible, and done (R16)."""

from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import TYPE_CHECKING

from django.db.models import OuterRef, Q, QuerySet, Subquery

from forum.meetings.core.closed.access import kept_items_open_to
from forum.meetings.core.models import Meeting
from forum.meetings.core.queries import day_of
from forum.meetings.enums import MeetingKind, MeetingStatus
from forum.meetings.follow_up.models import FollowUp, FollowUpNote
from forum.meetings.follow_up.sources import Measure, brought
from forum.meetings.minutes.approvals import queries as approval_queries
from forum.meetings.minutes.models import Minutes
from forum.organisation.models import Body
from trepart import clock

if TYPE_CHECKING:
    from trepart.access.models import User
    from trepart.access.rules import Person

#: Where a body has held no meeting yet, so many days back is "lately".
LATELY = 60


def with_decisions(found: QuerySet[FollowUp]) -> QuerySet[FollowUp]:
    """Fetch along what a line about a decision says, and the newest note."""
    newest = FollowUpNote.objects.filter(follow_up=OuterRef("pk")).order_by("-at", "-id")
    return found.select_related(
        "responsible", "decision__item__meeting__body", "decision__item__case", "decision__item__referral__case"
    ).annotate(newest_note=Subquery(newest.values("text")[:1]), newest_at=Subquery(newest.values("at")[:1]))


@dataclass
class Board:
    """The list of follow-up of one body."""

    body: Body
    last: Meeting | None
    coming: Meeting | None
    overdue: list[Measure] = field(default_factory=list)
    soon: list[Measure] = field(default_factory=list)
    open: list[Measure] = field(default_factory=list)
    unassigned: list[Measure] = field(default_factory=list)
    done: list[Measure] = field(default_factory=list)
    #: Over since the last meeting without being done: the decision was corrected.
    lapsed: list[Measure] = field(default_factory=list)
    minutes: list[Minutes] = field(default_factory=list)
    #: Words of a case that is kept stand in it.
    shows_kept: bool = False

    @property
    def empty(self) -> bool:
        """Say whether there is nothing at all."""
        return not (self.overdue or self.soon or self.open or self.unassigned or self.done or self.lapsed)


def board(body: Body, person: "Person") -> Board:
    """Return what ``body`` follows up, as ``person`` may read it, in a number of queries that does not grow
    with how much there is."""
    held = Meeting.objects.filter(body=body, status=MeetingStatus.ENDED).order_by("-starts_at").first()
    coming = (
        Meeting.objects.filter(
            body=body,
            kind=MeetingKind.ORDINARY,
            status__in=(MeetingStatus.PLANNED, MeetingStatus.CALLED),
            starts_at__gte=clock.now(),
        )
        .order_by("starts_at")
        .first()
    )
    since = day_of(held) if held is not None else clock.today() - timedelta(days=LATELY)
    found = Board(body, held, coming, minutes=list(approval_queries.waiting_long(body.pk)))
    own = with_decisions(FollowUp.objects.filter(decision__item__meeting__body=body))
    recent = own.filter(done_on__isnull=True) | own.filter(done_on__gte=since)
    kept = kept_items_open_to(person, Q(meeting__body=body))
    measures = [
        measure_of(one, hidden=one.decision.item.is_withheld and one.decision.item_id not in kept) for one in recent
    ]
    found.shows_kept = any(one.decision.item.is_withheld and one.decision.item_id in kept for one in recent)
    measures += brought(body, person, done_since=since)
    for measure in sorted(measures, key=_order):
        if measure.lapsed:
            found.lapsed.append(measure)
        elif measure.done_on is not None:
            found.done.append(measure)
        elif measure.overdue:
            found.overdue.append(measure)
        elif not (measure.responsible or measure.awaits) or measure.due_on is None:
            found.unassigned.append(measure)
        elif measure.soon:
            found.soon.append(measure)
        else:
            found.open.append(measure)
    return found


def _order(measure: Measure) -> tuple[date, str]:
    return measure.due_on or date.max, measure.label


def measure_of(one: FollowUp, *, hidden: bool) -> Measure:
    """Return the carrying out of a decision as the list shows it; what is kept from the reader shows its
    number and public title."""
    item = one.decision.item
    noted = getattr(one, "newest_at", None)
    return Measure(
        title=item.title_outside if hidden else item.title,
        label=item.label,
        url=one.get_absolute_url() if not hidden else "",
        responsible=one.responsible.name if one.responsible is not None else "",
        due_on=one.due_on,
        done_on=one.done_on,
        public=item.title_outside if item.is_withheld else "",
        note="" if hidden else (getattr(one, "newest_note", None) or ""),
        noted_on=noted.date() if noted is not None and not hidden else None,
        awaits=one.awaits_answer,
        lapsed=one.lapsed,
    )


def waiting_for(person: "User") -> QuerySet[FollowUp]:
    """Return what ``person`` is to carry out, the one due first at the top."""
    return with_decisions(FollowUp.objects.filter(responsible=person, done_on__isnull=True)).order_by("due_on", "pk")
