"""What the tests of the municipal council's lists share."""

import pytest

from forum.meetings.core.models import Meeting
from tests.factories.council_lists import coming_meeting, secretary_of_the_council
from tests.factories.organisation import Municipality
from trepart.access.models import User


@pytest.fixture
def meeting(town: Municipality) -> Meeting:
    return coming_meeting(town)


@pytest.fixture
def council_secretary(town: Municipality) -> User:
    return secretary_of_the_council(town)
