"""The models of the room, one file an aggregate."""

from forum.cases.models.cases import Case, Document, NumberSeries, Referral
from forum.cases.models.guests import CaseGuest
from forum.cases.models.opinions import HearingRule, Opinion, OpinionDocument

__all__ = [
    "Case",
    "CaseGuest",
    "Document",
    "HearingRule",
    "NumberSeries",
    "Opinion",
    "OpinionDocument",
    "Referral",
]
