"""Template tags and filters of the portal's look: dates and sums as people say them, and the shared parts.

`{% load trepart_ui %}`. Every part is described, with its include line and context, in docs/look.md.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Sequence
from decimal import Decimal
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from django import template
from django.forms import BoundField
from django.template.context import Context
from django.urls import NoReverseMatch, reverse
from django.utils import timezone
from django.utils.dateformat import format as django_format
from django.utils.dateformat import time_format
from django.utils.formats import get_format
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.text import capfirst
from django.utils.translation import get_language, gettext, ngettext, pgettext

from trepart import clock, languages, municipality
from trepart.form_layout import field_context, form_fields_context, is_unjudged, problems
from trepart.ui import Cell

if TYPE_CHECKING:
    from django.core.paginator import Page
    from django.forms import BaseForm

register = template.Library()

NBSP = "\N{NO-BREAK SPACE}"
MEANINGS = ("info", "success", "warning", "danger", "neutral")
PARTS = ("elected", "administration", "union")


# Dates and sums ---------------------------------------------------------------------------------------------------


def _local(value: dt.date | dt.datetime) -> dt.date | dt.datetime:
    """An aware moment in the portal's time zone; a plain date or a naive moment as it is."""
    if isinstance(value, dt.datetime) and timezone.is_aware(value):
        return timezone.localtime(value)
    return value


def date_text(value: dt.date | dt.datetime, *, year: bool | None = None) -> str:
    """A date as people say it: "3. desember", with the year when it is not the current one (or as `year` says)."""
    return _date_of(_local(value), year)


def _date_of(local: dt.date | dt.datetime, year: bool | None = None) -> str:
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
    return _exact_of(_local(value))


def _exact_of(local: dt.date | dt.datetime) -> str:
    day = _whole_day(_day_of(local), get_language())
    if isinstance(local, dt.datetime):
        return gettext("%(date)s at %(time)s") % {"date": day, "time": _time_of(local)}
    return day


@lru_cache(maxsize=2048)  # as above
def _whole_day(day: dt.date, _language: str | None) -> str:
    # Translators: Django date format. Norwegian: l j. F Y
    return django_format(day, pgettext("date with weekday", "l j F Y"))


def _time_element(local: dt.date | dt.datetime, text: str) -> SafeString:
    """<time> whose title, shown on hover and instead of the text in print, is exact."""
    return format_html(
        '<time datetime="{}" title="{}"><span>{}</span></time>', local.isoformat(), _exact_of(local), text
    )


@register.filter
def human_date(value: dt.date | dt.datetime | None) -> str:
    """ "3. desember" in a <time> element; nothing for nothing."""
    if not value:
        return ""
    local = _local(value)  # once: a list says many
    return _time_element(local, _date_of(local))


@register.filter
def human_datetime(value: dt.datetime | dt.date | None) -> str:
    """ "3. desember kl. 18.00" in a <time> element; a plain date comes without the time."""
    if not value:
        return ""
    if not isinstance(value, dt.datetime):
        return human_date(value)
    return _time_element(_local(value), moment_text(value))


@register.filter
def human_time(value: dt.datetime | dt.time | None) -> str:
    """ "kl. 18.00"; nothing for nothing."""
    if value is None:
        return ""
    return (gettext("at %(time)s") % {"time": time_text(value)}).replace(" ", NBSP)


@register.filter
def plain_date(value: dt.date | dt.datetime | None) -> str:
    """ "3. desember 2026" as text without markup, always with the year: for titles, mail and attributes."""
    return date_text(value, year=True).replace(NBSP, " ") if value else ""


@register.filter
def inside(name: object) -> str:
    """The name of a body inside a sentence: "til kommunestyret" (`trepart.languages.inside`)."""
    return languages.inside(str(name))


@register.filter
def plain_datetime(value: dt.date | dt.datetime | None) -> str:
    """The whole date with weekday and time as text only, for mail: "torsdag 3. desember 2026 kl. 18.00"."""
    return exact_text(value) if value else ""


@register.filter
def grouped(value: int | float | Decimal | None) -> str:
    """A number as the language groups it: "12 500" with a no-break space in Norwegian, "12,500" in English."""
    if value is None or value == "":
        return ""
    whole = f"{value:,}" if isinstance(value, int) else f"{value:,.2f}"
    whole, _dot, rest = whole.partition(".")
    rest = rest.rstrip("0")
    sign = "\N{MINUS SIGN}" if whole.startswith("-") else ""
    thousands, decimals = get_format("THOUSAND_SEPARATOR"), get_format("DECIMAL_SEPARATOR")
    return sign + whole.lstrip("-").replace(",", thousands) + (f"{decimals}{rest}" if rest else "")


@register.filter
def kroner(value: int | float | Decimal | None, place: str = "after") -> str:
    """A sum in kroner with no-break spaces: "180 000 kr", or "kr 180 000" with `kroner:"before"`."""
    if value is None or value == "":
        return ""
    return f"kr{NBSP}{grouped(value)}" if place == "before" else f"{grouped(value)}{NBSP}kr"


@register.filter
def paragraphs(value: object) -> SafeString:
    """What a person wrote, as paragraphs: plain text, escaped, empty lines divide, single line breaks are kept."""
    text = str(value or "").replace("\r\n", "\n").replace("\r", "\n").strip()
    blocks = [block.strip("\n") for block in re.split(r"\n[ \t]*\n\s*", text) if block.strip()]
    line_break = mark_safe("<br>")
    return format_html_join(
        "\n",
        "<p>{}</p>",
        ((format_html_join(line_break, "{}", ((line,) for line in block.split("\n"))),) for block in blocks),
    )


# Small parts ------------------------------------------------------------------------------------------------------


@register.simple_tag
def status_tag(label: object, meaning: str = "neutral") -> SafeString:
    """A status in words, with one fixed colour per meaning.

    Args:
        label: the status as people call it.
        meaning: info (under treatment), success (adopted, carried out), warning (considered further, due soon),
            danger (overdue only), neutral (declined, withdrawn).

    Raises:
        ValueError: an unknown meaning, so that a typo does not end as a wrong colour.
    """
    if meaning not in MEANINGS:
        raise ValueError(f"unknown status meaning {meaning!r}, expected one of {', '.join(MEANINGS)}")
    return format_html('<span class="ds-tag" data-color="{}">{}</span>', meaning, capfirst(str(label)))


def part_word(part: object, count: int = 1) -> str:
    """What a member of a part is called, one or several; so too those who may stand outside the parts. Any
    other word as it stands."""
    key = part_key(part)
    if key == "elected":
        return ngettext("Elected politician", "Elected politicians", count)
    if key == "administration":
        return ngettext("Administration", "Administration", count)
    if key == "union" or part == "union_representative":
        return ngettext("Union representative", "Union representatives", count)
    if part == "safety_representative":
        return ngettext("Safety representative", "Safety representatives", count)
    if part == "user_representative":
        return ngettext("User representative", "User representatives", count)
    if part == "leader":
        return ngettext("Leader", "Leaders", count)
    if part in {"member", "deputy_leader", "deputy"}:
        return ngettext("Member", "Members", count)
    return str(part or "")


def part_key(part: object) -> str:
    """The stored value of a part ("elected", "administration", "union"), or an empty string for anything else."""
    key = str(getattr(part, "value", part) or "").lower()
    return key if key in PARTS else ""


@register.inclusion_tag("parts/people/part_mark.html")
def part_mark(part: object, count: object = None, word: str = "") -> dict[str, object]:
    """The mark of a part: its shape and, always, the word.

    Args:
        part: `Part` or its stored value; anything else is shown as a word without a shape.
        count: how many ("2") or how many of how many ("3/4"); the word is then the plural unless it is 1.
        word: another word for the part, where the default does not fit.
    """
    plural = 1 if count is None or str(count) == "1" else 2
    return {"key": part_key(part), "word": word or part_word(part, plural), "count": count}


@register.inclusion_tag("parts/road.html")
def road(stations: Sequence[object], label: str = "") -> dict[str, object]:
    """The road: stations in order, what was done at each, where it is now and what may come."""
    return {"stations": stations, "label": label}


@register.inclusion_tag("parts/timeline.html")
def timeline(entries: Sequence[object], exact: bool = False, level: int = 3) -> dict[str, object]:
    """The story in sentences, newest first. `exact` shows the time to the minute and everything opened (audit
    trail)."""
    return {"entries": entries, "exact": exact, "level": level}


@register.inclusion_tag("parts/facts.html")
def facts(rows: Iterable[object]) -> dict[str, object]:
    """A list of facts: records with `.label`, `.value`, `.url`, or plain pairs. Facts without a value are left out."""
    lines = [_fact(row) for row in rows]
    return {"rows": [line for line in lines if line["value"] not in ("", None)]}


def _fact(row: object) -> dict[str, object]:
    if isinstance(row, tuple | list):
        return {"label": row[0], "value": row[1], "url": row[2] if len(row) > 2 else None}
    return {"label": getattr(row, "label", ""), "value": getattr(row, "value", ""), "url": getattr(row, "url", None)}


@register.inclusion_tag("parts/date_badge.html")
def date_badge(value: dt.date | dt.datetime) -> dict[str, object]:
    """Day and month in a small box, for lists of meetings."""
    value = _local(value)
    return {
        "iso": value.isoformat(),
        "exact": exact_text(value),
        "day": django_format(value, pgettext("day of the month", "j")),
        "month": django_format(value, "M").lower().rstrip("."),
        "year": value.year if value.year != clock.today().year else None,
    }


@register.inclusion_tag("parts/empty_state.html")
def empty_state(title: object, text: object = "", action_url: str = "", action: object = "") -> dict[str, object]:
    """What belongs here and how it gets here, said where there is nothing yet."""
    return {"title": title, "text": text, "action_url": action_url, "action": action}


@register.inclusion_tag("parts/back_link.html")
def back_link(url: str, label: object = "") -> dict[str, object]:
    """A link to where one came from."""
    return {"url": url, "label": label}


@register.inclusion_tag("parts/tabs.html")
def tabs(items: Sequence[object], label: object) -> dict[str, object]:
    """Several views of one thing as links. `label` names the group for those who cannot see it."""
    return {"items": items, "label": label}


@register.inclusion_tag("parts/people/person_list.html")
def person_list(people: Sequence[object]) -> dict[str, object]:
    """People with role, part and (kept apart) party."""
    return {"people": people}


@register.inclusion_tag("parts/agenda.html")
def agenda(items: Sequence[object], note: object = "") -> dict[str, object]:
    """The agenda beside an item: always open at wide widths, folded away on a phone."""
    lines = list(items)
    position = next((n for n, line in enumerate(lines, start=1) if getattr(line, "current", False)), None)
    return {"items": lines, "note": note, "position": position, "total": len(lines)}


@register.inclusion_tag("parts/forms/votes.html")
def votes(lines: Sequence[object], caption: object, choices: Sequence[tuple[str, object]] = ()) -> dict[str, object]:
    """One line of radio buttons for each member, for a table of votes inside a form."""
    return {"lines": lines, "caption": caption, "choices": choices}


@register.inclusion_tag("parts/data_table.html")
def data_table(
    caption: object, headers: Sequence[object], rows: Iterable[Sequence[object]], hide_caption: bool = False
) -> dict[str, object]:
    """A table for comparing; on a phone each row becomes a list of sentences.

    Args:
        caption: what the table shows.
        headers: one for each column; the first column names the row.
        rows: values, or `trepart.ui.Cell` for a link or right-aligned figures.
        hide_caption: when a heading right above already says the same.
    """
    names = list(headers)
    body = [[_cell(value) | {"header": name} for name, value in zip(names, row, strict=True)] for row in rows]
    numeric = [bool(body) and all(bool(row[n]["numeric"]) for row in body) for n in range(len(names))]
    return {
        "caption": caption,
        "columns": [{"label": name, "numeric": right} for name, right in zip(names, numeric, strict=True)],
        "rows": body,
        "hide_caption": hide_caption,
    }


def _cell(value: object) -> dict[str, object]:
    if isinstance(value, Cell):
        return {"value": value.value, "url": value.url, "numeric": value.numeric}
    return {"value": "" if value is None else value, "url": None, "numeric": False}


@register.inclusion_tag("parts/pagination.html", takes_context=True)
def pagination(context: Context, page: Page[Any], key: str = "page") -> dict[str, object]:
    """Links to the other pages of a list, keeping the search and the filters of the address. Nothing for one page."""
    request = context.get("request")
    query = request.GET.copy() if request is not None else None

    def address(number: int) -> str:
        if query is None:
            return f"?{key}={number}"
        query[key] = str(number)
        return "?" + query.urlencode()

    numbers = [
        {"number": n, "url": address(n), "current": n == page.number} if isinstance(n, int) else {"number": None}
        for n in page.paginator.get_elided_page_range(page.number, on_each_side=1, on_ends=1)
    ]
    return {
        "page": page,
        "numbers": numbers,
        "previous": address(page.previous_page_number()) if page.has_previous() else None,
        "next": address(page.next_page_number()) if page.has_next() else None,
        "several": page.paginator.num_pages > 1,
    }


@register.simple_tag
def optional_url(name: str, *args: object) -> str:
    """The address of a named page, or an empty string where this installation does not have it."""
    try:
        return reverse(name, args=args)
    except NoReverseMatch:
        return ""


# Forms ------------------------------------------------------------------------------------------------------------


@register.inclusion_tag("parts/forms/field.html")
def field(bound: BoundField, **options: Any) -> dict[str, object]:
    """One field in the portal's form layout: label, help, error, input, tied together for assistive technology.

    Args:
        bound: the field of a form.
        options: `label` or `help` to say something else on this page; `optional=False` not to mark it as optional.
    """
    return field_context(bound, **options)


@register.inclusion_tag("parts/forms/form_fields.html")
def form_fields(form: BaseForm, *names: str) -> dict[str, object]:
    """All fields of a form (or those named), in order, with those that depend on another shown only when it applies.

    A form says which fields depend on which with `conditional = {"needs_grant": ("amount",)}`; the widget of
    `needs_grant` says which answers open them (see trepart.forms).
    """
    return form_fields_context(form, names)


@register.inclusion_tag("parts/forms/error_summary.html")
def error_summary(*forms: BaseForm) -> dict[str, object]:
    """What has to be mended, first on the page and with a link to each field; nothing when there is nothing. A
    formset counts as its forms."""
    every = [one for form in forms if form for one in getattr(form, "forms", [form])]
    return {"problems": [problem for form in every for problem in problems(form)]}


@register.simple_tag(takes_context=True)
def page_has_errors(context: Context) -> bool:
    """Whether the page's form came back with errors; the title then says so first."""
    form = context.get("form")
    return bool(
        form is not None
        and getattr(form, "is_bound", False)
        and not is_unjudged(form)
        and getattr(form, "errors", None)
    )


@register.simple_tag(takes_context=True)
def carried_form(context: Context, name: str = "carried-form") -> SafeString | str:
    """`<form {% carried_form %} …>`: gives the form an id, and tells the language switch below that what is
    written in it comes along.

    For the one form of a page whose view gives back what was typed (``form_owner`` in the context,
    `trepart.access.kept`); elsewhere nothing is added.
    """
    request = context.get("request")
    if request is None or "form_owner" not in context or hasattr(request, "carried_form"):
        return ""
    request.carried_form = name
    return format_html('id="{}"', name)


# The municipality's own words -----------------------------------------------------------------------------------------


@register.simple_tag
def own_text(place: str) -> str:
    """`{% own_text "receipt" as words %}`: the municipality's own text for a place, in the reader's language; empty
    where it has written none."""
    own = municipality.current()
    return own.text(place, get_language() or own.default_language)
