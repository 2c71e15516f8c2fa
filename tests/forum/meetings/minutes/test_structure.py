"""The minutes of a meeting with everything in it are read back as they were stored."""

import pytest

from forum.meetings.enums import PollKind, Settled
from forum.meetings.minutes.building import build
from forum.meetings.minutes.structure import Audience, from_json
from forum.meetings.session.closed_doors import services as closed_doors
from forum.meetings.session.elections import services as elections
from forum.meetings.session.minute_additions import services as minute_additions
from forum.meetings.session.participation import movements
from forum.organisation.enums import Side
from tests.factories.organisation import Municipality
from tests.forum.meetings.session.test_closed_doors import PRIVACY
from tests.forum.meetings.session.votes_against import against
from tests.forum.meetings.test_lifecycle import in_session

pytestmark = pytest.mark.django_db


def test_the_structure_with_everything_in_it_is_read_back_as_it_was(town: Municipality) -> None:
    meeting = in_session(town, ("A", "B"))
    first, second = meeting.items.all()
    closed_doors.close_doors(
        first, basis=PRIVACY, public_title="Sak", settled=Settled.VOTE, choices=against(town, first),
        actor=town.secretary
    )  # fmt: skip
    movements.leave(
        second, membership=town.membership(town.union[0]), deputy=town.membership(town.deputies[Side.EMPLOYEES][0]),
        actor=town.secretary
    )  # fmt: skip
    minute_additions.add_to_minutes(second, membership=town.membership(town.chair), text="Hei.", actor=town.secretary)
    elections.propose_candidates(second, kind=PollKind.ELECTION, place="Leder", names=["A"], actor=town.secretary)
    for audience in Audience:
        document = build(meeting, audience)
        assert from_json(document.as_json()) == document
