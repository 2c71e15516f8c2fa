"""The bare edges of a proposal's lifecycle.

The table in `proposals.workflow.table` walks them all; the database guard is made from them.
"""

from proposals.enums import ProposalStatus as S

PROPOSAL = frozenset(
    {
        ("", S.RECEIVED),
        (S.RECEIVED, S.RECEIVED),  # passed on to the right unit
        (S.RECEIVED, S.IN_TREATMENT),
        (S.RECEIVED, S.WITHDRAWN),
        (S.RECEIVED, S.MERGED),
        (S.RECEIVED, S.ELSEWHERE),  # for another authority to answer
        (S.IN_TREATMENT, S.RECEIVED),  # passed on to the right unit
        (S.IN_TREATMENT, S.IN_TREATMENT),  # forwarded, recommended, sent back, sent on without agreement
        (S.IN_TREATMENT, S.CONSIDERED),
        (S.IN_TREATMENT, S.AWAITING_COUNCIL),
        (S.IN_TREATMENT, S.ADOPTED),
        (S.IN_TREATMENT, S.IMPLEMENTED),
        (S.IN_TREATMENT, S.DECLINED),
        (S.IN_TREATMENT, S.WITHDRAWN),
        (S.IN_TREATMENT, S.MERGED),
        (S.IN_TREATMENT, S.ELSEWHERE),
        (S.CONSIDERED, S.CONSIDERED),
        (S.CONSIDERED, S.IN_TREATMENT),
        (S.CONSIDERED, S.AWAITING_COUNCIL),
        (S.CONSIDERED, S.ADOPTED),
        (S.CONSIDERED, S.IMPLEMENTED),
        (S.CONSIDERED, S.DECLINED),
        (S.CONSIDERED, S.WITHDRAWN),
        (S.CONSIDERED, S.MERGED),
        (S.AWAITING_COUNCIL, S.AWAITING_COUNCIL),  # a new date to ask again
        (S.AWAITING_COUNCIL, S.ADOPTED),
        (S.AWAITING_COUNCIL, S.DECLINED),
        (S.ADOPTED, S.IMPLEMENTED),
        (S.ADOPTED, S.DECLINED),  # could not be carried out after all
    }
)
