"""The models of the room, one file an aggregate."""

from proposals.models.draft import DraftFile, ProposalDraft
from proposals.models.proposal import Feedback, Position, ProgressReport, Proposal
from proposals.models.road import Intake

__all__ = ["DraftFile", "Feedback", "Intake", "Position", "ProgressReport", "Proposal", "ProposalDraft"]
