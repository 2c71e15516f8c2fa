"""The words of a proposal. Stored values are English; the reader sees the labels."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class ProposalStatus(TextChoices):
    """Where a proposal stands. Never which body has it: its waiting referral says that."""

    RECEIVED = "received", _("received")
    IN_TREATMENT = "in_treatment", _("under treatment")
    CONSIDERED = "considered", _("considered further")
    AWAITING_COUNCIL = "awaiting_council", _("waiting for whoever decides")
    ADOPTED = "adopted", _("adopted")
    IMPLEMENTED = "implemented", _("carried out")
    DECLINED = "declined", _("declined")
    WITHDRAWN = "withdrawn", _("withdrawn")
    MERGED = "merged", _("merged with another")
    ELSEWHERE = "elsewhere", _("belongs elsewhere")


#: Nothing more happens to a proposal that stands here.
FINAL = frozenset(
    {
        ProposalStatus.IMPLEMENTED,
        ProposalStatus.DECLINED,
        ProposalStatus.WITHDRAWN,
        ProposalStatus.MERGED,
        ProposalStatus.ELSEWHERE,
    }
)
#: A body has it on its table and may act.
OPEN_TO_TREATMENT = frozenset({ProposalStatus.IN_TREATMENT, ProposalStatus.CONSIDERED})


class Origin(TextChoices):
    """Who a proposal comes from; decides where it enters."""

    EMPLOYEE = "employee", _("an employee")
    CITIZEN = "citizen", _("a citizen")
    ASSOCIATION = "association", _("an association")
    VILLAGE_COUNCIL = "village_council", _("a village council")
    PART = "part", _("one of the three parts")


#: Becomes public when it has been screened; what employees send in is for employees (domain.md, step 3).
PUBLIC_ORIGINS = frozenset({Origin.CITIZEN, Origin.ASSOCIATION, Origin.VILLAGE_COUNCIL})


class IntakeKind(TextChoices):
    """Where proposals of one origin enter."""

    UNIT_LMU = "unit_lmu", _("the proposer's workplace: its LMU, or its leader where it has none")
    BODY = "body", _("one body for all")


class FeedbackOutcome(TextChoices):
    """What an answer tells the proposer (R18)."""

    ADOPTED = "adopted", _("will be carried out")
    IMPLEMENTED = "implemented", _("carried out")
    CONSIDERED = "considered", _("considered further")
    DECLINED = "declined", _("declined")
    ON_ITS_WAY = "on_its_way", _("on its way")
    #: It takes longer: it waits where it did, and has gone nowhere.
    PRELIMINARY = "preliminary", _("preliminary answer")
    ELSEWHERE = "elsewhere", _("belongs elsewhere")


class AccessAnswer(TextChoices):
    """What became of it when somebody asked for a name that is not shown (offl §§ 3, 13, 29)."""

    ASKED = "asked", _("it is being considered")
    HELD_BACK = "held_back", _("the name is held back")
    GIVEN = "given", _("the name is given out")


class SentHow(TextChoices):
    """How a letter reached a proposer without an account."""

    POST = "post", _("sent by post")
    BY_HAND = "by_hand", _("handed over")
    ACCOUNT = "account", _("read in the portal")
