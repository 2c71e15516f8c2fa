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
