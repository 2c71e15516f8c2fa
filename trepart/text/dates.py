"""Days and times in words, as people say them in the reader's language."""

from __future__ import annotations

import datetime as dt
from functools import lru_cache

from django.utils import timezone
from django.utils.dateformat import format as django_format
from django.utils.dateformat import time_format
from django.utils.translation import get_language, gettext, pgettext

from trepart import clock

NBSP = "\N{NO-BREAK SPACE}"


def in_our_zone(value: dt.date | dt.datetime) -> dt.date | dt.datetime:
    """An aware moment in the portal's time zone; a plain date or a naive moment as it is."""
    if isinstance(value, dt.datetime) and timezone.is_aware(value):
        return timezone.localtime(value)
    return value


def date_text(value: dt.date | dt.datetime, *, year: bool | None = None) -> str:
    """A date as people say it: "3. desember", with the year when it is not the current one (or as `year` says)."""
    return date_of_local(in_our_zone(value), year)


def date_of_local(local: dt.date | dt.datetime, year: bool | None = None) -> str:
    day = _day_of(local)
    with_year = day.year != clock.today().year if year is None else year
    return _day_in_words(day, with_year, get_language())


def _day_of(value: dt.date | dt.datetime) -> dt.date:
    return value.date() if isinstance(value, dt.datetime) else value


@lru_cache(maxsize=2048)  # the days of a list are few, and are said again on the next page
def _day_in_words(day: dt.date, with_year: bool, _language: str | None) -> str:
    # Translators: Django date format. Norwegian: j. F Y
    pattern = pgettext("date with year", "j F Y") if with_year else pgettext("date without year", "j F")
    return django_format(day, pattern).replace(" ", NBSP, 1)


def time_text(value: dt.datetime | dt.time) -> str:
    """A time of day as people write it: "18.00"."""
    return _time_of(timezone.localtime(value) if isinstance(value, dt.datetime) and timezone.is_aware(value) else value)


def _time_of(local: dt.datetime | dt.time) -> str:
    return _minute_in_words(local.hour, local.minute, get_language())


@lru_cache(maxsize=24 * 60)  # as above
def _minute_in_words(hour: int, minute: int, _language: str | None) -> str:
    # Translators: Django time format. Norwegian: H.i
    return time_format(dt.time(hour, minute), pgettext("time of day", "H:i"))


def moment_text(value: dt.datetime) -> str:
    """A moment as people say it: "3. desember kl. 18.00"."""
    return gettext("%(date)s at %(time)s") % {"date": date_text(value), "time": time_text(value)}


def exact_text(value: dt.date | dt.datetime) -> str:
    """The whole date with weekday, and the time to the minute if there is one: for the title and for print."""
    return exact_of_local(in_our_zone(value))


def exact_of_local(local: dt.date | dt.datetime) -> str:
    day = _whole_day(_day_of(local), get_language())
    if isinstance(local, dt.datetime):
        return gettext("%(date)s at %(time)s") % {"date": day, "time": _time_of(local)}
    return day


@lru_cache(maxsize=2048)  # as above
def _whole_day(day: dt.date, _language: str | None) -> str:
    # Translators: Django date format. Norwegian: l j. F Y
    return django_format(day, pgettext("date with weekday", "l j F Y"))
