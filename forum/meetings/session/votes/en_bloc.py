"""Several items adopted by one vote, each with a ballot and a decision of its own (R11, R13)."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from forum.cases.enums import Resolution
from forum.meetings.core import participants, voting
from forum.meetings.core.models import AgendaItem, Decision
from forum.meetings.enums import Choice, ItemKind
from forum.meetings.session.decisions.services import decide, required, resolutions
from forum.meetings.session.votes.ballots import record_ballot
from trepart.refusals import GuardRefused
from trepart.workflow import Words

if TYPE_CHECKING:
    from trepart.access.models import User


def fits(item: AgendaItem) -> bool:
    """Say whether ``item`` can be treated together with others: open, undecided, with a recommendation and nothing
    moved against it, and nothing more to be said in the decision."""
    return item.withdrawn_at is None and item.decided is None and why_alone(item) is None


def why_alone(item: AgendaItem) -> Words | None:
    """Return why an item that is not treated yet must be treated by itself; None where it need not."""
    if item.kind != ItemKind.PS:
        return _("it is not a case to vote on")
    if item.is_withheld_by_doors:
        return _("it is proposed treated behind closed doors")
    motions = [motion for motion in item.motions.all() if motion.withdrawn_at is None]
    if not any(motion.is_recommendation for motion in motions):
        return _("it has no recommendation")
    if len(motions) > 1:
        return _("something else has been moved")
    if item.ballots.all():
        return _("it has been voted on")
    if item.recusals.all():
        return _("not everybody takes part in it")
    shut = dict(resolutions(item)).get(Resolution.ADOPT, "shut")
    if shut is not None or required(item, Resolution.ADOPT):
        return _("its decision needs more than the words of the recommendation")
    return None


@transaction.atomic
def treat_together(
    items: Sequence[AgendaItem],
    *,
    actor: "User",
    choices: Mapping[int, Choice | str] | None = None,
    rests: Mapping[str, Any] | None = None,
    seen: Mapping[int, int] | None = None,
) -> list[Decision]:
    """Adopt the recommendation in all of ``items`` by one vote, and return the decisions; all of them or none.

    ``rests`` says what they all rest on, as `decide` takes it. Each gets a ballot and a decision of its own, so that it
    can be found, printed and set in motion alone. Raises ``GuardRefused`` for fewer than two, for one that does not fit
    (:func:`fits`), where others may vote in one than in another, or where the vote goes against it; and as a
    vote does.
    """
    if len(items) < 2:
        raise GuardRefused(_("Choose at least two cases to treat together."))
    wrong = [item.label for item in items if not fits(item)]
    if wrong:
        raise GuardRefused(_("These must be treated by themselves: %(items)s.") % {"items": ", ".join(wrong)})
    tables = {frozenset(voter.pk for voter in participants.entitled(item)) for item in items}
    if len(tables) > 1:
        raise GuardRefused(_("Not the same members take part in all of these cases. Treat them by themselves."))
    labels = [item.label for item in items]
    decisions = []
    for item in items:
        known = (seen or {}).get(item.pk)
        ballot = record_ballot(item, choices=choices, actor=actor, seen=known)
        if voting.winner(ballot) is None:
            raise GuardRefused(_("The recommendations did not get a majority. Treat the cases one by one."))
        together = [label for label in labels if label != item.label]
        decisions.append(
            decide(
                item,
                text=ballot.motion.text,
                resolution=Resolution.ADOPT,
                ballot=ballot,
                options={"together": together},
                actor=actor,
                **(rests or {}),
            )
        )
    return decisions
