"""The models of the room, one file an aggregate."""

from proposals.models.draft import DraftFile, ProposalDraft
from proposals.models.paper import Letter, PaperSender
from proposals.models.proposal import UNSCREENED, Feedback, Position, ProgressReport, Proposal
from proposals.models.road import Intake

__all__ = [
    "UNSCREENED",
    "DraftFile",
    "Feedback",
    "Intake",
    "Letter",
    "PaperSender",
    "Position",
    "ProgressReport",
    "Proposal",
    "ProposalDraft",
]
