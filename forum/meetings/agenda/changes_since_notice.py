"""What has changed on an agenda since the notice went out, read from the trail item by item (koml § 11-3)."""

from collections import defaultdict
from dataclasses import dataclass, field, replace

from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _

from forum.meetings.core.models import AgendaItem, Meeting
from forum.meetings.core.queries import ItemLine
from trepart.audit.models import Event
from trepart.text.dates import exact_text

_PAPER = "forum.document_added"
_CASE_PAPER = "forum.paper_finished"


@dataclass(frozen=True)
class Changes:
    """Item id -> what has happened to it in a word or two; and what has happened to the meeting as a whole."""

    items: dict[int, list[str]] = field(default_factory=dict)
    meeting: list[str] = field(default_factory=list)

    def __bool__(self) -> bool:
        return bool(self.items or self.meeting)


NONE = Changes()


def _called(meeting: Meeting) -> Event | None:
    """Return the newest call of ``meeting``."""
    return (
        Event.objects.filter(
            subject_type=Meeting._meta.label_lower, subject_id=meeting.pk, action="forum.meeting_called"
        )
        .order_by("-pk")
        .first()
    )


def called_without_papers(meeting: Meeting) -> set[int]:
    """Return the ids of the items that the newest notice went out without papers for, as it was recorded then."""
    event = _called(meeting)
    return set(event.data.get("without_papers", [])) if event is not None else set()


@dataclass(frozen=True)
class Then:
    """What the notice said of one item: on which basis closed doors were proposed, as what it was to be treated, and
    whether it was withdrawn already."""

    basis: str
    function: bool
    withdrawn: bool


def as_called(meeting: Meeting) -> dict[int, Then]:
    """Return the items that were on the agenda when the newest notice of ``meeting`` went out, by id, as their history
    has them; empty where it has not gone out. What the words were then is not told: they may have been taken out."""
    called = _called(meeting)
    if called is None:
        return {}
    rows = AgendaItem.history.filter(meeting=meeting.pk, event_id__lte=called.pk).exclude(history_type="-")
    newest = rows.order_by("id", "-event_id", "-history_id").distinct("id")
    found = newest.values_list("id", "closed_basis", "function", "withdrawn_at")
    return {pk: Then(basis, function is not None, gone is not None) for pk, basis, function, gone in found}


def changes(meeting: Meeting, lines: list[ItemLine], *, after: int = 0) -> Changes:
    """Return what has changed since the newest notice of ``meeting``, as a reader of ``lines`` may know it;
    three queries, however much.

    ``after``: since that event instead, where it came after the notice.

    Of an item that is kept from the reader it is said that it is new or withdrawn, never that its
    words or papers are others.
    """
    called = _called(meeting)
    if called is None:
        return NONE
    start = max(called.pk, after)
    words = {
        "forum.item_added": _("New"),
        "forum.item_changed": _("The words are changed"),
        "forum.item_withdrawn": _("Withdrawn"),
        "forum.closing_proposed": _("Proposed closed"),
        "forum.closing_taken_back": _("No longer proposed closed"),
        "forum.doors_closed": _("Closed doors"),
        "forum.doors_opened": _("The doors are open"),
    }
    open_words = {
        "forum.item_added", "forum.item_withdrawn", "forum.closing_proposed", "forum.closing_taken_back",
        "forum.doors_closed", "forum.doors_opened",
    }  # fmt: skip
    known = {line.item.pk: line for line in lines}
    found: dict[int, list[str]] = defaultdict(list)
    whole: list[str] = []
    for event in Event.objects.about(meeting).filter(pk__gt=start).order_by("pk"):
        line = known.get(event.subject_id) if event.subject_type == AgendaItem._meta.label_lower else None
        if event.action == "forum.meeting_rearranged":
            whole.append(_rearranged(event))
        elif line is not None and event.action in words and (event.action in open_words or not line.hidden):
            found[line.item.pk].append(words[event.action])
    cases = {line.item.case_id: line.item.pk for line in lines if line.item.case_id and not line.hidden}
    papers = Event.objects.filter(
        root_type="cases.case", root_id__in=cases, action__in=[_PAPER, _CASE_PAPER], pk__gt=start
    )
    for root, action, data in papers.order_by("pk").values_list("root_id", "action", "data"):
        again = action == _CASE_PAPER and data.get("version", 1) > 1
        found[cases[root]].append(_("The case paper is changed") if again else _("New paper"))
    # What came after the notice and was changed afterwards is new, and no more.
    said = {
        pk: [_("New")] if _("New") in marks and _("Withdrawn") not in marks else list(dict.fromkeys(marks))
        for pk, marks in found.items()
    }
    return Changes(said, whole)


def marked(lines: list[ItemLine], found: Changes) -> list[ItemLine]:
    """Return ``lines`` with what has happened to each since the notice."""
    return [replace(line, marks=tuple(found.items.get(line.item.pk, ()))) for line in lines]


def _rearranged(event: Event) -> str:
    before, after = (parse_datetime(event.data[key]) for key in ("before", "starts_at"))
    said = []
    if before is not None and after is not None and before != after:
        said.append(
            _("The meeting begins %(when)s, not %(before)s.")
            % {"when": exact_text(after), "before": exact_text(before)}
        )
    if event.data.get("place") != event.data.get("place_before"):
        said.append(
            _("The place is %(place)s, not %(before)s.")
            % {"place": event.data.get("place", ""), "before": event.data.get("place_before", "")}
        )
    return " ".join(said)
