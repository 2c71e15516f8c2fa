"""What pages hand to the shared template parts: small typed records, one for each part that shows a list.

The parts live in templates/parts and are used through the tags in trepart_ui (see docs/look.md). A part reads plain
attributes, so any object with the same attributes will do; these records exist so that mypy can tell what is missing.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal, TypeAlias

from django.utils.functional import Promise

Text: TypeAlias = str | Promise
"""Text for people, translated now or when it is shown."""

StatusMeaning = Literal["info", "success", "warning", "danger", "neutral"]
"""One fixed colour per meaning (look/README, principle 6): info = under treatment, success = adopted or carried out,
warning = considered further or due soon, danger = overdue only, neutral = declined or withdrawn."""

StationState = Literal["done", "now", "next"]


@dataclass(frozen=True, slots=True)
class Station:
    """One stop on a proposal's road: a body or a phase, what was done there, and whether it is
    past, present or ahead."""

    label: Text
    note: Text = ""
    state: StationState = "next"
    url: str | None = None


@dataclass(frozen=True, slots=True)
class Fact:
    """One line of a list of facts: a term and what it is. `value` may be safe HTML made by another tag."""

    label: Text
    value: Text | int
    url: str | None = None


@dataclass(frozen=True, slots=True)
class Entry:
    """One event in a timeline, in sentences.

    `at` is when, `where` the body (or the person, where that may be shown), `bold` what was decided, `sentence` what
    happened, `quote` what was said in full (plain text, line breaks kept), `parts` who was there as pairs of a part's
    stored value (or any other word, for example "Verneombud") and a number, `silent` who was asked and has not
    answered, in the same way: then `parts` are those who said yes. `facts` is what the audit trail opens up.
    """

    at: dt.datetime | dt.date
    where: Text = ""
    sentence: Text = ""
    bold: Text = ""
    quote: Text = ""
    parts: Sequence[tuple[str, int]] = ()
    silent: Sequence[tuple[str, int]] = ()
    url: str | None = None
    facts: Sequence[Fact] = ()


@dataclass(frozen=True, slots=True)
class Tab:
    """One of several views of the same thing, each with its own address."""

    label: Text
    url: str
    current: bool = False
    count: int | None = None


@dataclass(frozen=True, slots=True)
class PersonLine:
    """One person in a list: name, what they are there (role, deputy number), their part and,
    kept apart, their party."""

    name: Text
    role: Text = ""
    part: str = ""
    party: Text = ""
    note: Text = ""
    url: str | None = None


@dataclass(frozen=True, slots=True)
class AgendaLine:
    """One item on the agenda beside a meeting: number, title, short outcome, and whether it is the one in hand."""

    number: str
    title: Text
    outcome: Text = ""
    url: str | None = None
    current: bool = False


@dataclass(frozen=True, slots=True)
class Cell:
    """A table cell that needs more than its value: a link, or right-aligned figures."""

    value: Text | int
    url: str | None = None
    numeric: bool = False


@dataclass(frozen=True, slots=True)
class VoteLine:
    """One member's line in the table of votes: the radio buttons are named `name`, the choices are shared by all."""

    person: PersonLine
    name: str
    value: str = ""
    choices: Sequence[tuple[str, Text]] = field(default=())
