"""The values a case, a stay with a body and an opinion can have."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


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
    DEMANDED = "demanded", _("taken up by a demand of the body above")
    TO_COUNCIL = "to_council", _("recommended to whoever has the authority")
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


class Resolution(TextChoices):
    """What a decision does to the case it was taken in. Which of them are open is said by whoever owns the
    case (`forum.cases.case_owners`)."""

    NOTED = "noted", _("taken note of")
    ADOPT = "adopt", _("adopted")
    CONSIDER = "consider", _("considered further")
    DECLINE = "decline", _("declined")
    POSTPONE = "postpone", _("postponed")
    SEND_BACK = "send_back", _("sent back")
    FORWARD = "forward", _("sent on")
    RECOMMEND = "recommend", _("recommended to the next body")
    TO_COUNCIL = "to_council", _("recommended to whoever has the authority")
    #: A body that decides by consensus found none (R24): the positions go with the case.
    DISAGREE = "disagree", _("not agreed, sent on with the positions")


class PublicForm(TextChoices):
    """What the public reads of a case paper (R25; Freedom of Information Act §§ 12 and 13)."""

    WHOLE = "whole", _("all of it")
    REDACTED = "redacted", _("a redacted version, without what is marked as exempt")
    NOTHING = "nothing", _("nothing: the paper and its attachments are exempt")


class LetterFrom(TextChoices):
    """Whose own letter a file of a case is."""

    PROPOSER = "proposer", _("the proposer")
    GUEST = "guest", _("a representative of the users")
