"""One act in an item, on a page of its own: what it is called, its form, what it does, and when it is offered."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Generic, TypeVar

from django.forms import BaseForm
from django.http import HttpRequest
from django.utils.functional import Promise

from forum.meetings.session.item_page.context import Table

Words = str | Promise
F = TypeVar("F", bound=BaseForm)


@dataclass(frozen=True)
class Act(Generic[F]):
    """One thing that can be done in an item."""

    slug: str
    label: Words
    #: What it is; where the law is cited as it was that day, made from the table.
    lead: Words | Callable[[Table], str]
    submit: Words
    form: Callable[[Table, Mapping[str, object] | None, HttpRequest], F]
    do: Callable[[HttpRequest, Table, F, int | None], str]
    #: When it is offered; where it is not, its page answers 404.
    offered: Callable[[Table], bool]
    #: Under which heading it stands on the page of the item.
    group: str = "table"
    #: What to look out for, shown above the form.
    hints: Callable[[Table], list[tuple[str, str]]] | None = None

    def lead_at(self, table: Table) -> Words:
        """Return what it is, as it is said at this table."""
        return self.lead(table) if callable(self.lead) else self.lead


def always(table: Table) -> bool:
    """Offer the act as long as the meeting lasts."""
    return True


def while_undecided(table: Table) -> bool:
    """Offer the act until the item is decided."""
    return table.item.decided is None


def before_the_vote(table: Table) -> bool:
    """Offer the act until a vote on the case is held: then who takes part is settled."""
    return not table.settled
