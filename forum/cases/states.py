"""The bare edges of the lifecycles of a referral and an opinion."""

from forum.cases.enums import OpinionStatus as O
from forum.cases.enums import ReferralStatus as R

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
OPINION = frozenset(
    {
        ("", O.ASKED),
        (O.ASKED, O.ANSWERED),
        (O.ASKED, O.DECLINED),
        (O.ASKED, O.LAPSED),
        (O.ASKED, O.WITHDRAWN),
    }
)
