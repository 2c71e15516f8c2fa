"""What whoever owns the database can build around the tables, so that a reader sees other rows or no guard fires: the
verification names each, and says nothing of a database as the program makes it."""

import os
import subprocess
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import psycopg
import pytest
from django.conf import settings
from django.db import connection, transaction

from dev.server_account import binaries
from trepart.audit import runtime_role
from trepart.audit.comparing import catalogue, guards
from trepart.audit.verifying import verify

pytestmark = pytest.mark.django_db
ROLE = "trepart_reads"


@pytest.fixture(autouse=True)
def role(settings: object) -> None:
    settings.DATABASE_RUNTIME_ROLE = ROLE  # type: ignore[attr-defined]
    sql(f"CREATE ROLE {ROLE} LOGIN")
    runtime_role.give()


def sql(*statements: str) -> None:
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)


FUNCTION = "CREATE FUNCTION {0} RETURNS {1} LANGUAGE {2} AS $$ {3} $$"
VOID = FUNCTION.format("mine()", "trigger", "plpgsql", "BEGIN RETURN NULL; END")
#: What is done, and what the finding names.
AROUND: list[tuple[str, ...]] = [
    # Other rows are read.
    ("ALTER TABLE meetings_decision ENABLE ROW LEVEL SECURITY", "TABLE meetings_decision"),
    ("ALTER TABLE meetings_decision FORCE ROW LEVEL SECURITY", "TABLE meetings_decision"),
    (f"CREATE POLICY mine ON meetings_decision TO {ROLE} USING (item_id <> 64)", "POLICY meetings_decision.mine"),
    (
        f"CREATE SCHEMA {ROLE}",
        f"CREATE TABLE {ROLE}.meetings_decision AS TABLE public.meetings_decision",
        f"RELATION {ROLE}.meetings_decision",
    ),
    (f"CREATE SCHEMA {ROLE}", f"CREATE VIEW {ROLE}.access_user AS SELECT 1 AS id", f"RELATION {ROLE}.access_user"),
    (
        "ALTER TABLE meetings_decision RENAME TO meetings_truth",
        "CREATE VIEW meetings_decision AS SELECT * FROM meetings_truth",
        "RELATION meetings_decision",
    ),
    ("CREATE TABLE mine () INHERITS (meetings_decision)", "INHERITS mine meetings_decision"),
    (
        "CREATE SCHEMA apart",
        "CREATE TABLE apart.mine () INHERITS (meetings_decision)",
        "INHERITS apart.mine meetings_decision",
    ),
    ("CREATE RULE mine AS ON UPDATE TO meetings_vote DO INSTEAD NOTHING", "RULE meetings_vote.mine"),
    (FUNCTION.format("lower(varchar)", "text", "sql", "SELECT 'x'"), "FUNCTION lower(character varying)"),
    (FUNCTION.format("mine(varchar, varchar)", "bool", "sql", "SELECT true"), "FUNCTION mine("),
    (
        FUNCTION.format("mine(varchar, varchar)", "bool", "sql", "SELECT true"),
        "CREATE OPERATOR = (LEFTARG = varchar, RIGHTARG = varchar, FUNCTION = mine)",
        "OPERATOR =",
    ),
    (
        FUNCTION.format("mine(jsonb)", "text", "sql", "SELECT ''"),
        "CREATE CAST (jsonb AS text) WITH FUNCTION mine(jsonb) AS ASSIGNMENT",
        "CAST jsonb text",
    ),
    (f"ALTER ROLE {ROLE} SET search_path = mine, public", f"{ROLE} SET search_path"),
    (f"ALTER ROLE {ROLE} SET role = 'pg_monitor'", f"{ROLE} SET role"),
    (f"ALTER ROLE {ROLE} SET session_replication_role = replica", "SET session_replication_role"),
    ("ALTER ROLE ALL SET search_path = mine, public", "SET search_path"),
    ("SET LOCAL search_path = mine, public", "search_path = mine, public"),
    ("SET LOCAL session_replication_role = replica", "session_replication_role = replica"),
    # A guard does not fire, or fires elsewhere.
    ("ALTER TABLE meetings_vote DISABLE TRIGGER one_vote", "TRIGGER meetings_vote.one_vote"),
    ("ALTER TABLE meetings_vote ENABLE REPLICA TRIGGER one_vote", "TRIGGER meetings_vote.one_vote"),
    ("ALTER TABLE meetings_vote DISABLE TRIGGER ALL", "TRIGGER meetings_vote.meetings_vote_ballot_id"),
    ("DROP TRIGGER one_vote ON meetings_vote", "TRIGGER meetings_vote.one_vote"),
    (VOID, "CREATE TRIGGER aaa BEFORE INSERT ON audit_event FOR EACH ROW EXECUTE FUNCTION mine()", "audit_event.aaa"),
    (
        FUNCTION.format("mine()", "event_trigger", "plpgsql", "BEGIN END"),
        "CREATE EVENT TRIGGER mine ON ddl_command_end EXECUTE FUNCTION mine()",
        "EVENT TRIGGER mine",
    ),
    ("ALTER FUNCTION meetings_one_vote() SET search_path = mine, public", "FUNCTION meetings_one_vote()"),
    ("ALTER FUNCTION meetings_one_vote() SECURITY DEFINER", "FUNCTION meetings_one_vote()"),
    ("ALTER FUNCTION meetings_one_vote() IMMUTABLE", "FUNCTION meetings_one_vote()"),
    (f"ALTER FUNCTION meetings_one_vote() OWNER TO {ROLE}", "OWNER OF FUNCTION meetings_one_vote"),
    (VOID.replace("mine", "audit_refuse").replace("CREATE", "CREATE OR REPLACE"), "FUNCTION audit_refuse()"),
    ("DROP FUNCTION audit_refuse() CASCADE", "FUNCTION audit_refuse()"),
    ("ALTER TABLE meetings_vote DROP CONSTRAINT meetings_vote_once", "CONSTRAINT meetings_vote.meetings_vote_once"),
    ("ALTER TABLE audit_event ALTER recorded_at SET DEFAULT now()", "COLUMN audit_event.recorded_at"),
    ("ALTER TABLE audit_event ALTER action DROP NOT NULL", "COLUMN audit_event.action"),
    ("ALTER TABLE audit_event ADD COLUMN mine int", "COLUMN audit_event.mine"),
    ("ALTER TABLE proposals_proposal ALTER words DROP EXPRESSION", "COLUMN proposals_proposal.words"),
    ("ALTER TABLE trepart_cache SET LOGGED", "TABLE trepart_cache"),
    (
        "UPDATE pg_index SET indisvalid = false WHERE indexrelid = 'audit_event_pkey'::regclass",
        "INDEX audit_event_pkey",
    ),
    # Somebody may write what the program lets nobody write.
    (f"GRANT UPDATE ON audit_event TO {ROLE}", f"UPDATE ON audit_event TO {ROLE}"),
    (f"GRANT DELETE, TRUNCATE ON meetings_minutesversion TO {ROLE}", f"TRUNCATE ON meetings_minutesversion TO {ROLE}"),
    (f"GRANT UPDATE (text) ON meetings_historicaldecision TO {ROLE}", "(text)"),
    (f"GRANT UPDATE ON SEQUENCE audit_event_id_seq TO {ROLE}", "UPDATE ON audit_event_id_seq"),
    ("GRANT DELETE ON audit_event TO PUBLIC", "DELETE ON audit_event TO PUBLIC"),
    ("GRANT SELECT ON audit_viewlog TO PUBLIC", "SELECT ON audit_viewlog TO PUBLIC"),
    (f"GRANT TRIGGER ON meetings_vote TO {ROLE}", f"TRIGGER ON meetings_vote TO {ROLE}"),
    (f"GRANT INSERT ON audit_event TO {ROLE} WITH GRANT OPTION", f"INSERT ON audit_event TO {ROLE}"),
    (f"ALTER TABLE meetings_vote OWNER TO {ROLE}", "OWNER OF TABLE meetings_vote"),
    (f"GRANT CREATE ON SCHEMA public TO {ROLE}", f"SCHEMA public TO {ROLE}"),
    (f"GRANT pg_write_all_data TO {ROLE}", f"pg_write_all_data TO {ROLE}"),
    (f"GRANT SET ON PARAMETER session_replication_role TO {ROLE}", "PARAMETER session_replication_role"),
]


def test_each_way_around_the_tables_is_named() -> None:
    assert verify() == []
    silent = {}
    for *statements, named in AROUND:
        with transaction.atomic():
            sql("SET CONSTRAINTS ALL IMMEDIATE", *statements)
            found = [finding.message for finding in guards.findings()]
            transaction.set_rollback(True)
        if not any(named in message for message in found):
            silent[statements[-1]] = (named, found)
    assert silent == {}
    assert verify() == []


def test_a_table_is_never_read_from_another_schema() -> None:
    """What the reviewer did: a copy of a table in a schema that is called as the portal's role is."""
    sql(
        f"CREATE SCHEMA {ROLE}",
        f"CREATE TABLE {ROLE}.audit_seal (mine int)",
        "CREATE TEMP TABLE audit_event (mine int)",
    )
    with connection.cursor() as cursor:
        cursor.execute("SHOW search_path")
        assert cursor.fetchone() == (settings.DATABASE_SEARCH_PATH,)
        for table in ("audit_seal", "audit_event"):
            cursor.execute("SELECT relnamespace::regnamespace::text FROM pg_class WHERE oid = %s::regclass", [table])
            assert cursor.fetchone() == ("public",)


def test_what_is_harmless_is_not_named() -> None:
    sql(
        f"ALTER ROLE {ROLE} SET statement_timeout = '1min'",
        f"ALTER ROLE {ROLE} SET search_path = public",
        "CREATE ROLE trepart_counts",
        "GRANT SELECT ON meetings_meeting TO trepart_counts",
        "CREATE SCHEMA backups",
        "CREATE TABLE backups.mine (id int)",
    )
    assert guards.findings() == []


def test_the_portals_own_role_sees_as_much() -> None:
    """The night's verification runs as the portal does."""
    sql(f"SET LOCAL ROLE {ROLE}")
    assert guards.findings() == []
    assert verify() == []
    sql("RESET ROLE", "ALTER TABLE meetings_decision ENABLE ROW LEVEL SECURITY", f"SET LOCAL ROLE {ROLE}")
    assert ["TABLE meetings_decision" in finding.message for finding in verify()] == [True]


def test_the_files_say_what_the_migrations_make() -> None:
    for path, text in catalogue.described().items():
        kept = path.read_text(encoding="utf-8") if path.exists() else ""
        assert text == kept, f"{path.relative_to(settings.BASE_DIR)}: `python -m dev.catalogue` writes it anew."


def test_a_database_that_was_dumped_and_restored_is_the_same(tmp_path: Path) -> None:
    url = urlsplit(os.environ["DATABASE_URL"])
    name = f"{connection.settings_dict['NAME']}_again"
    here, again = (urlunsplit(url._replace(path=f"/{one}")) for one in (connection.settings_dict["NAME"], name))
    before = catalogue.there()
    said = subprocess.run([binaries() / "pg_dump", "--schema-only", here], capture_output=True, check=True).stdout
    with psycopg.connect(os.environ["DATABASE_URL"], autocommit=True) as server:
        server.execute(f"DROP DATABASE IF EXISTS {name}")  # type: ignore[call-overload]
        server.execute(f"CREATE DATABASE {name}")  # type: ignore[call-overload]
        try:
            asked = [binaries() / "psql", "-q", "-v", "ON_ERROR_STOP=1", "-d", again]
            subprocess.run(asked, input=said, check=True, capture_output=True)
            with psycopg.connect(again, options=f"-c search_path={settings.DATABASE_SEARCH_PATH}") as there:
                after = {
                    (kind, thing): (table, catalogue.plain(words))
                    for question in catalogue.QUESTIONS
                    for table, kind, thing, words in there.execute(question)
                }
        finally:
            server.execute(f"DROP DATABASE {name} WITH (FORCE)")  # type: ignore[call-overload]
    assert after == before
