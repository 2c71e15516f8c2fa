"""What printing costs through the portal, held against WeasyPrint alone."""

import time
from collections.abc import Callable
from typing import Any
from unittest import mock

import weasyprint
from django.db.models import Count
from weasyprint.text.fonts import FontConfiguration

from forum.meetings.core.models import Meeting
from forum.meetings.minutes import services as minutes
from forum.meetings.minutes.structure import Audience
from trepart.pdf import rendering as ours


def pdf(number: int) -> tuple[list[float], list[float]]:
    """Print the newest minutes ``number`` times through the portal, and as many times with the same HTML, style sheets
    and options given to WeasyPrint; in turns.

    Returns the milliseconds of each. The HTML, style sheets and fonts are those the portal's own printing hands to
    WeasyPrint, taken on the way.
    """
    sources: list[tuple[str, dict[str, Any]]] = []
    sheets: list[str] = []
    render = _minutes()

    class Html(weasyprint.HTML):
        def __init__(self, **given: Any) -> None:
            sources.append((given["string"], given))
            super().__init__(**given)

    class Css(weasyprint.CSS):
        def __init__(self, **given: Any) -> None:
            sheets.append(given["string"])
            super().__init__(**given)

    with mock.patch.object(ours, "HTML", Html), mock.patch.object(ours, "CSS", Css):
        render()
    source, given = sources[0]
    wanted = list(sheets)

    def plain() -> None:
        fonts = FontConfiguration()
        styles = [weasyprint.CSS(string=s, url_fetcher=given["url_fetcher"], font_config=fonts) for s in wanted]
        html = weasyprint.HTML(string=source, base_url=given["base_url"], url_fetcher=given["url_fetcher"])
        html.write_pdf(font_config=fonts, stylesheets=styles, pdf_variant="pdf/a-2a")

    took: dict[Callable[[], object], list[float]] = {render: [], plain: []}
    for count in range(-1, number):
        for work in (render, plain) if count % 2 else (plain, render):
            began = time.perf_counter()
            work()
            if count >= 0:
                took[work].append((time.perf_counter() - began) * 1000)
    return took[render], took[plain]


def _minutes() -> Callable[[], object]:
    """Return what prints the longest minutes among the newest."""
    newest = Meeting.objects.filter(status="ended", kind="ordinary", minutes__isnull=False).order_by("-pk")
    longest = Meeting.objects.filter(pk__in=list(newest.values_list("pk", flat=True)[:200])).annotate(
        size=Count("items")
    )
    meeting = longest.order_by("-size", "-pk")[0]
    return lambda: minutes.on_demand(meeting, Audience.INTERNAL)
