"""What was recorded of a meeting, fetched as the minutes need it."""

from dataclasses import dataclass

from django.db.models import Prefetch

from forum.cases import case_owners
from forum.meetings.core.models import AgendaItem, Attendance, Meeting
from forum.meetings.minutes.corrections import queries as corrections_of_record
from forum.meetings.minutes.corrections.models import RecordCorrection
from forum.meetings.session import narrative
from forum.meetings.session.models import Movement


def loaded(meeting: Meeting) -> list[AgendaItem]:
    """Return the meeting's items in order with everything the minutes need, in a constant number of queries."""
    return list(
        AgendaItem.objects.filter(meeting=meeting)
        .select_related(
            "decision__responsible",
            "decision__delegation",
            "case",
            "referral__case",
            "function",
            "meeting__body",
            "question__asked_by__person",
            "lateness",
            *case_owners.related("referral__"),
        )
        .prefetch_related(
            Prefetch(
                "movements", Movement.objects.in_order().select_related("membership__person", "stands_for__person")
            ),
            "door_periods",
            "objections__membership__person",
            "additions__membership__person",
            "additions__membership__party",
            "attendees",
            "written_answers__membership__person",
            "elections__elected",
            "elections__rounds__counts__candidate",
            "elections__rounds__voices",
            "motions__moved_by__person",
            "motions__moved_by__party",
            "motions__moved_by_attendee",
            "recusals__membership__person",
            "recusals__deputy__person",
            "recusals__seat",
            "ballots__motion__moved_by__person",
            "ballots__motion__moved_by__party",
            "ballots__motion__moved_by_attendee",
            "ballots__opponent__moved_by__person",
            "ballots__opponent__moved_by__party",
            "ballots__opponent__moved_by_attendee",
            "ballots__presiding__person",
            "ballots__votes__party",
        )
        .order_by("position", "id")
    )


@dataclass(frozen=True)
class Recorded:
    """What was recorded of a meeting, fetched once for however many documents are built of it."""

    attendances: list[Attendance]
    movements: list[Movement]
    corrected: list[RecordCorrection]
    items: list[AgendaItem]


def recorded(meeting: Meeting) -> Recorded:
    """Fetch what was recorded of ``meeting``, in a constant number of queries."""
    return Recorded(
        list(
            meeting.attendances.select_related(
                "membership__person", "membership__party", "stands_for__person", "stand_in__person"
            ).order_by("id")
        ),
        narrative.movements_of(meeting),
        corrections_of_record.standing(meeting),
        loaded(meeting),
    )
