"""Whether enough have met to decide (koml § 11-9): the rule, its refusal, and what the bar of the page says."""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from forum.meetings.core import participants, voting
from forum.meetings.core.models import Meeting
from forum.organisation import parity
from forum.organisation.models import Body
from trepart.refusals import GuardRefused


def is_quorate(body: Body, *, voters: int, seats: int) -> bool:
    """Say whether ``voters`` of ``seats`` are enough to decide: half of the members in a body under chapter 11 (koml §
    11-9), somebody at least in any other."""
    return voting.quorum(voters, seats) if body.chapter_11 else voters > 0


def check_quorum(meeting: Meeting, *, voters: int, seats: int) -> None:
    """Raise ``GuardRefused`` where too few take part to decide (`is_quorate`)."""
    if voters == 0 and not meeting.body.chapter_11:
        raise GuardRefused(_("Nobody takes part in this case, so nothing can be decided."))
    if not is_quorate(meeting.body, voters=voters, seats=seats):
        raise GuardRefused(
            _(
                "Fewer than half of the members take part: %(voters)s of %(seats)s, and it takes %(needed)s "
                "(Local Government Act § 11-9). The body cannot decide this now."
            )
            % {"voters": voters, "seats": seats, "needed": voting.needed(seats)}
        )


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
        enough = is_quorate(meeting.body, voters=len(table), seats=len(seats))
        parts = parity.unequal(meeting.body, [voter.seat.part for voter in table])
        return cls(len(table), len(seats), enough, participants.present_of_each_part(seats, table), parts)

    @property
    def words(self) -> str:
        """Return what the bar says: "Quorate 8 of 9"."""
        numbers = {"present": self.present, "seats": self.seats}
        return (
            _("Quorate %(present)s of %(seats)s") if self.enough else _("Not quorate %(present)s of %(seats)s")
        ) % numbers
