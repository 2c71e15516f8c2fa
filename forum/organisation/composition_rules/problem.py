"""One broken rule of composition, and the shape of a function that looks for them."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from forum.organisation.models import Body, Membership


@dataclass(frozen=True)
class Problem:
    """One broken rule: the sentence the reader sees (it names the paragraph), the rule's number, and
    whether it only warns."""

    message: str
    rule: str
    warning: bool = False


Found = Iterator[Problem]
#: Asked with the body, everybody with a place in it, those of them who hold a seat, and the day.
Rule = Callable[["Body", Sequence["Membership"], Sequence["Membership"], date], Found]
