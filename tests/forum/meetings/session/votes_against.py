"""The votes in an item where some are against it."""

from typing import Any

from forum.meetings.core import participants
from forum.meetings.core.models import AgendaItem
from forum.meetings.enums import Choice
from tests.factories.organisation import Municipality


def against(town: Municipality, item: AgendaItem, *people: Any, without: Any = None) -> dict[int, Choice]:
    opposed = {town.membership(person).pk for person in people}
    out = town.membership(without).pk if without is not None else None
    return {v.pk: Choice.AGAINST if v.pk in opposed else Choice.FOR for v in participants.entitled(item) if v.pk != out}
