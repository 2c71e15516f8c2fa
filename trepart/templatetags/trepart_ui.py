"""Template tags for the shared parts of pages: status, parties, tables, lists, forms.

Built in (settings.TEMPLATES), as is `text_filters`. Every part is described, with its tag and context, in docs/look.md.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

from django import template
from django.forms import BoundField
from django.template.context import Context
from django.urls import NoReverseMatch, reverse
from django.utils.dateformat import format as django_format
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.text import capfirst
from django.utils.translation import get_language, ngettext, pgettext

from trepart import clock, municipality
from trepart.look.form_layout import field_context, form_fields_context, is_unjudged, problems
from trepart.text.administration_act import Matter, cite
from trepart.text.dates import exact_text, in_our_zone
from trepart.ui import Cell

if TYPE_CHECKING:
    from django.core.paginator import Page
    from django.forms import BaseForm

register = template.Library()

MEANINGS = ("info", "success", "warning", "danger", "neutral")
PARTS = ("elected", "administration", "union")


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


@register.simple_tag
def administration_act(matter: str, on: dt.date | None = None) -> str:
    """The Public Administration Act with its paragraph for a ``Matter``, as it applies on a day (today unless said)."""
    return cite(Matter(matter), on)


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
    value = in_our_zone(value)
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
    formset counts as its forms. What others have written meanwhile (`trepart.outdated_pages`) stands below it."""
    every = [one for form in forms if form for one in getattr(form, "forms", [form])]
    return {
        "problems": [problem for form in every for problem in problems(form)],
        "theirs": [one for form in every for one in getattr(form, "theirs", [])],
    }


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
    `trepart.access.interrupted_forms`); elsewhere nothing is added.
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
