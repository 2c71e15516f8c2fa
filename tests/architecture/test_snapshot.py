"""A world that is laid down again is the one that was made, and never one that was made of another."""

import pytest
from django.db import IntegrityError, connection, transaction

from forum.meetings.core.models import Meeting
from forum.organisation.models import Body
from tests.factories import snapshot
from tests.factories.meetings import held_meeting
from tests.factories.organisation import municipality
from tests.put_back import put_back
from trepart.audit.models import Event, Unsealed

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def _nothing_is_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(snapshot, "_added", {})
    monkeypatch.setattr(snapshot, "_asked", set())
    monkeypatch.setattr(snapshot, "_noted", None)


def test_a_held_meeting_is_laid_down_as_it_was_made() -> None:
    worlds = []
    for _again in range(2):
        meeting = held_meeting(municipality())
        assert meeting.items.count() == 6
        worlds.append(snapshot._digest())
        with connection.cursor() as cursor:
            cursor.execute("SHOW session_replication_role")
            assert cursor.fetchone() == ("origin",), "the guards hold what comes after"
        put_back()
    made, laid_down = worlds
    assert len(snapshot._added) == 1
    assert made == laid_down


def test_the_guards_hold_in_the_transaction_it_is_laid_down_in() -> None:
    for _again in range(2):
        town = municipality()
        with transaction.atomic():
            meeting = held_meeting(town)
            with pytest.raises(IntegrityError), transaction.atomic():
                Meeting.objects.filter(pk=meeting.pk).update(status="planned")
        assert Unsealed.objects.count() == Event.objects.count() > 100, "every event waits for its seal"
        put_back()
    assert len(snapshot._added) == 1


def test_what_was_otherwise_before_is_made_anew() -> None:
    made = []
    for days in (7, 3, 7):
        town = municipality()
        Body.objects.filter(pk=town.committee.pk).update(notice_days=days)
        snapshot.upon("days", lambda: made.append(days))  # noqa: B023  (called at once)
        put_back()
    assert made == [7, 3]


def test_what_changes_what_was_there_is_made_every_time() -> None:
    made = []

    def build() -> None:
        made.append(Body.objects.filter(slug="psu").update(notice_days=4))

    for _again in range(2):
        municipality()
        snapshot.upon("changed", build)
        put_back()
    assert made == [1, 1]
    assert snapshot._added == {}


def test_a_step_that_changes_what_was_there_is_laid_down_with_what_it_changed() -> None:
    made, worlds = [], []

    def build() -> None:
        made.append(Body.objects.filter(slug="psu").update(notice_days=4))

    for _again in range(2):
        with transaction.atomic():
            municipality()
            snapshot.walked("changed", build)
            assert Body.objects.get(slug="psu").notice_days == 4
            worlds.append(snapshot._digest())
        put_back()
    assert made == [1]
    assert worlds[0] == worlds[1]


@pytest.mark.parametrize("own", ["written before", "taken back"])
def test_a_step_is_taken_anew_in_a_world_of_one_s_own(own: str) -> None:
    """What a test has written, or has taken back, is never missed: the step is not laid down upon it."""
    made = []
    for _again in range(3):
        with transaction.atomic():
            town = municipality()
            if own == "written before":
                Body.objects.filter(slug="psu").update(notice_days=3)
            else:
                point = transaction.savepoint()
                held_meeting(town)
                transaction.savepoint_rollback(point)
            snapshot.walked("step", lambda: made.append(town))  # noqa: B023  (called at once)
        put_back()
    assert len(made) == 3


def test_what_is_seldom_asked_for_is_kept_from_the_second_time() -> None:
    made = []
    for _again in range(4):
        with transaction.atomic():
            municipality()
            snapshot.walked("seldom", lambda: made.append(Body.objects.update(notice_days=5)), seldom=True)
        put_back()
    assert len(made) == 2
