"""The draft agenda as whoever prepares a body's cases reads it: what comes up, and the cases prepared.

Where one leader selects and prepares the cases of a body (the chief executive in the line), that leader and the
secretary beside them read the agenda while it is planned. It gives nothing else in the body.
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from forum.cases.case_owners import owner_of
from forum.meetings.core.models import Meeting
from forum.meetings.core.queries import ItemLine, item_lines
from trepart.access import grants, policy

if TYPE_CHECKING:
    from trepart.access.rules import Person

READ_DRAFT = "forum.read_draft_agenda"


@dataclass(frozen=True)
class DraftLine:
    """One case of a draft agenda. ``url``: the page of the case, for whoever prepared it; empty for the others."""

    line: ItemLine
    url: str

    @property
    def prepared(self) -> bool:
        """Say whether the reader's body sent the case here."""
        return bool(self.url)


def draft_for(meeting: Meeting, reader: "Person") -> list[DraftLine]:
    """Return the draft agenda as ``reader`` may read it: nothing unless they prepare cases for the body. What is
    withheld has its public title, except where their own body sent the case."""
    if not policy.can(reader, READ_DRAFT, meeting):
        return []
    bodies = grants.of(reader).bodies(READ_DRAFT)
    own = set(meeting.items.filter(referral__sent_by__body__in=bodies).values_list("pk", flat=True))
    found = []
    for line in item_lines(meeting, sees_closed=False, own=own):
        referral = line.item.referral
        owner = owner_of(referral) if line.item.pk in own else None
        found.append(DraftLine(line, owner.url(referral) if owner is not None and referral is not None else ""))
    return found
