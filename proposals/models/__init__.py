"""The models of the room, one file an aggregate."""

from proposals.consent.impartiality.models import PartialityAnswer
from proposals.consent.models import Conclusion, Stance
from proposals.drafts.models import DraftFile, ProposalDraft
from proposals.heard.models import HeardWord
from proposals.models.proposal import UNSCREENED, Feedback, Position, ProgressReport, Proposal
from proposals.paper_intake.models import Letter, PaperSender
from proposals.routing.models import Intake

__all__ = [
    "UNSCREENED",
    "Conclusion",
    "DraftFile",
    "Feedback",
    "HeardWord",
    "Intake",
    "Letter",
    "PaperSender",
    "PartialityAnswer",
    "Position",
    "ProgressReport",
    "Proposal",
    "ProposalDraft",
    "Stance",
]
