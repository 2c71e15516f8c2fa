"""A called meeting of the committee, its one item and the case of it, read in English."""

from collections.abc import Iterator

import pytest
from django.utils import translation

from forum.cases.models import Case
from forum.meetings.case_papers import services as papers
from forum.meetings.core.models import AgendaItem, Meeting
from tests.factories.organisation import Municipality
from tests.forum.meetings.test_lifecycle import called


@pytest.fixture(autouse=True)
def _in_english() -> Iterator[None]:
    with translation.override("en"):
        yield


@pytest.fixture
def meeting(town: Municipality) -> Meeting:
    return called(town)


@pytest.fixture
def item(meeting: Meeting) -> AgendaItem:
    return meeting.items.get()


@pytest.fixture
def case(town: Municipality, item: AgendaItem) -> Case:
    return papers.case_of(item, actor=town.secretary)
