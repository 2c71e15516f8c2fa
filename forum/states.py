"""The bare edges of the lifecycles of this room. The table in `workflow.py` walks them all; the database guard is made from them."""

from forum.enums import CommissionStatus as C
from forum.enums import CouncilCaseStatus as K
from forum.enums import MeetingStatus as M
from forum.enums import MinutesStatus as P
from forum.enums import OpinionStatus as O
from forum.enums import ReferralStatus as R

REFERRAL = frozenset(
    {
        ("", R.OPEN),
        (R.OPEN, R.RESTING),
        (R.RESTING, R.RESTING),
        (R.RESTING, R.OPEN),
        (R.OPEN, R.CLOSED),
        (R.RESTING, R.CLOSED),
    }
)

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

OPINION = frozenset(
    {
        ("", O.ASKED),
        (O.ASKED, O.ANSWERED),
        (O.ASKED, O.DECLINED),
        (O.ASKED, O.LAPSED),
        (O.ASKED, O.WITHDRAWN),
    }
)

COMMISSION = frozenset(
    {
        ("", C.GIVEN),
        (C.GIVEN, C.GIVEN),  # passed on to those it belongs with
        (C.GIVEN, C.ACCEPTED),
        (C.GIVEN, C.SENT_BACK),
        (C.GIVEN, C.CALLED_BACK),
        (C.SENT_BACK, C.GIVEN),  # given anew
        (C.SENT_BACK, C.CALLED_BACK),
        (C.ACCEPTED, C.SENT_BACK),
        (C.ACCEPTED, C.REPORTED),
        (C.ACCEPTED, C.CALLED_BACK),
        (C.REPORTED, C.ACCEPTED),  # heard, and asked to go on
        (C.REPORTED, C.CONCLUDED),
    }
)

COUNCIL_CASE = frozenset(
    {
        ("", K.RECEIVED),
        (K.RECEIVED, K.TREATED),
        (K.RECEIVED, K.WITHDRAWN),
        (K.RECEIVED, K.DECIDED),  # the council decided before the body had a view
        (K.TREATED, K.DECIDED),
        (K.DECIDED, K.DECIDED),  # what it decided was written down wrongly, or it decided anew
    }
)
