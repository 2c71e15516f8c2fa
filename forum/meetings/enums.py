"""The values of everything in a meeting."""

import re

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class MeetingStatus(TextChoices):
    """The road of a meeting."""

    PLANNED = "planned", _("planned")
    CALLED = "called", _("called")
    IN_SESSION = "in_session", _("in session")
    ENDED = "ended", _("ended")
    CANCELLED = "cancelled", _("cancelled")


class MeetingKind(TextChoices):
    """An ordinary meeting is called; a log is written down afterwards (LMU); an urgent case is treated in writing or in
    an urgent remote meeting (R10)."""

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


#: A call that holds the seat: nobody else is called while it stands.
UNANSWERED_OR_YES = (CallAnswer.WAITING, CallAnswer.YES)


class Choice(TextChoices):
    """What a member voted. Blank votes exist only in elections and appointments (koml § 8-1, R11)."""

    FOR = "for", _("for")
    AGAINST = "against", _("against")


class RecusalKind(TextChoices):
    """Why a member does not take part in an item (R12)."""

    PARTIALITY = "partiality", _("disqualified")
    EXEMPTION = "exemption", _("exempted")

    def fits(self, basis: str) -> bool:
        """Say whether ``basis`` can be of this kind: koml § 11-11 exempts and disqualifies nobody, fvl § 6 and koml §
        11-10 disqualify and exempt nobody. A basis in other words may be of either."""
        exempts = "11-11" in basis
        disqualifies = re.search(r"§§?\s*6\b|11-10", basis) is not None
        return not (exempts and not disqualifies) if self == self.PARTIALITY else not (disqualifies and not exempts)


class SignatureKind(TextChoices):
    """What somebody who was asked to approve minutes has answered."""

    APPROVED = "approved", _("approved")
    REMARK = "remark", _("answered with a remark")


class MinutesStatus(TextChoices):
    """The road of the minutes."""

    DRAFT = "draft", _("draft")
    PUBLISHED = "published", _("published, not yet approved")
    APPROVED = "approved", _("approved")


#: Minutes that are out, approved or not: what they say stands (R29).
MINUTES_OUT = (MinutesStatus.PUBLISHED, MinutesStatus.APPROVED)


class Ground(TextChoices):
    """Why a decision is put right, as everybody may read it: what the secretary writes of it stays inside (R29)."""

    OTHERWISE = "otherwise", _("It was recorded otherwise than it was decided.")
    LEFT_OUT = "left_out", _("Something that was decided was left out.")
    SLIP = "slip", _("There was a slip in the words or the figures.")
    TURNED = "turned", _("The votes were recorded wrongly.")


class Corrected(TextChoices):
    """What is put right in the record of a meeting after it ended (R29)."""

    VOTE = "vote", _("vote cast")
    PRESENT = "present", _("who met")
    MOVEMENT = "movement", _("who came and went")
    RECUSAL = "recusal", _("disqualification or exemption")
    DECISION = "decision", _("decision")
    VOICE = "voice", _("vote in an election")
    COUNT = "count", _("votes counted in an election")
    TREATMENT = "treatment", _("treatment of the case")
    REMARKS = "remarks", _("remarks on notice and agenda")
    OTHERS = "others", _("who else was present")


class Placed(TextChoices):
    """Whether somebody came or went before an item was voted on, or when votes had been held in it."""

    BEFORE = "before", pgettext_lazy("a case", "before")
    DURING = "during", pgettext_lazy("a case", "during")


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


class Doors(TextChoices):
    """The doors of a meeting for one item (koml § 11-5, R8): open, proposed closed (somebody has put it on the agenda
    so, and its words are withheld until the body answers), or closed by the body."""

    OPEN = "open", pgettext_lazy("doors", "open")
    PROPOSED = "proposed", pgettext_lazy("doors", "proposed closed")
    CLOSED = "closed", pgettext_lazy("doors", "closed")


class Settled(TextChoices):
    """How the body came to something about its own procedure: everybody agreed, it voted, or the
    law left it no choice."""

    AGREED = "agreed", _("everybody agreed")
    VOTE = "vote", _("by vote")
    LAW = "law", _("the law leaves no choice")


class Capacity(TextChoices):
    """In what capacity somebody without a seat attends, and so what may be done (R5, koml §§ 6-1, 8-1, 13-1,
    13-4)."""

    MAYOR = "mayor", _("mayor, not a member: may speak and move motions")
    CHIEF_EXECUTIVE = "chief_executive", _("chief executive or delegate: may speak")
    INVITED = "invited", _("invited to inform")
    EMPLOYEES = "employees", _("employees' representative: may attend and speak")
    ADMINISTRATION = "administration", _("from the administration")
    OTHER = "other", _("other")


class PollKind(TextChoices):
    """An election or an appointment: the only votes that may be blank (koml § 8-1, R11)."""

    ELECTION = "election", _("election")
    APPOINTMENT = "appointment", pgettext_lazy("of an employee", "appointment")


class Reviewed(TextChoices):
    """What of a case a review of legality can be asked for (koml §§ 27-1, 27-2; R15)."""

    DECISION = "decision", _("the decision in the case")
    DOORS = "doors", _("whether the doors were open or closed")
    PARTIALITY = "partiality", _("who took part in the case")


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
