"""The bare edges of the lifecycle of a conclusion."""

from proposals.consent.enums import ConclusionStatus as S

CONCLUSION = frozenset(
    {
        ("", S.PROVISIONAL),
        (S.PROVISIONAL, S.STANDS),
        (S.PROVISIONAL, S.SENT_UP),
        (S.PROVISIONAL, S.DROPPED),
    }
)
