"""Lists that do not count further than anybody pages."""

from typing import Any

import pytest

from forum.cases.models import NumberSeries
from trepart.paging import CappedPaginator

pytestmark = pytest.mark.django_db
MOST = 120


def lists(number: int) -> Any:
    """Return an ordered list of ``number`` rows."""
    NumberSeries.objects.bulk_create(NumberSeries(key=f"{n:04d}", last=n) for n in range(number))
    return NumberSeries.objects.order_by("-last")


@pytest.mark.parametrize(
    ("number", "counted", "more", "pages"),
    [
        (0, 0, False, 1),
        (1, 1, False, 1),
        (10, 10, False, 1),
        (11, 11, False, 2),
        (100, 100, False, 10),
        (120, 120, False, 12),
        (121, 120, True, 12),
        (400, 120, True, 12),
    ],
)
def test_it_counts_to_the_most_and_says_so(number: int, counted: int, more: bool, pages: int) -> None:
    paginator = CappedPaginator(lists(number), 10, most=MOST)
    assert (paginator.count, paginator.more, paginator.num_pages) == (counted, more, pages)


@pytest.mark.parametrize("number", [35, 115, 137, 400])
def test_every_row_is_reached_by_going_on(number: int) -> None:
    rows = lists(number)
    seen: list[int] = []
    wanted = 1
    while True:
        page = CappedPaginator(rows, 10, most=MOST).get_page(wanted)
        assert page.number == wanted
        seen += [row.last for row in page.object_list]
        if not page.has_next():
            break
        wanted = page.next_page_number()
    assert seen == list(range(number - 1, -1, -1))


@pytest.mark.parametrize(
    ("asked", "given"), [("x", 1), ("", 1), ("0", 12), ("-3", 12), ("41", 12), ("9" * 30, 12), ("40", 40), ("13", 13)]
)
def test_nonsense_leads_to_a_page(asked: str, given: int) -> None:
    page = CappedPaginator(lists(400), 10, most=MOST).get_page(asked)
    assert page.number == given


def test_counting_costs_one_question_and_few_rows_are_fetched_by_number(django_assert_num_queries: Any) -> None:
    rows = lists(400)
    with django_assert_num_queries(2) as asked:
        list(CappedPaginator(rows, 10, most=MOST).get_page(1).object_list)
    assert f"LIMIT {MOST + 1}" in asked.captured_queries[0]["sql"]
    assert "COUNT(" not in str(asked.captured_queries)
    few = rows.filter(last__lt=7)
    with django_assert_num_queries(2) as asked:
        assert [row.last for row in CappedPaginator(few, 5, most=MOST).get_page(2).object_list] == [1, 0]
    assert " IN (" in asked.captured_queries[1]["sql"]
