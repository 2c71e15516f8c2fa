"""Who came and went, put right after the meeting (R4, R29)."""

from datetime import datetime, time, timedelta
from typing import Any

import pytest
from django.utils import timezone

from forum.meetings.core.models import Meeting
from forum.meetings.core.vote_models import Ballot
from forum.meetings.enums import MovementKind
from forum.meetings.minutes.completeness import missing
from forum.meetings.minutes.corrections import movements
from forum.meetings.minutes.corrections.models import RecordCorrection
from tests.factories.organisation import Municipality
from tests.forum.meetings.minutes.test_corrections import REASON, a_while_in, correct, day, document, published, split
from trepart.refusals import GuardRefused

pytestmark = pytest.mark.usefixtures("bokmal")


def test_who_left_is_put_right_and_taken_out_again(meeting: Meeting, town: Municipality) -> None:
    item, _ballot = split(meeting)
    given: dict[str, Any] = {"membership": town.membership(town.union[2]), "reason": REASON, "actor": town.secretary}
    movements.put_in(item, kind=MovementKind.LEFT, at=a_while_in(meeting), **given)
    lines = missing(meeting)
    assert [town.union[2].name in line for line in lines] == [True] * 4  # two votes there, one in each case after it
    for ballot in Ballot.objects.filter(item__meeting=meeting).exclude(item__position=1):
        correct(town, ballot, town.union[2], "")
    assert missing(meeting) == []
    minutes = published(meeting, town)
    block = document(minutes).items[1]
    assert len(block.comings) == 1
    assert block.comings_corrected == (f"Rettet {day()}. Dette var ikke ført: «{block.comings[0]}».",)
    note = next(line.note for line in document(minutes).present if line.name == town.union[2].name)
    assert f"gikk før {item.label}" in note
    movements.take_out(item.movements.get(), reason=REASON, actor=town.secretary)
    assert len(missing(meeting)) == 4
    assert RecordCorrection.objects.filter(kind="movement").count() == 2


@pytest.mark.parametrize("case", ["before", "after", "absent", "there", "deputy", "nothing"])
def test_what_a_correction_of_who_came_and_went_refuses(meeting: Meeting, town: Municipality, case: str) -> None:
    item, _ballot = split(meeting)
    assert meeting.opened_at is not None
    at = timezone.localtime(meeting.opened_at - timedelta(hours=1)).time() if case == "before" else a_while_in(meeting)
    if case == "after":
        at = timezone.localtime(meeting.opened_at + timedelta(hours=5)).time()
    who = {"absent": town.elected[3], "deputy": town.deputies["employees"][0]}.get(case, town.union[2])
    kind = MovementKind.CAME if case in ("there", "deputy") else MovementKind.LEFT
    reason = "" if case == "nothing" else REASON
    with pytest.raises(GuardRefused):
        movements.put_in(
            item, membership=town.membership(who), kind=kind, at=at, reason=reason, actor=town.secretary,
            stands_for=town.membership(town.elected[1]) if case == "deputy" else None,
        )  # fmt: skip
    assert not item.movements.exists()
    assert not RecordCorrection.objects.exists()


def test_a_meeting_past_midnight_has_its_own_night(meeting: Meeting) -> None:
    opened = datetime(2026, 12, 9, 18, 0, tzinfo=timezone.get_current_timezone())
    meeting.opened_at = opened
    assert movements.moment(meeting, time(18, 0)) == opened
    assert movements.moment(meeting, time(0, 15)) == opened + timedelta(hours=6, minutes=15)
