"""What somebody searches for, as the database takes it: words, "a phrase", or, -not this."""

import re

from django.contrib.postgres.search import SearchQuery

#: A minus that says "not": PostgreSQL reads every other as well, each inside the one before, and gives up at thirty.
_LOOSE_MINUS = re.compile(r'(?<!\w)-(?!\w|"\w)')


def norwegian(words: str) -> SearchQuery:
    """Return the search for ``words`` in Norwegian texts."""
    return SearchQuery(_LOOSE_MINUS.sub(" ", words), config="norwegian", search_type="websearch")
