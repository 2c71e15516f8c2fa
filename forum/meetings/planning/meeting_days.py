"""Days for a year of meetings, as plain functions: a pattern gives days, days off move them."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, time, timedelta

import holidays
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from forum.meetings.enums import Rhythm, WhenOff
from forum.meetings.planning.models import DayOff

WEEK = timedelta(days=7)
#: So far a day is moved before it is given up: past the summer weeks, never into another season.
_TRIES = 10
#: A pattern goes over at most so long, and gives at most so many days.
MOST_DAYS, MOST_LINES = 550, 80


@dataclass(frozen=True, kw_only=True)
class Pattern:
    """When a body meets: ``rhythm`` monthly takes the ``which``-th ``weekday`` of each month (-1: the last), weekly
    takes every ``every``-th week from ``first`` on.

    ``weekday`` counts from Monday, 0. ``when_off`` says what becomes of a day nobody is to meet on.
    """

    first: date
    last: date
    weekday: int
    rhythm: Rhythm = Rhythm.MONTHLY
    which: int = 1
    every: int = 4
    when_off: WhenOff = WhenOff.NEXT_WEEK
    at: time = time(18)
    place: str = ""


@dataclass(frozen=True)
class Line:
    """One meeting as the pattern gives it. ``why`` says why it is not on the day the pattern gave, or left
    out (``taken`` False)."""

    day: date
    why: str = ""
    taken: bool = True


def public_holidays(first: date, last: date) -> dict[date, str]:
    """Return Norway's public holidays between two days, and the two eves on which nobody is called to a meeting, named
    in the reader's language."""
    language = "en_US" if (get_language() or "nb").startswith("en") else "no"
    years = range(first.year, last.year + 1)
    found = {day: str(name) for day, name in holidays.country_holidays("NO", years=years, language=language).items()}
    for year in years:
        found[date(year, 12, 24)], found[date(year, 12, 31)] = _("Christmas Eve"), _("New Year's Eve")
    return {day: name for day, name in found.items() if first <= day <= last}


def own_days_off(first: date, last: date) -> dict[date, str]:
    """Return the municipality's own days without meetings between two days."""
    found: dict[date, str] = {}
    for off in DayOff.objects.filter(first_day__lte=last, last_day__gte=first).order_by("-first_day", "pk"):
        for number in range((off.last_day - off.first_day).days + 1):
            day = off.first_day + timedelta(days=number)
            if first <= day <= last:
                found[day] = off.name
    return found


def days_off(first: date, last: date) -> dict[date, str]:
    """Return every day without meetings between two days, with its name; a public holiday goes before
    the municipality's own."""
    return own_days_off(first, last) | public_holidays(first, last)


def wanted_days(pattern: Pattern) -> Iterator[date]:
    """Give the days of ``pattern``, in order, whatever they fall on."""
    if pattern.rhythm == Rhythm.WEEKLY:
        day = pattern.first + timedelta(days=(pattern.weekday - pattern.first.weekday()) % 7)
        while day <= pattern.last:
            yield day
            day += WEEK * pattern.every
        return
    year, month = pattern.first.year, pattern.first.month
    while date(year, month, 1) <= pattern.last:
        day = _nth(year, month, pattern.weekday, pattern.which)
        if pattern.first <= day <= pattern.last:
            yield day
        year, month = (year, month + 1) if month < 12 else (year + 1, 1)


def _nth(year: int, month: int, weekday: int, which: int) -> date:
    """Return the ``which``-th ``weekday`` of a month; -1 is the last. There are always four."""
    begins = date(year, month, 1)
    if which > 0:
        return begins + timedelta(days=(weekday - begins.weekday()) % 7) + WEEK * (which - 1)
    ends = (date(year, month + 1, 1) if month < 12 else date(year + 1, 1, 1)) - timedelta(days=1)
    return ends - timedelta(days=(ends.weekday() - weekday) % 7)


def lines(pattern: Pattern, off: Mapping[date, str]) -> list[Line]:
    """Return the meetings that ``pattern`` gives: each on a day that is not off, within the pattern's own
    days, and no two on one day.

    What cannot be placed stands in the list as left out, with the reason, so that nobody wonders where it went.
    """
    wanted = list(wanted_days(pattern))[:MOST_LINES]
    taken = {day for day in wanted if day not in off}
    found = []
    for day in wanted:
        if day not in off:
            found.append(Line(day))
            continue
        why = off[day]
        other = next((d for d in _instead(day, pattern.when_off) if d not in off and d not in taken), None)
        if other is None or not pattern.first <= other <= pattern.last:
            found.append(Line(day, why, taken=False))
            continue
        taken.add(other)
        found.append(Line(other, why))
    return sorted(found, key=lambda line: line.day)


def _instead(day: date, when_off: WhenOff) -> Iterable[date]:
    if when_off == WhenOff.NEXT_WEEK:
        return [day + WEEK * number for number in range(1, _TRIES + 1)]
    if when_off == WhenOff.WEEK_BEFORE:
        return [day - WEEK * number for number in range(1, _TRIES + 1)]
    if when_off == WhenOff.NEXT_DAY:
        following = (day + timedelta(days=number) for number in range(1, 7 * _TRIES))
        return [one for one in following if one.weekday() < 5]
    return []
