"""The sheet of views to the municipal council, as a structure that the screen and the PDF are made of (R29).

It is kept as it was sent.
"""

from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from typing import Any

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from forum.cases.enums import CaseAccess, Resolution
from forum.council.enums import CouncilCaseStatus
from forum.council.models import CouncilCase, CouncilList
from forum.meetings.core.models import AgendaItem, Meeting
from forum.meetings.enums import TAKEN_NOTE_OF, MeetingStatus
from forum.meetings.minutes import building
from forum.meetings.minutes.structure import Audience, BallotBlock, Correction, ItemBlock
from forum.meetings.session.narrative import AdditionBlock
from trepart import languages
from trepart.text.dates import date_text


@dataclass(frozen=True)
class ViewLine:
    """One case of the council's: its number there, and the body's view. ``hidden``: its words are kept from this
    audience, and the basis is all there is."""

    number: str
    title: str
    archive: str = ""
    hidden: bool = False
    closed_basis: str = ""
    #: Closed doors were proposed, and the body has not answered (R8).
    proposed: bool = False
    exempt_basis: str = ""
    #: Where it was treated: "PS 12/26, 3 December 2026"; and as what, where the body is several things.
    treated: str = ""
    function: str = ""
    view: str = ""
    outcome: str = ""
    #: Where the view is not what was voted on, and why.
    differs: str = ""
    #: Why there is no view: postponed, not treated, taken off the council's list.
    without: str = ""
    together: str = ""
    motions: tuple[tuple[str, str], ...] = ()
    ballots: tuple[BallotBlock, ...] = ()
    additions: tuple[AdditionBlock, ...] = ()

    @property
    def label(self) -> str:
        """Return what the case is called where the minutes say the number of an item."""
        return self.number

    @property
    def has_view(self) -> bool:
        """Say whether the body has a view in the case, kept or not."""
        return not self.without


@dataclass(frozen=True)
class Sheet:
    """The whole of one list's views for one audience."""

    audience: str
    title: str
    body: str
    legal_basis: str
    council: str
    council_date: str
    items: tuple[ViewLine, ...]
    notice: str = ""
    version: int = 0
    corrections: tuple[Correction, ...] = field(default=())
    language: str = ""

    def as_json(self) -> dict[str, object]:
        """Return the structure as what JSON can hold."""
        return asdict(self)


def from_json(stored: dict[str, Any]) -> Sheet:
    """Return the structure a sent version was stored as; the inverse of :meth:`Sheet.as_json`."""
    lines = [
        ViewLine(
            **{
                **line,
                "motions": tuple((text, mover) for text, mover in line["motions"]),
                "ballots": tuple(BallotBlock.from_json(ballot) for ballot in line["ballots"]),
                "additions": tuple(AdditionBlock(**one) for one in line["additions"]),
            }
        )
        for line in stored["items"]
    ]
    corrections = tuple(Correction(**one) for one in stored["corrections"])
    return Sheet(**{**stored, "items": tuple(lines), "corrections": corrections})


def build(
    case_list: CouncilList, audience: Audience, *, version: int = 0, corrections: Iterable[Correction] = ()
) -> Sheet:
    """Build the sheet for ``audience`` from what the meetings decided, in the municipality's own language; the blocks
    of the minutes say how it was voted."""
    with languages.municipal():
        day = date_text(case_list.held_on, year=True)
        body = case_list.body
        cases = list(case_list.cases.select_related("case", "item__meeting__body"))
        blocks = _blocks(cases, audience)
        standing = _standing(cases)
        words = {"council": languages.inside(case_list.council.name), "date": day}
        return Sheet(
            audience=audience.value,
            title=_("Views for %(council)s, %(date)s") % words,
            body=body.name,
            legal_basis=str(body.get_legal_basis_display()).replace("§ ", "§\u00a0"),
            council=case_list.council.name,
            council_date=day,
            items=tuple(_line(one, audience, blocks.get(one.item_id or 0), standing.get(one.pk)) for one in cases),
            version=version,
            corrections=tuple(corrections),
            language=get_language() or "",
        )


def _blocks(cases: list[CouncilCase], audience: Audience) -> dict[int, ItemBlock]:
    """Return what the minutes say of each item a view was given in, by the item's id: every meeting is built once."""
    meetings = {one.item.meeting_id: one.item.meeting for one in cases if one.item is not None}
    found: dict[int, ItemBlock] = {}
    for meeting in meetings.values():
        by_label = {block.label: block for block in building.build(meeting, audience).items}
        for pk, kind, number, year in meeting.items.values_list("pk", "kind", "number", "year"):
            label = AgendaItem(kind=kind, number=number, year=year).label
            if label in by_label:
                found[pk] = by_label[label]
    return found


def _standing(cases: list[CouncilCase]) -> dict[int, AgendaItem]:
    """Return the newest item of each case, whatever came of it there."""
    items = (
        AgendaItem.objects.filter(case__council_case__in=[one.pk for one in cases])
        .select_related("decision", "meeting", "case__council_case")
        .order_by("pk")
    )
    return {item.case.council_case.pk: item for item in items if item.case is not None}


def _line(one: CouncilCase, audience: Audience, block: ItemBlock | None, newest: AgendaItem | None) -> ViewLine:
    public = audience == Audience.PUBLIC
    exempt = one.case.access == CaseAccess.RECEIVER
    closed = newest is not None and newest.is_withheld_by_doors
    hidden = public and (exempt or closed)
    outside = newest.title_outside if newest is not None else _("Exempt from public access")
    base: dict[str, Any] = {
        "number": one.number,
        "title": outside if hidden else one.title,
        "archive": "" if hidden else one.archive_number,
        "hidden": hidden,
        "closed_basis": newest.closed_basis if newest is not None else "",
        "proposed": newest is not None and newest.is_proposed_closed,
        "exempt_basis": one.case.access_basis if exempt else "",
    }
    if one.item is not None and one.item.kind in TAKEN_NOTE_OF:
        return ViewLine(**base, without=_("Taken note of."))
    if not one.view or block is None:
        return ViewLine(**base, without=_without(one, newest))
    base["treated"] = _treated(one.item)
    if hidden:
        return ViewLine(**base)
    return ViewLine(
        **base,
        function=block.function,
        view=block.decision or one.view,  # as the decision stands now, also where it was corrected afterwards
        outcome=block.outcome,
        differs=block.differs,
        together=block.together,
        motions=block.motions,
        ballots=block.ballots,
        additions=block.additions,
    )


def _treated(item: AgendaItem | None) -> str:
    if item is None:
        return ""
    meeting: Meeting = item.meeting
    return f"{item.label}, {date_text(meeting.starts_at, year=True)}"


def _without(one: CouncilCase, newest: AgendaItem | None) -> str:
    if one.status == CouncilCaseStatus.WITHDRAWN:
        return _("Taken off the municipal council's list.")
    decision = newest.decided if newest is not None else None
    if decision is not None and decision.resolution == Resolution.POSTPONE:
        return _("Postponed to a later meeting. There is no view yet.")
    if newest is not None and newest.withdrawn_at is None and newest.meeting.status != MeetingStatus.ENDED:
        return _("Not treated yet.")
    return _("Not treated.")
