"""A disagreement as those who go on with the proposal read it: what was concluded, and what each seat held (R24)."""

from collections.abc import Sequence
from dataclasses import dataclass

from forum.cases.models import Referral
from proposals.consent.enums import ConclusionStatus
from proposals.consent.models import Conclusion
from proposals.consent.notifications import label
from proposals.models import Position
from trepart.workflow import Words


@dataclass(frozen=True)
class Disagreement:
    """One group that did not agree: the provisional conclusion that was sent up, and what each seat had said to it."""

    referral: Referral
    #: None for what was sent up before conclusions were kept.
    conclusion: Conclusion | None
    positions: tuple[Position, ...]

    @property
    def label(self) -> Words:
        """Return what the conclusion was, as the step is called."""
        return label(self.conclusion) if self.conclusion is not None else ""

    @property
    def note(self) -> str:
        """Return what the conclusion said to the body that would receive the proposal: it has received it."""
        return str(self.conclusion.filled_in.get("note") or "") if self.conclusion is not None else ""


def of_positions(positions: Sequence[Position]) -> list[Disagreement]:
    """Return ``positions``, which the caller has found the reader may see, by the stay they were held in, each with the
    conclusion that was disagreed about; one query."""
    if not positions:
        return []
    stays = {position.referral_id: position.referral for position in positions}
    sent = Conclusion.objects.filter(referral__in=stays, status=ConclusionStatus.SENT_UP)
    sent = sent.select_related("concluded_by", "referral__case__proposal", "referral__body")
    about = {conclusion.referral_id: conclusion for conclusion in sent.order_by("pk")}
    return [
        Disagreement(stay, about.get(pk), tuple(each for each in positions if each.referral_id == pk))
        for pk, stay in stays.items()
    ]
