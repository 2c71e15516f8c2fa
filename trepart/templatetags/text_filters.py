"""Template filters for what is written: dates, figures, sums, and words people wrote as paragraphs."""

from __future__ import annotations

import datetime as dt
import re
from decimal import Decimal

from django import template
from django.utils.formats import get_format
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext

from trepart import languages
from trepart.notices.writing import ABOUT, one_line
from trepart.text.dates import (
    NBSP,
    date_of_local,
    date_text,
    exact_of_local,
    exact_text,
    in_our_zone,
    moment_text,
    time_text,
)

register = template.Library()


def _time_element(local: dt.date | dt.datetime, text: str) -> SafeString:
    """<time> whose title, shown on hover and instead of the text in print, is exact."""
    return format_html(
        '<time datetime="{}" title="{}"><span>{}</span></time>', local.isoformat(), exact_of_local(local), text
    )


@register.filter(needs_autoescape=True)
def human_date(value: dt.date | dt.datetime | None, autoescape: bool = True) -> str:
    """ "3. desember" in a <time> element; nothing for nothing. In plain text (a mail, a letter) the words alone."""
    if not value:
        return ""
    local = in_our_zone(value)  # once: a list says many
    return _time_element(local, date_of_local(local)) if autoescape else plain_date(value)


@register.filter(needs_autoescape=True)
def human_datetime(value: dt.datetime | dt.date | None, autoescape: bool = True) -> str:
    """ "3. desember kl. 18.00" in a <time> element; a plain date comes without the time. In plain text the words."""
    if not value:
        return ""
    if not isinstance(value, dt.datetime):
        return human_date(value, autoescape)
    if not autoescape:
        return plain_datetime(value)
    return _time_element(in_our_zone(value), moment_text(value))


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


@register.filter
def about(number: object, title: object) -> str:
    """The number of a case with what it is about in words, as the subject of a mail says it: "26/12 “Bike racks”". A
    long title is cut."""
    words = {"number": number, "title": one_line(str(title), ABOUT)}
    return gettext("%(number)s “%(title)s”") % words if number else ""
