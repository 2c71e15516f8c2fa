"""What the minutes say a case came to: computed from what was recorded, never typed (koml § 11-4; R13, R24)."""

from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from forum.cases.enums import Resolution
from forum.meetings.core import outcome_words
from forum.meetings.core.models import AgendaItem, Decision
from forum.meetings.enums import ItemKind, MeetingKind, MotionPurpose
from forum.meetings.session.decisions.consistency import TAKEN_NOTE, contradicted, differences, says_only
from forum.organisation.models import Body


def heading(decision: Decision, *, by_consensus: bool) -> str:
    """Return what the words of ``decision`` are headed with. Only what a body agreed on is called agreed: not what it
    disagreed on, and not what it only talked about; and a view is no decision."""
    if outcome_words.gives_view(decision):
        return _("View")
    if not by_consensus:
        return _("Decision")
    if decision.resolution == Resolution.DISAGREE:
        return _("Disagreement")
    return _("Summary") if decision.resolution in (Resolution.NOTED, Resolution.POSTPONE) else _("Agreed")


#: What a decision says of itself in the words it begins with, and says twice where the outcome stands beside it.
_SAID_BY_ITSELF = {Resolution.NOTED: TAKEN_NOTE, Resolution.POSTPONE: gettext_lazy("The case is postponed.")}


def outcome(item: AgendaItem, decision: Decision, body: Body) -> str:
    """Return what became of the case, beside the heading; empty where the heading or the words of the decision have
    said it (that they agreed or only talked about it, that it is a view, that it was taken note of), and for a
    question, which was put. An election adopts nothing: somebody was elected."""
    only_talked = body.by_consensus and decision.resolution == Resolution.NOTED
    if outcome_words.gives_view(decision) or only_talked or item.kind == ItemKind.FO:
        return ""
    by_itself = _SAID_BY_ITSELF.get(Resolution(decision.resolution))
    if by_itself is not None and says_only(decision.text, by_itself):
        return ""
    voted = any(ballot.motion.purpose == MotionPurpose.CASE for ballot in item.ballots.all())
    if decision.resolution == Resolution.ADOPT and not voted and item.elections.all():
        return _("elected")
    said = outcome_words.words(decision, body)
    return "" if capfirst(said) == heading(decision, by_consensus=body.by_consensus) else said


def no_conclusion(item: AgendaItem) -> tuple[str, str]:
    """Return what stands in the place of heading and words where a logged meeting took up a case on which nothing it
    concluded stands (R24); empty for every other item."""
    if item.meeting.kind != MeetingKind.LOG or item.decided is not None:
        return "", ""
    return _("No conclusion yet"), _("What is concluded is written here when it stands.")


def positions(decision: Decision) -> tuple[tuple[str, str], ...]:
    """Return who held what, where a body that decides by consensus did not agree, or not everybody answered (R24)."""
    return tuple((name, text) for name, text in decision.options.get("positions", ()))


def disagreed_about(decision: Decision) -> tuple[str, ...]:
    """Return the conclusion that the positions are about, where a body did not agree on it (R24)."""
    return tuple(decision.options.get("about", ()))


def contradictions(item: AgendaItem) -> list[str]:
    """Return, in sentences, where the decision in ``item`` is not what was voted on."""
    decision = item.decided
    if decision is None:
        return []
    ballots, elections = list(item.ballots.all()), list(item.elections.all())
    return differences(decision.resolution, decision.text, ballots=ballots, elections=elections)


def against_the_votes(item: AgendaItem, resolution: Resolution | str = "", text: str = "") -> list[str]:
    """Return those of :func:`contradictions` that no reason excuses: what became of the case is not what came of the
    votes. ``resolution`` and ``text`` are what the decision is about to be."""
    decision = item.decided
    if decision is None:
        return []
    ballots, elections = list(item.ballots.all()), list(item.elections.all())
    return contradicted(resolution or decision.resolution, text or decision.text, ballots=ballots, elections=elections)


def differs(item: AgendaItem) -> str:
    """Return what the minutes say under a decision that is not what was voted on: where it differs, and why; empty
    where it is."""
    said = contradictions(item)
    if not said or item.decided is None:
        return ""
    why = item.decided.differs
    reason = [_("Reason: %(reason)s") % {"reason": why}] if why else []
    return " ".join([_("The decision differs from what was voted on."), *said, *reason])
