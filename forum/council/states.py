"""The bare edges of the lifecycle of a case from the municipal council's list."""

from forum.council.enums import CouncilCaseStatus as K

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
