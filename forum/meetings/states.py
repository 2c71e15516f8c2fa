"""The bare edges of the lifecycles of a meeting and its minutes."""

from forum.meetings.enums import MeetingStatus as M
from forum.meetings.enums import MinutesStatus as P

MEETING = frozenset(
    {
        ("", M.PLANNED),
        ("", M.ENDED),  # a log: written when it is over
        (M.PLANNED, M.PLANNED),  # moved to another day
        (M.PLANNED, M.CALLED),
        (M.PLANNED, M.CANCELLED),
        (M.CALLED, M.CALLED),  # another place or hour the same day
        (M.CALLED, M.PLANNED),  # postponed: called again for the new day
        (M.CALLED, M.CANCELLED),
        (M.CALLED, M.IN_SESSION),
        (M.IN_SESSION, M.ENDED),
    }
)
MINUTES = frozenset(
    {
        ("", P.DRAFT),
        (P.DRAFT, P.PUBLISHED),
        (P.PUBLISHED, P.PUBLISHED),  # corrected: a new version
        (P.PUBLISHED, P.APPROVED),
        (P.APPROVED, P.PUBLISHED),  # corrected after approval: to be approved again
    }
)
