"""The models of meetings for Django, which looks for them here; whoever uses one takes it from its own package."""

from forum.meetings.agenda.models import Demand, DemandSupport, ItemDraft, LateItem, Question, StandingOrder
from forum.meetings.attendance.models import Absence, ConflictReport, DeputyCall
from forum.meetings.case_papers.models import CasePaper, CasePaperDraft, CasePaperVersion
from forum.meetings.case_papers.note_models import PaperNote
from forum.meetings.core.models import AgendaItem, Attendance, Decision, Meeting, Recusal
from forum.meetings.core.vote_models import Ballot, Motion, Vote
from forum.meetings.follow_up.legality_models import LegalityRequest
from forum.meetings.follow_up.models import FollowUp, FollowUpNote
from forum.meetings.minutes.approvals.models import MinutesSignature, MinutesSigner, RemarkReply
from forum.meetings.minutes.corrections.models import RecordCorrection
from forum.meetings.minutes.decision_lists.models import DecisionList
from forum.meetings.minutes.models import Minutes, MinutesVersion
from forum.meetings.packets.models import Packet
from forum.meetings.planning.feed_models import CalendarFeed
from forum.meetings.planning.models import DayOff, YearPlan
from forum.meetings.session.elections.models import Candidate, Count, Election, Round, Voice
from forum.meetings.session.models import (
    Addition,
    Attendee,
    DiscussionDraft,
    DoorPeriod,
    Movement,
    Objection,
    RecordingRequest,
)
from forum.meetings.urgent.models import PostponementDemand, WrittenAnswer

__all__ = [
    "Absence",
    "Addition",
    "AgendaItem",
    "Attendance",
    "Attendee",
    "Ballot",
    "CalendarFeed",
    "Candidate",
    "CasePaper",
    "CasePaperDraft",
    "CasePaperVersion",
    "ConflictReport",
    "Count",
    "DayOff",
    "Decision",
    "DecisionList",
    "Demand",
    "DemandSupport",
    "DeputyCall",
    "DiscussionDraft",
    "DoorPeriod",
    "Election",
    "FollowUp",
    "FollowUpNote",
    "ItemDraft",
    "LateItem",
    "LegalityRequest",
    "Meeting",
    "Minutes",
    "MinutesSignature",
    "MinutesSigner",
    "MinutesVersion",
    "Motion",
    "Movement",
    "Objection",
    "Packet",
    "PaperNote",
    "PostponementDemand",
    "Question",
    "RecordCorrection",
    "RecordingRequest",
    "Recusal",
    "RemarkReply",
    "Round",
    "StandingOrder",
    "Voice",
    "Vote",
    "WrittenAnswer",
    "YearPlan",
]
