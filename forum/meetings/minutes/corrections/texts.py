"""What is put right in the texts of minutes that are out: each is kept, and marked where the text stands (R29)."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from forum.meetings.core.models import AgendaItem, Meeting
from forum.meetings.enums import Corrected
from forum.meetings.minutes import services
from forum.meetings.minutes.corrections.models import RecordCorrection
from forum.meetings.minutes.corrections.wording import differing
from trepart import clock
from trepart.workflow import reserve_pk

if TYPE_CHECKING:
    from trepart.access.models import User


@dataclass(frozen=True)
class _Changed:
    kind: Corrected
    was: str
    now: str
    item: AgendaItem | None = None


def correct(meeting: Meeting, texts: services.Texts, *, reason: str, actor: "User") -> list[RecordCorrection]:
    """Set the texts of minutes that are out, inside the step that corrects them, and keep what each said before: the
    next version marks it where it stands. How a text is broken into lines says nothing else."""
    changed = [one for one in _changes(meeting, texts) if differing(one.was, one.now) != ([], [])]
    services.rewrite(meeting, texts)
    kept = []
    for one in changed:
        correction = RecordCorrection(
            pk=reserve_pk(RecordCorrection),
            meeting=meeting,
            item=one.item,
            kind=one.kind,
            was=one.was,
            now=one.now,
            reason=reason.strip(),
            made_by=actor,
            at=clock.now(),
        )
        correction.save(force_insert=True)
        kept.append(correction)
    return kept


def _changes(meeting: Meeting, texts: services.Texts) -> Iterator[_Changed]:
    yield _Changed(Corrected.REMARKS, meeting.remarks, texts.remarks)
    yield _Changed(Corrected.OTHERS, meeting.others_present, texts.others_present)
    for item in services.correctable_items(meeting):
        yield _Changed(Corrected.TREATMENT, item.discussion, texts.discussions.get(item.pk, item.discussion), item)
