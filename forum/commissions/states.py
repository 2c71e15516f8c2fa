"""The bare edges of the lifecycle of a commission."""

from forum.commissions.enums import CommissionStatus as C

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
