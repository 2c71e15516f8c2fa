"""Search in words that the database has worked out once (a column ``words``, in the guards of the app that has it)."""

import re
from typing import Any

from django.contrib.postgres.search import CombinedSearchQuery, SearchQuery, SearchVectorField
from django.db.models import Func

#: How words are cut to their stems; the columns are made with the same.
CONFIG = "norwegian"
#: The most words that are asked for; what comes after them narrows nothing.
_MOST = 12
#: What asks for more than words: a phrase in quotation marks, a word that must not be there, one or the other.
_OPERATORS = re.compile(r'"|(?:^|\s)-|\sor\s', re.IGNORECASE)
_WORD = re.compile(r"[^\W_]+")
#: A minus that says nothing: PostgreSQL reads it as "not", each inside the one before, and gives up at thirty.
_LOOSE_MINUS = re.compile(r'(?<!\w)-(?!\w|"\w)')


class StoredWords(Func):
    """The column in which the database keeps the words of a row, ready for search.

    Not a field, so that no page fetches it. Takes the field beside which it stands, and so finds it in
    whatever query it is part of.
    """

    output_field = SearchVectorField()

    # The stubs name the arguments otherwise.
    def as_sql(self, compiler: Any, connection: Any, **extra: Any) -> tuple[str, Any]:  # type: ignore[override]
        """Name the column."""
        beside, params = compiler.compile(self.source_expressions[0])
        table = beside.rpartition(".")[0]
        return f"{table}.{connection.ops.quote_name('words')}", params


def word_query(words: str) -> SearchQuery | CombinedSearchQuery:
    """Return what looks for ``words``: in any form ("stillinger" finds "stillingen"), as the beginning of longer ones
    ("lønn" finds "lønnsforhandlinger"), or as quotation marks and minus signs say. The very words rank first."""
    very = SearchQuery(_LOOSE_MINUS.sub(" ", words), config=CONFIG, search_type="websearch")
    beginnings = [word for word in _WORD.findall(words)[:_MOST] if len(word) > 1]
    if not beginnings or _OPERATORS.search(words):
        return very
    # Letters and digits alone, so that nothing in them is read as part of the query's language.
    begun = " & ".join(f"'{word}':*" for word in beginnings)
    return very | SearchQuery(begun, config=CONFIG, search_type="raw")
