"""What the tests of minutes begin with."""

import pytest

from forum.meetings.core.models import Meeting
from tests.factories.meetings import held_meeting
from tests.factories.organisation import Municipality


@pytest.fixture
def meeting(town: Municipality) -> Meeting:
    """A meeting that has ended, with all that minutes can hold."""
    return held_meeting(town)
