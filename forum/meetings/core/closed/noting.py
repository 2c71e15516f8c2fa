"""Who reads what is kept is written down: asked in one place, for every page, file and print that shows it (R8, R25).

Kept is what may not be read by everybody today, by the doors or the access of the case, and not what has a basis: an
exempt case that nobody has screened has none, and is kept all the same.
"""

from collections.abc import Iterable
from typing import Protocol

from django.db.models import Model
from django.http import HttpRequest

from forum.cases.enums import CaseAccess
from forum.cases.models import Case
from forum.meetings.core.closed.access import KEPT
from forum.meetings.core.models import AgendaItem, Meeting
from trepart.access.models import User
from trepart.audit import viewing


class Block(Protocol):
    """One case as it stands in minutes, a decision list or a packet."""

    @property
    def label(self) -> str:
        """The number it stands with."""

    @property
    def hidden(self) -> bool:
        """Say whether its words are not in it."""

    @property
    def closed_basis(self) -> str:
        """The basis for closed doors when it was written."""

    @property
    def exempt_basis(self) -> str:
        """The basis for keeping the case when it was written."""


def note(request: HttpRequest, about: Model, page: str, *, kept: bool) -> None:
    """Write down that the reader has opened ``page``, about ``about``, where something kept was shown on it."""
    if kept and isinstance(request.user, User):
        viewing.log_view(request.user, about, page)


def any_kept(items: Iterable[AgendaItem]) -> bool:
    """Say whether one of ``items``, which were shown with all their words, is kept."""
    return any(item.is_withheld for item in items)


def case_is_kept(case: Case) -> bool:
    """Say whether ``case`` may be read only by those who treat it."""
    return case.access == CaseAccess.RECEIVER


def any_kept_in(meeting: Meeting, blocks: Iterable[Block]) -> bool:
    """Say whether one of ``blocks``, of ``meeting`` and written for those inside, holds something kept: what is kept
    today, what was said while the doors were closed, and what was kept when it was written. At most one query."""
    shown = [block for block in blocks if not block.hidden]
    if any(block.closed_basis or block.exempt_basis for block in shown):
        return True
    labels = {block.label for block in shown}
    return bool(labels) and any(item.label in labels for item in AgendaItem.objects.filter(KEPT, meeting=meeting))


def meeting_keeps(meeting: Meeting) -> bool:
    """Say whether ``meeting`` keeps anything at all: a whole print for those inside has it."""
    return AgendaItem.objects.filter(KEPT, meeting=meeting).exists()
