"""Things and statuses changed past the guards, and what verifying costs."""

from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from tests.audit.conftest import Make
from tests.audit.owner import named, owner
from tests.errands.models import Errand
from tests.factories.organisation import Municipality
from trepart.audit import verifying
from trepart.audit.comparing import cross_checks, kept
from trepart.audit.comparing.findings import count
from trepart.audit.models import Event
from trepart.audit.sealing import seal_events
from trepart.audit.verifying import verify
from trepart.workflow import perform

pytestmark = pytest.mark.django_db


def test_a_status_moved_past_the_guard(trail: list[int]) -> None:
    made = Errand.objects.latest("id")
    owner(f"UPDATE errands_errand SET status = 'done' WHERE id = {made.pk}")
    found = [f for f in verify() if f.kind == "status"]
    assert [f.event_id for f in found] == [made.status_event_id]
    assert str(made.pk) in found[0].message


def test_a_status_wound_back_to_an_event_it_once_had(trail: list[int]) -> None:
    made = Errand.objects.latest("id")
    opened = Event.objects.get(subject_type="errands.errand", subject_id=made.pk, to_state="open")
    owner(f"UPDATE errands_errand SET status = 'open', status_event_id = {opened.pk} WHERE id = {made.pk}")
    assert "status" in {f.kind for f in verify()}


def test_a_thing_removed(trail: list[int]) -> None:
    made = Errand.objects.latest("id")
    owner(f"DELETE FROM errands_stop WHERE errand_id = {made.pk}", f"DELETE FROM errands_errand WHERE id = {made.pk}")
    assert len([f for f in verify() if f.kind == "status"]) == 2


def test_a_step_of_a_road_missing(trail: list[int]) -> None:
    middle = Event.objects.filter(subject_type="errands.errand", from_state="open", to_state="running").earliest("id")
    owner(f"DELETE FROM audit_event WHERE id = {middle.pk}")
    findings = verify()
    assert middle.pk in named(findings, "removed")
    following = Event.objects.filter(subject_type="errands.errand", subject_id=middle.subject_id, pk__gt=middle.pk)
    assert named(findings, "status") == [following.earliest("id").pk]


def test_guards_left_off_are_told(trail: list[int]) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("ALTER TABLE audit_event DISABLE TRIGGER append_only")
        cursor.execute("DROP TRIGGER guard_status ON errands_errand")
    findings = verify()
    assert [f.kind for f in findings] == ["guard", "guard"]
    assert "append_only" in findings[0].message
    assert "errands_errand" in findings[1].message


def test_verifying_changes_nothing_and_costs_the_same_however_much_there_is(
    trail: list[int], errand: Make, town: Municipality, django_assert_num_queries: Any
) -> None:
    with CaptureQueriesContext(connection) as before:
        verify()
    for _each in range(3):
        made = errand("running")
        perform(made, "finish", actor=town.secretary, data={"answer": f"{timezone.now()}"})
    seal_events()
    with CaptureQueriesContext(connection) as after:
        verify()
    assert len(after) == len(before)


def test_where_a_list_is_cut_the_rest_is_told_and_counted(trail: list[int], monkeypatch: pytest.MonkeyPatch) -> None:
    """Seals gone, statuses moved, rows of histories gone, events gone that others speak of."""
    middle = Event.objects.filter(subject_type="errands.errand", from_state="open", to_state="running").earliest("id")
    owner(
        "UPDATE errands_errand SET status = 'open'",
        "DELETE FROM errands_historicalerrand",
        f"DELETE FROM audit_event WHERE id > {middle.pk}",
        "DELETE FROM audit_seal WHERE number < 3",
    )
    everything = verify()
    assert {one.stands_for for one in everything} == {1}
    for module in (cross_checks, kept, verifying):
        monkeypatch.setattr(module, "ENOUGH", 1)
    cut = verify()
    assert len(cut) < len(everything)
    assert count(cut) == len(everything)
    rest = [one for one in cut if "flere av samme slag" in one.message]
    assert {one.kind for one in rest} >= {"removed", "status", "stored"}
    assert all(str(one.stands_for) in one.message for one in rest)
    with pytest.raises(CommandError, match=rf"\b{len(everything)}\b"):
        call_command("verify_audit", stdout=StringIO())
