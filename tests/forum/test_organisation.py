"""Setting up the municipality."""

import time

from tests.factories.organisation import Municipality, municipality
from trepart.access import sync


def test_factory(town: Municipality) -> None:
    assert town.committee.is_active
    assert not sync.difference()


def test_speed(db: None, django_assert_max_num_queries) -> None:
    t = time.perf_counter()
    with django_assert_max_num_queries(3000) as c:
        municipality()
    print(time.perf_counter() - t, len(c))
