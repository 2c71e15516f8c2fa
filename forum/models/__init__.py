"""The models of the room, one file an aggregate."""

from forum.models.absences import Absence, DeputyCall, PartialityReport
from forum.models.approvals import MinutesSignature, MinutesSigner
from forum.models.cases import Case, Document, NumberSeries, Referral
from forum.models.commissions import Commission, CommissionDocument
from forum.models.council import CouncilCase, CouncilList, CouncilSheet
from forum.models.decision_lists import DecisionList
from forum.models.elections import Candidate, Count, Election, Round, Voice
from forum.models.feeds import CalendarFeed
from forum.models.follow_up import FollowUp, FollowUpNote
from forum.models.functions import BodyFunction
from forum.models.legality import LegalityRequest
from forum.models.meetings import AgendaItem, Attendance, Ballot, Decision, Meeting, Motion, Recusal, Vote
from forum.models.minutes import Minutes, MinutesVersion
from forum.models.municipality import Logo, Municipality, TextBlock
from forum.models.notes import PaperNote
from forum.models.opinions import HearingRule, Opinion, OpinionDocument
from forum.models.organisation import Appointment, Body, Employment, Membership, PoliticalParty, Unit
from forum.models.packets import Packet
from forum.models.papers import CasePaper, CasePaperDraft, CasePaperVersion
from forum.models.planning import DayOff, YearPlan
from forum.models.preparing import Demand, DemandSupport, LateItem, Question, StandingOrder
from forum.models.session import (
    Addition,
    Attendee,
    DiscussionDraft,
    DoorPeriod,
    Movement,
    Objection,
    RecordingRequest,
)
from forum.models.standins import StandIn
from forum.models.urgent import PostponementDemand, WrittenAnswer

__all__ = [
    "Absence",
    "Addition",
    "AgendaItem",
    "Appointment",
    "Attendance",
    "Attendee",
    "Ballot",
    "Body",
    "BodyFunction",
    "CalendarFeed",
    "Candidate",
    "Case",
    "CasePaper",
    "CasePaperDraft",
    "CasePaperVersion",
    "Commission",
    "CommissionDocument",
    "CouncilCase",
    "CouncilList",
    "CouncilSheet",
    "Count",
    "DayOff",
    "Decision",
    "DecisionList",
    "Demand",
    "DemandSupport",
    "DeputyCall",
    "DiscussionDraft",
    "Document",
    "DoorPeriod",
    "Election",
    "Employment",
    "FollowUp",
    "FollowUpNote",
    "HearingRule",
    "LateItem",
    "LegalityRequest",
    "Logo",
    "Meeting",
    "Membership",
    "Minutes",
    "MinutesSignature",
    "MinutesSigner",
    "MinutesVersion",
    "Motion",
    "Movement",
    "Municipality",
    "NumberSeries",
    "Objection",
    "Opinion",
    "OpinionDocument",
    "Packet",
    "PaperNote",
    "PartialityReport",
    "PoliticalParty",
    "PostponementDemand",
    "Question",
    "RecordingRequest",
    "Recusal",
    "Referral",
    "Round",
    "StandIn",
    "StandingOrder",
    "TextBlock",
    "Unit",
    "Voice",
    "Vote",
    "WrittenAnswer",
    "YearPlan",
]
