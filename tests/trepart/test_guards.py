"""The database's own guards: a status moves only with the event that says so, and what is written stays."""

from collections.abc import Callable
from types import ModuleType
from typing import Any

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction

from tests.errands.models import Errand
from tests.factories.organisation import Municipality
from trepart import audit
from trepart.audit.history import erase_past
from trepart.audit.models import Event, EventContent, SealEntry, Unsealed, ViewLog
from trepart.audit.sealing import seal_events
from trepart.audit.viewing import log_view
from trepart.workflow import perform

pytestmark = pytest.mark.django_db
Make = Callable[..., Errand]


def sql(text: str, *values: Any) -> None:
    """Run one statement in a savepoint of its own."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(text, values)


def event(made: Errand, source: str, target: str, **other: Any) -> Event:
    """Write an event as the executor would."""
    return audit.write(
        "errands.started", actor=None, subject=made, **{"from_state": source, "to_state": target, **other}
    )


def test_a_status_set_by_a_queryset_is_refused(errand: Make) -> None:
    made = errand("open")
    with pytest.raises(IntegrityError, match="without an event"), transaction.atomic():
        Errand.objects.filter(pk=made.pk).update(status="running")
    made.status = "running"
    with pytest.raises(IntegrityError, match="without an event"), transaction.atomic():
        Errand.objects.bulk_update([made], ["status"])


def test_a_legal_edge_walked_by_sql_is_refused(errand: Make) -> None:
    made = errand("open")
    with pytest.raises(IntegrityError, match="without an event of its own"):
        sql("UPDATE errands_errand SET status = 'running' WHERE id = %s", made.pk)


def test_an_illegal_edge_is_refused_even_with_an_event(errand: Make) -> None:
    made = errand("open")
    said = event(made, "open", "done")
    with pytest.raises(IntegrityError, match="no such edge"):
        sql("UPDATE errands_errand SET status = 'done', status_event_id = %s WHERE id = %s", said.pk, made.pk)


@pytest.mark.parametrize("status", ["running", "done", "nonsense"])
def test_an_insert_in_the_middle_of_the_road_is_refused(errand: Make, status: str) -> None:
    made = errand("open")
    said = event(Errand(pk=made.pk + 1000), "", status)
    with pytest.raises(IntegrityError):
        sql(
            (
                "INSERT INTO errands_errand (id, status, status_event_id, body_id, title, outcome) VALUES (%s, %s, "
                "%s, %s, '', '')"
            ),
            made.pk + 1000,
            status,
            said.pk,
            made.body_id,
        )


def test_an_insert_without_an_event_of_its_own_is_refused(errand: Make) -> None:
    made = errand("open")
    for borrowed in (made.status_event_id, 10**9):
        with pytest.raises(IntegrityError):
            sql(
                (
                    "INSERT INTO errands_errand (status, status_event_id, body_id, title, outcome) VALUES ('open', "
                    "%s, %s, '', '')"
                ),
                borrowed,
                made.body_id,
            )


def test_the_event_of_another_thing_is_refused(errand: Make) -> None:
    made, other = errand("open"), errand("open")
    said = event(other, "open", "running")
    with pytest.raises(IntegrityError, match="no event of this transaction"):
        sql("UPDATE errands_errand SET status = 'running', status_event_id = %s WHERE id = %s", said.pk, made.pk)
    kind = event(made.stops.get(), "open", "running")
    with pytest.raises(IntegrityError, match="no event of this transaction"):
        sql("UPDATE errands_errand SET status = 'running', status_event_id = %s WHERE id = %s", kind.pk, made.pk)


@pytest.mark.parametrize(("source", "target"), [("running", "running"), ("open", "done"), ("", "running")])
def test_an_event_that_says_something_else_is_refused(errand: Make, source: str, target: str) -> None:
    made = errand("open")
    said = event(made, source, target)
    with pytest.raises(IntegrityError, match="no event of this transaction"):
        sql("UPDATE errands_errand SET status = 'running', status_event_id = %s WHERE id = %s", said.pk, made.pk)


def test_an_event_cannot_be_used_twice(errand: Make, town: Municipality) -> None:
    made = perform(errand("open"), "start", actor=town.secretary)
    started = made.status_event_id
    made = perform(made, "rest", actor=None)
    # Same transaction (the test's), same subject, a legal edge, and the event does say open -> running.
    with pytest.raises(IntegrityError, match="of its own"):
        sql("UPDATE errands_errand SET status = 'running', status_event_id = %s WHERE id = %s", started, made.pk)


def test_an_id_never_changes(errand: Make) -> None:
    made = errand("open")
    with pytest.raises(IntegrityError, match="cannot change"):
        sql("UPDATE errands_errand SET id = id + 5000 WHERE id = %s", made.pk)


def test_other_columns_are_free(errand: Make) -> None:
    made = errand("open")
    made.title = "Grit"
    made.save()
    made.refresh_from_db()
    assert (made.title, made.status) == ("Grit", "open")


@pytest.mark.django_db(transaction=True)
def test_the_event_of_an_earlier_transaction_is_refused(errand: Make) -> None:
    made = errand("open")
    said = event(made, "open", "running")  # committed at once: this test runs without a transaction round it
    with pytest.raises(IntegrityError, match="no event of this transaction"):
        sql("UPDATE errands_errand SET status = 'running', status_event_id = %s WHERE id = %s", said.pk, made.pk)
    with pytest.raises(IntegrityError, match="no event of this transaction"):
        sql(
            (
                "INSERT INTO errands_errand (id, status, status_event_id, body_id, title, outcome) VALUES (%s, "
                "'open', %s, %s, '', '')"
            ),
            made.pk + 9,
            said.pk,
            made.body_id,
        )


def _fill(errand: Make, errands: ModuleType, town: Municipality) -> None:
    made = errand("done")
    log_view(town.secretary, made, "errands:detail")
    assert seal_events(limit=3)
    assert SealEntry.objects.exists()
    assert Unsealed.objects.exists()
    assert EventContent.objects.exists()
    assert ViewLog.objects.exists()


@pytest.mark.parametrize(
    "table",
    ["audit_event", "audit_eventcontent", "audit_seal", "audit_sealentry", "audit_viewlog", "audit_unsealed"],
)
@pytest.mark.parametrize("deed", ["UPDATE", "DELETE", "TRUNCATE"])
def test_what_is_written_stays(table: str, deed: str, errand: Make, errands: ModuleType, town: Municipality) -> None:
    _fill(errand, errands, town)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT column_name FROM information_schema.columns WHERE table_name = %s ORDER BY ordinal_position",
            [table],
        )
        column = cursor.fetchone()[0]
        # Without this, TRUNCATE stops at what the test's own transaction has left to check, before any guard is asked.
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    statement = {
        "UPDATE": f"UPDATE {table} SET {column} = {column}",
        "DELETE": f"DELETE FROM {table}",
        "TRUNCATE": f"TRUNCATE {table} CASCADE",
    }[deed]
    with pytest.raises(DatabaseError, match="is refused"):
        sql(statement)


def test_the_database_stamps_an_event_itself(errand: Make) -> None:
    made = errand("open")
    sql(
        "INSERT INTO audit_event (action, acting_role, acting_label, subject_type, subject_id, root_type, root_id, "
        "from_state, to_state, data, content_digest, at, recorded_at, xact) SELECT action, '', '', subject_type, "
        "subject_id, root_type, root_id, '', '', '{}', '', '2001-01-01', '2001-01-01', 1 FROM audit_event WHERE id = "
        "%s",
        made.status_event_id,
    )
    forged = Event.objects.order_by("-id")[0]
    assert forged.at.year == 2001
    assert forged.recorded_at is not None
    assert forged.recorded_at.year > 2020
    assert forged.xact == Event.objects.get(pk=made.status_event_id).xact
    assert Unsealed.objects.filter(pk=forged.pk).exists()


# A past is added to ---------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE access_historicaluser SET name = 'Noen andre'",
        "UPDATE access_historicaluser SET event_id = NULL",
        "DELETE FROM access_historicaluser",
        "TRUNCATE access_historicaluser",
        "DELETE FROM organisation_historicalmembership",
    ],
)
def test_nobody_rewrites_a_past(town: Municipality, statement: str) -> None:
    """Not even whoever owns the tables, and by no kind of statement."""
    sql("SET CONSTRAINTS ALL IMMEDIATE")
    with pytest.raises(IntegrityError, match="is refused"):
        sql(statement)


def test_the_past_of_one_is_not_erased_under_what_erases_the_past_of_another(town: Municipality) -> None:
    mine = town.secretary.history.latest()
    others = town.administrator.history.latest()
    with transaction.atomic():
        with audit.recorded("access.invited", actor=town.administrator, subject=town.secretary):
            erase_past(town.secretary, name="Ingen")
        with pytest.raises(IntegrityError, match="is refused"):
            sql("UPDATE access_historicaluser SET name = 'Ingen' WHERE history_id = %s", others.pk)
        # And of that one, only what may be erased.
        with pytest.raises(IntegrityError, match="is refused"):
            sql("UPDATE access_historicaluser SET is_staff = true WHERE history_id = %s", mine.pk)
    mine.refresh_from_db()
    assert (mine.name, mine.is_staff) == ("Ingen", False)
