"""The words that were looked for, marked where they stand in what was found."""

import re

from django.contrib.postgres.search import CombinedSearchQuery, SearchHeadline, SearchQuery
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from trepart.search.words import CONFIG

#: Signs around a hit on the way from the database: no text that is kept has them (`trepart.text.normal`).
_BEGINS, _ENDS = "\ue000", "\ue001"
_HIT = re.compile(f"{_BEGINS}(.*?){_ENDS}", re.DOTALL)


def whole(field: str, query: SearchQuery | CombinedSearchQuery) -> SearchHeadline:
    """Return the text in ``field``, all of it, with the hits of ``query`` between two signs."""
    return SearchHeadline(field, query, config=CONFIG, start_sel=_BEGINS, stop_sel=_ENDS, highlight_all=True)


def around(field: str, query: SearchQuery | CombinedSearchQuery) -> SearchHeadline:
    """Return what stands around the hits of ``query`` in the text in ``field``, some thirty words of it."""
    return SearchHeadline(
        field,
        query,
        config=CONFIG,
        start_sel=_BEGINS,
        stop_sel=_ENDS,
        max_words=30,
        min_words=20,
        max_fragments=2,
        fragment_delimiter=" … ",
    )


def marked(text: str, words: str = "") -> SafeString:
    """Return ``text`` with its hits marked, all else escaped. Where the database found none in it, ``words`` are marked
    as they stand, also inside a longer word."""
    hits = _HIT.split(text)
    if len(hits) == 1 and words:
        hits = re.split(f"({re.escape(words)})", text, flags=re.IGNORECASE)
    return format_html_join(
        "", "{}", ((format_html("<mark>{}</mark>", piece) if place % 2 else piece,) for place, piece in enumerate(hits))
    )
