"""Whether enough have met to decide (koml § 11-9), for the bar at the top of the page."""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from forum.meetings.core import participants, voting
from forum.meetings.core.models import Meeting
from forum.organisation import parity


@dataclass(frozen=True)
class Quorum:
    """How many are at the table, of how many seats, and whether they can decide (koml § 11-9)."""

    present: int
    seats: int
    enough: bool
    presence: list[tuple[str, str]]
    #: That the three parts are not equal, where they are to be (R2).
    parts: str = ""

    @classmethod
    def of(cls, meeting: Meeting) -> "Quorum":
        """Count who is at the table."""
        seats, table = participants.seats(meeting), participants.now_at_the_table(meeting)
        enough = voting.quorum(len(table), len(seats)) if meeting.body.chapter_11 else bool(table)
        parts = parity.unequal(meeting.body, [voter.seat.part for voter in table])
        return cls(len(table), len(seats), enough, participants.present_of_each_part(seats, table), parts)

    @property
    def words(self) -> str:
        """Return what the bar says: "Quorate 8 of 9"."""
        numbers = {"present": self.present, "seats": self.seats}
        return (
            _("Quorate %(present)s of %(seats)s") if self.enough else _("Not quorate %(present)s of %(seats)s")
        ) % numbers
