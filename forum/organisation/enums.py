"""The words of the organisation that have a fixed list of values."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


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


class MinutesApproval(TextChoices):
    """Who approves the minutes of a body (R13)."""

    SIGNERS = "signers", _("the one who presided and two of those who met")
    NEXT_MEETING = "next_meeting", _("the next meeting, as a case on its agenda")
    CHAIR = "chair", _("the leader alone")
