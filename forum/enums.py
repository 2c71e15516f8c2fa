"""The words of the organisation. Stored values are English; the reader sees the labels."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class Part(TextChoices):
    """The three parts of the cooperation. Never mixed up with a political party (R3)."""

    ELECTED = "elected", _("elected politicians")
    ADMINISTRATION = "administration", _("administration")
    UNION = "union", _("union representatives")


class Side(TextChoices):
    """The two sides of a committee under koml § 5-11 (R2)."""

    MUNICIPALITY = "municipality", _("the municipality")
    EMPLOYEES = "employees", _("the employees")


class Sex(TextChoices):
    """Registered for elected bodies only, where the law asks for balance (koml §§ 7-4 to 7-7, R3)."""

    FEMALE = "female", _("woman")
    MALE = "male", _("man")


class BodyKind(TextChoices):
    """What sort of body it is."""

    COMMITTEE = "committee", _("three-party committee")
    COORDINATION = "coordination", _("coordination group")
    LMU = "lmu", _("LMU")
    LINE = "line", _("leader in the line")
    GRENDEUTVALG = "grendeutvalg", _("village council")
    COUNCIL = "council", _("municipal council")


#: What a workplace has of its own to receive proposals with: its LMU, or its leader in a municipality without LMUs.
LOCAL = (BodyKind.LMU, BodyKind.LINE)


class LegalBasis(TextChoices):
    """On what a body rests (hjemmel, R1)."""

    KOML_5_7 = "koml_5_7", _("committee, Local Government Act § 5-7")
    KOML_5_11 = "koml_5_11", _("party-composed committee, Local Government Act § 5-11")
    KOML_5_11_OTHER = "koml_5_11_other", _("other arrangement, Local Government Act § 5-11")
    AML_7_1 = "aml_7_1", _("working environment committee, Working Environment Act § 7-1")
    KOML_13_1 = "koml_13_1", _("the chief executive's authority, Local Government Act § 13-1")
    COOPERATION = "cooperation", _("cooperation forum")
    ASSOCIATION = "association", _("independent association")
    COUNCIL = "council", _("municipal council, Local Government Act § 5-3")


class Role(TextChoices):
    """What somebody is in a body."""

    LEADER = "leader", _("leader")
    DEPUTY_LEADER = "deputy_leader", _("deputy leader")
    MEMBER = "member", _("member")
    DEPUTY = "deputy", _("deputy member")
    SECRETARY = "secretary", _("secretary")
    UNION_REPRESENTATIVE = "union_representative", _("union representative")
    SAFETY_REPRESENTATIVE = "safety_representative", _("safety representative")
    USER_REPRESENTATIVE = "user_representative", _("user representative")


#: Roles that hold a seat in the body: they count for quorum and vote or take part in consensus.
SEATED = (Role.LEADER, Role.DEPUTY_LEADER, Role.MEMBER, Role.UNION_REPRESENTATIVE, Role.SAFETY_REPRESENTATIVE)


class OfficeKind(TextChoices):
    """Offices outside the bodies."""

    ADMINISTRATOR = "administrator", _("administrator of the portal")
    CHIEF_EXECUTIVE = "chief_executive", _("chief executive")
    ARCHIVE = "archive", _("archive")
    HR = "hr", _("human resources")


class TextPlace(TextChoices):
    """Where the municipality's own words can stand."""

    WELCOME = "welcome", _("front page: the welcome")
    PROPOSAL_HELP = "proposal_help", _("the form for proposals: help at the top")
    RECEIPT = "receipt", _("the receipt for a proposal: an addition")
    MAIL_FOOTER = "mail_footer", _("mail: the last lines")
    PRIVACY = "privacy", _("the privacy page: an addition")


class DecidesBy(TextChoices):
    """How a body reaches a decision."""

    CONSENSUS = "consensus", _("consensus")
    VOTE = "vote", _("vote")
    LEADER = "leader", _("the leader alone")


class CaseAccess(TextChoices):
    """Who may read a case."""

    RECEIVER = "receiver", _("only those who treat it")
    EMPLOYEES = "employees", _("all employees")
    PUBLIC = "public", _("everybody")


class ReferralStatus(TextChoices):
    """Where one stay with one body stands."""

    OPEN = "open", _("waiting for treatment")
    RESTING = "resting", _("considered further")
    CLOSED = "closed", _("answered")


class ReferralOutcome(TextChoices):
    """What a body did with what it had received."""

    ADOPTED = "adopted", _("adopted")
    CONSIDERED = "considered", _("considered further")
    DECLINED = "declined", _("declined")
    FORWARDED = "forwarded", _("forwarded")
    RECOMMENDED = "recommended", _("sent on with a recommendation")
    DISAGREED = "disagreed", _("sent on without agreement")
    SENT_BACK = "sent_back", _("sent back")
    PASSED_ON = "passed_on", _("passed on to the right unit")
    TO_COUNCIL = "to_council", _("sent to the municipal council")
    WITHDRAWN = "withdrawn", _("withdrawn by the proposer")
    MERGED = "merged", _("merged with another proposal")
    ELSEWHERE = "elsewhere", _("answered with where it belongs")
    NOTED = "noted", _("taken note of")


class OpinionStatus(TextChoices):
    """Where a formal opinion (uttalelse) stands that one body has asked another for."""

    ASKED = "asked", _("waiting for the opinion")
    ANSWERED = "answered", _("opinion given")
    DECLINED = "declined", _("did not wish to give one")
    LAPSED = "lapsed", _("decided before an opinion came")
    WITHDRAWN = "withdrawn", _("taken back by those who asked")


class CommissionStatus(TextChoices):
    """Where work stands that a body has commissioned from above (oppdrag)."""

    GIVEN = "given", _("waiting for whoever got it")
    ACCEPTED = "accepted", _("under way")
    SENT_BACK = "sent_back", _("sent back")
    REPORTED = "reported", _("reported, waiting to be heard")
    CONCLUDED = "concluded", _("concluded")
    CALLED_BACK = "called_back", _("called back")


class CouncilCaseStatus(TextChoices):
    """Where a case on the municipal council's list stands with the body that meets ahead of it."""

    RECEIVED = "received", _("waits for treatment")
    TREATED = "treated", _("treated")
    DECIDED = "decided", _("decided by the municipal council")
    WITHDRAWN = "withdrawn", _("taken off the municipal council's list")


class CouncilFollowed(TextChoices):
    """How the municipal council's decision stands to the view it was given."""

    WHOLLY = "wholly", _("as the view said")
    PARTLY = "partly", _("partly as the view said")
    OTHERWISE = "otherwise", _("otherwise than the view said")
    NO_VIEW = "no_view", _("there was no view to follow")
    POSTPONED = "postponed", _("postponed, or sent back")


class MeetingStatus(TextChoices):
    """The road of a meeting."""

    PLANNED = "planned", _("planned")
    CALLED = "called", _("called")
    IN_SESSION = "in_session", _("in session")
    ENDED = "ended", _("ended")
    CANCELLED = "cancelled", _("cancelled")


class MeetingKind(TextChoices):
    """An ordinary meeting is called; a log is written down afterwards (LMU); an urgent case is treated in writing or in an urgent remote meeting (R10)."""

    ORDINARY = "ordinary", _("meeting")
    LOG = "log", _("logged meeting")
    WRITTEN = "written", _("treated in writing")
    URGENT = "urgent", _("urgent remote meeting")


#: Meetings over a case that cannot wait for the next ordinary one (koml § 11-8, R10).
URGENT_KINDS = (MeetingKind.WRITTEN, MeetingKind.URGENT)


class Rhythm(TextChoices):
    """How the meetings of a year follow each other."""

    MONTHLY = "monthly", _("on the same weekday of every month")
    WEEKLY = "weekly", _("with the same number of weeks between")


class WhenOff(TextChoices):
    """What becomes of a meeting that would fall on a day off."""

    NEXT_WEEK = "next_week", _("moved a week later")
    WEEK_BEFORE = "week_before", _("moved a week earlier")
    NEXT_DAY = "next_day", _("moved to the next working day")
    LEAVE_OUT = "leave_out", _("left out")


class ItemKind(TextChoices):
    """The series an agenda item is numbered in. The stored value is the prefix itself."""

    PS = "PS", _("case for decision")
    RS = "RS", _("case for information")
    FO = "FO", _("question to the leader")


#: Items that are taken note of: nothing is voted on.
TAKEN_NOTE_OF = (ItemKind.RS, ItemKind.FO)


class AgendaGroup(TextChoices):
    """What an agenda is ordered by: the series of the items, and the approval of minutes by itself."""

    MINUTES = "minutes", _("approval of minutes")
    PS = "PS", _("cases for decision")
    RS = "RS", _("cases for information")
    FO = "FO", _("questions to the leader")


#: The order of an agenda where the body has not chosen another.
AGENDA_ORDER = (AgendaGroup.MINUTES, AgendaGroup.PS, AgendaGroup.RS, AgendaGroup.FO)


class DemandKind(TextChoices):
    """What a third of the members can demand (koml §§ 11-2, 11-3; R6)."""

    ITEM = "item", _("a case on the agenda")
    MEETING = "meeting", _("a meeting")


class CallAnswer(TextChoices):
    """What became of the call of a deputy (R4)."""

    WAITING = "waiting", _("waiting for an answer")
    YES = "yes", _("comes")
    NO = "no", _("cannot come")
    LATE = "late", _("did not answer in time")
    SKIPPED = "skipped", _("passed over")
    RELEASED = "released", _("not needed after all")


class Resolution(TextChoices):
    """What a decision does to the case it was taken in. Which of them are open is said by whoever owns the case (`forum.decided`)."""

    NOTED = "noted", _("taken note of")
    ADOPT = "adopt", _("adopted")
    CONSIDER = "consider", _("considered further")
    DECLINE = "decline", _("declined")
    POSTPONE = "postpone", _("postponed")
    SEND_BACK = "send_back", _("sent back")
    FORWARD = "forward", _("sent on")
    RECOMMEND = "recommend", _("recommended to the next body")
    TO_COUNCIL = "to_council", _("sent to the municipal council")


class Choice(TextChoices):
    """What a member voted. Blank votes exist only in elections and appointments (koml § 8-1, R11)."""

    FOR = "for", _("for")
    AGAINST = "against", _("against")


class RecusalKind(TextChoices):
    """Why a member does not take part in an item (R12)."""

    PARTIALITY = "partiality", _("disqualified")
    EXEMPTION = "exemption", _("exempted")


class MinutesApproval(TextChoices):
    """Who approves the minutes of a body (R13)."""

    SIGNERS = "signers", _("the one who presided and two of those who met")
    NEXT_MEETING = "next_meeting", _("the next meeting, as a case on its agenda")
    CHAIR = "chair", _("the leader alone")


class SignatureKind(TextChoices):
    """What somebody who was asked to approve minutes has answered."""

    APPROVED = "approved", _("approved")
    REMARK = "remark", _("answered with a remark")


class MinutesStatus(TextChoices):
    """The road of the minutes."""

    DRAFT = "draft", _("draft")
    PUBLISHED = "published", _("published, not yet approved")
    APPROVED = "approved", _("approved")


class MovementKind(TextChoices):
    """Somebody at the table during the meeting: went, or came (R4, R5)."""

    LEFT = "left", _("left")
    CAME = "came", _("came")


class MotionPurpose(TextChoices):
    """What a motion is about: the case itself, or how it is treated. Only the first decides the case."""

    CASE = "case", _("the case")
    DOORS = "doors", _("closing the doors")
    IMPARTIALITY = "impartiality", _("whether somebody takes part")
    POSTPONE = "postpone", _("postponing the case")


class Settled(TextChoices):
    """How the body came to something about its own procedure: everybody agreed, it voted, or the law left it no choice."""

    AGREED = "agreed", _("everybody agreed")
    VOTE = "vote", _("by vote")
    LAW = "law", _("the law leaves no choice")


class Capacity(TextChoices):
    """In what capacity somebody without a seat attends, and so what may be done (R5, koml §§ 6-1, 8-1, 13-1)."""

    MAYOR = "mayor", _("mayor, not a member: may speak and move motions")
    CHIEF_EXECUTIVE = "chief_executive", _("chief executive or delegate: may speak")
    INVITED = "invited", _("invited to inform")
    ADMINISTRATION = "administration", _("from the administration")
    OTHER = "other", _("other")


class PollKind(TextChoices):
    """An election or an appointment: the only votes that may be blank (koml § 8-1, R11)."""

    ELECTION = "election", _("election")
    APPOINTMENT = "appointment", pgettext_lazy("of an employee", "appointment")


class PacketStage(TextChoices):
    """How far the making of a meeting packet has come."""

    GATHERING = "gathering", _("gathering the papers")
    LAYOUT = "layout", _("setting the pages")
    WRITING = "writing", _("writing the file")


class PacketFailure(TextChoices):
    """Why a meeting packet was not made, and what can be done about it."""

    PRINT = (
        "print",
        _("A paper cannot be set as it stands. Whoever runs the portal finds in its log which one, and why."),
    )
    STOPPED = "stopped", _("The making stopped half-way, as when the server is restarted. Make it again.")
    OTHER = "other", _("Something went wrong. Make it again; if it fails once more, tell whoever runs the portal.")


class PaperSection(TextChoices):
    """The sections of a case paper, in the order they are read. The stored values are the fields' names."""

    RECOMMENDATION = "recommendation", _("Recommendation")
    FACTS = "facts", _("Facts of the case")
    ASSESSMENT = "assessment", _("Assessment")
    INVOLVEMENT = "involvement", _("Involvement and discussion")
    UNION_VIEW = "union_view", _("The unions' view")


class PaperForm(TextChoices):
    """What the public reads of a case paper (R25; Freedom of Information Act §§ 12 and 13)."""

    WHOLE = "whole", _("all of it")
    REDACTED = "redacted", _("a redacted version, without what is marked as exempt")
    NOTHING = "nothing", _("nothing: the paper and its attachments are exempt")
