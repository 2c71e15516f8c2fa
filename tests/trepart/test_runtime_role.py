"""The role the portal runs as: it adds to the trail and changes no past, no table and no guard."""

import contextlib
from collections.abc import Iterator

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.core.management import CommandError, call_command
from django.db import IntegrityError, ProgrammingError, connection, transaction

from tests.factories.organisation import Municipality
from trepart import audit
from trepart.audit import history, runtime_role
from trepart.audit.sealing import seal_events
from trepart.audit.verifying import verify
from trepart.audit.viewing import log_view

pytestmark = pytest.mark.django_db
ROLE = "trepart_tried"


def sql(statement: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement)


@pytest.fixture
def role(settings: object) -> str:
    """A role with what `migrate` gives it; gone with the test's transaction."""
    settings.DATABASE_RUNTIME_ROLE = ROLE  # type: ignore[attr-defined]
    sql(f"CREATE ROLE {ROLE} LOGIN")
    runtime_role.give()
    return ROLE


@contextlib.contextmanager
def running() -> Iterator[None]:
    """Do what follows as the portal does it."""
    sql("SET CONSTRAINTS ALL IMMEDIATE")
    sql(f"SET ROLE {ROLE}")
    try:
        yield
    finally:
        sql("RESET ROLE")


REFUSED = [
    "CREATE TABLE mine (id int)",
    "CREATE TEMP TABLE mine (id int)",
    "CREATE SCHEMA mine",
    "CREATE FUNCTION mine() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NULL; END $$",
    "CREATE OR REPLACE FUNCTION audit_refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NULL; END $$",
    "DROP FUNCTION audit_refuse() CASCADE",
    "CREATE TRIGGER mine BEFORE INSERT ON meetings_vote FOR EACH ROW EXECUTE FUNCTION audit_refuse()",
    "CREATE RULE mine AS ON INSERT TO meetings_vote DO INSTEAD NOTHING",
    "ALTER TABLE audit_event ADD COLUMN mine int",
    "ALTER TABLE audit_event DISABLE TRIGGER ALL",
    "ALTER TABLE audit_event OWNER TO CURRENT_USER",
    "ALTER TABLE meetings_vote DISABLE TRIGGER one_vote",
    "DROP TRIGGER append_only ON audit_event",
    "DROP TABLE audit_viewlog",
    "SET session_replication_role = replica",
    "INSERT INTO django_migrations (app, name, applied) VALUES ('a', 'b', now())",
    "COPY audit_event FROM PROGRAM 'true'",
]
NEVER = {"audit_event", "audit_seal", "audit_sealentry", "audit_viewlog", "audit_viewentry", "audit_rewritten"}


def _refused(statement: str) -> bool:
    try:
        with transaction.atomic():
            sql(statement)
    except ProgrammingError as error:
        # "permission denied", "must be owner": not that a guard of ours or a mistake stood in the way.
        return getattr(error.__cause__, "sqlstate", "") == "42501"
    return False


def test_the_portal_is_refused_every_way_into_the_tables(role: str) -> None:
    tables = [*runtime_role.rights(), "meetings_vote", "access_user", "cases_case"]
    with running():
        gave_way = [statement for statement in REFUSED if not _refused(statement)]
        gave_way += [table for table in tables if not _refused(f"TRUNCATE {table} CASCADE")]
    assert gave_way == []


def test_the_past_is_added_to_and_nothing_else(role: str) -> None:
    """Grants are asked by table; the words of an event and what has got its seal may go, as the guards say."""
    given = runtime_role.rights()
    with running(), connection.cursor() as cursor:
        cursor.execute(
            "SELECT t, has_table_privilege(t, 'SELECT'), has_table_privilege(t, 'INSERT'), "
            "has_table_privilege(t, 'UPDATE'), has_any_column_privilege(t, 'UPDATE'), "
            "has_table_privilege(t, 'DELETE'), has_table_privilege(t, 'TRIGGER') "
            "FROM unnest(%s::text[]) t",
            [sorted(given)],
        )
        has = {table: rights for table, *rights in cursor.fetchall()}
    assert set(given) > NEVER
    assert {"meetings_historicalvote", "meetings_minutesversion", "meetings_historicaldecision"} < set(given)
    may_go = {"audit_eventcontent", "audit_unsealed", "audit_unsealedview"}
    for table, rights in has.items():
        wanted = [True, table != "django_migrations", False, table in history.erasable(), table in may_go, False]
        assert rights == wanted, table


def test_the_portal_works_as_that_role(role: str, town: Municipality) -> None:
    with running():
        with audit.recorded("access.invited", actor=town.administrator, subject=town.chair, text={"why": "ord"}):
            town.chair.name = "Kari Nyborg"
            town.chair.save()
        log_view(town.chair, town.committee, "meeting")
        assert not runtime_role.owns_the_tables()
        assert verify() == []
        # Erasing by law reaches the columns it was said for, and no other.
        with audit.recorded("access.invited", actor=town.administrator, subject=town.secretary):
            history.erase_past(town.secretary, name="Ingen")
        with pytest.raises(IntegrityError, match="only under an event"), transaction.atomic():
            sql("UPDATE access_historicaluser SET name = name")
        assert _refused("UPDATE access_historicaluser SET is_staff = true")
        assert _refused("DELETE FROM access_historicaluser")
    assert runtime_role.owns_the_tables()


@pytest.mark.django_db(transaction=True)
def test_the_sealer_works_as_that_role(settings: object, town: Municipality) -> None:
    settings.DATABASE_RUNTIME_ROLE = ROLE  # type: ignore[attr-defined]
    sql(f"CREATE ROLE {ROLE} LOGIN")
    try:
        runtime_role.give()
        log_view(town.chair, town.committee, "meeting")
        sql(f"SET ROLE {ROLE}")
        seal = seal_events()
        assert seal is not None
        assert seal.views == 1
        assert verify() == []
    finally:
        sql("RESET ROLE")
        sql(f"DROP OWNED BY {ROLE}")
        sql(f"DROP ROLE {ROLE}")
        sql(f"GRANT TEMPORARY ON DATABASE {connection.ops.quote_name(connection.settings_dict['NAME'])} TO PUBLIC")


def test_a_role_that_is_not_there_is_refused(settings: object) -> None:
    settings.DATABASE_RUNTIME_ROLE = ROLE  # type: ignore[attr-defined]
    with pytest.raises(ImproperlyConfigured, match=f"no role '{ROLE}'"):
        runtime_role.give()


POWERS = [
    "owner", "pg_write_all_data", "pg_execute_server_program", "pg_write_server_files", "pg_read_server_files",
]  # fmt: skip


@pytest.mark.parametrize("inherits", ["INHERIT", "NOINHERIT"])
@pytest.mark.parametrize("power", POWERS)
def test_a_role_that_may_become_one_above_it_is_refused(power: str, inherits: str, settings: object) -> None:
    """`NOINHERIT` gives nothing by itself, and everything after `SET ROLE`; through a role between as well."""
    settings.DATABASE_RUNTIME_ROLE = ROLE  # type: ignore[attr-defined]
    sql(f"CREATE ROLE {ROLE} {inherits}")
    runtime_role.give()  # the right side: with no power it is given its rights
    sql(f"CREATE ROLE {ROLE}_between NOINHERIT")
    above = connection.settings_dict["USER"] if power == "owner" else power
    sql(f"GRANT {above} TO {ROLE}_between")
    sql(f"GRANT {ROLE}_between TO {ROLE}")
    with pytest.raises(ImproperlyConfigured, match=above):
        runtime_role.give()
    sql(f"SET ROLE {ROLE}")
    assert runtime_role.owns_the_tables()
    sql("RESET ROLE")


@pytest.mark.parametrize("made", ["SUPERUSER", "BYPASSRLS", "CREATEROLE"])
def test_a_role_that_could_do_more_by_itself_is_refused(made: str, settings: object) -> None:
    settings.DATABASE_RUNTIME_ROLE = ROLE  # type: ignore[attr-defined]
    sql(f"CREATE ROLE {ROLE} {made}")
    with pytest.raises(ImproperlyConfigured, match=ROLE):
        runtime_role.give()


def test_running_as_the_owner_is_said_before_anybody_is_let_in() -> None:
    with pytest.raises(CommandError, match=r"trepart.W011"):
        call_command("check", "--deploy", "--database", "default", "--tag", "database", "--fail-level", "WARNING")
