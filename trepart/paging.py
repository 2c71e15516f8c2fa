"""Pages of a list that do not count what nobody will page through."""

from functools import cached_property
from typing import Any

from django.core.paginator import Page, Paginator

#: So few that they are fetched by their numbers: the database guesses wrong about rare words, and would look
#: through everything for them.
_FEW = 100


class CappedPaginator(Paginator[Any]):
    """Counts to ``most`` and no further, so that a count costs the same however long the list. ``more`` says that there
    is more; one page at a time leads on to it."""

    object_list: Any

    def __init__(self, object_list: Any, per_page: int, *, most: int, in_order: bool = False) -> None:
        """Page through ``object_list``. ``in_order`` counts along the order of the list, which costs least where an
        index has that order, and most where it must be sorted first."""
        super().__init__(object_list, per_page)
        self.most = most
        self._in_order = in_order
        self._reached = 0

    @cached_property
    def _found(self) -> int:
        counted = self.object_list if self._in_order else self.object_list.order_by()
        keys = list(counted.values_list("pk", flat=True)[: self.most + 1])
        if len(keys) <= _FEW:
            self.object_list = self.object_list.filter(pk__in=keys)
        return len(keys)

    @cached_property
    def count(self) -> int:
        """Return how many there are, at most ``most``."""
        return min(self._found, self.most)

    @property
    def more(self) -> bool:
        """Say whether there are more than were counted."""
        return self._found > self.most

    @property
    def num_pages(self) -> int:
        """Return how many pages there are that we know of. Django's is kept after the first
        question; this one grows."""
        return max(1, -(-self.count // self.per_page), self._reached)

    def validate_number(self, number: Any) -> int:
        """Return the page that is meant; beyond what was counted too, as long as there is anything on it."""
        if self.more and (wanted := self._number(number)) >= self.num_pages:
            before = (wanted - 1) * self.per_page
            ahead = len(self.object_list.order_by().values_list("pk")[before : before + self.per_page + 1])
            if ahead:
                self._reached = max(self._reached, wanted + (ahead > self.per_page))
        return super().validate_number(number)

    def page(self, number: Any) -> Page[Any]:
        """Return a page, with all of its rows also where it lies beyond what was counted."""
        number = self.validate_number(number)
        before = (number - 1) * self.per_page
        return Page(self.object_list[before : before + self.per_page], number, self)

    @staticmethod
    def _number(text: int | str) -> int:
        try:
            number = int(text)
        except (TypeError, ValueError):
            return 0
        # Further on than anybody pages, and further than the database can count.
        return number if number < 1_000_000 else 0
