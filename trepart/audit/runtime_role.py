"""The two roles in the database: the owner, who makes and changes tables, and the one the portal runs as, who does not.

Whoever takes over the portal can then write in it what the portal writes, but no table, no guard and no past: the trail
and the histories are added to and nothing else. Given anew after every `migrate` (docs/decisions/0051).
"""

import re

from django.apps import apps
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.db import connection

from trepart.audit import history, models

#: With every table that is none of those below.
EVERYTHING = "SELECT, INSERT, UPDATE, DELETE"
_ON_SEQUENCES = "USAGE, SELECT"
_ADD = "SELECT, INSERT"
#: The trail: what is more than adding to it, the guards allow one by one (R31; what has got its seal).
_TRAIL = {
    models.Event: _ADD,
    models.EventContent: f"{_ADD}, DELETE",
    models.Seal: _ADD,
    models.SealEntry: _ADD,
    models.ViewLog: _ADD,
    models.ViewEntry: _ADD,
    models.Rewritten: _ADD,
    models.Unsealed: f"{_ADD}, DELETE",
    models.UnsealedView: f"{_ADD}, DELETE",
}
_PRIVILEGE = re.compile(r"([A-Z]+)(?: \(([^)]*)\))?")
_READ = frozenset({"django_migrations"})
#: Roles of the database itself whose members write, or run programs, past every grant and guard. Whoever owns the
#: database has its schema too, and may drop what stands in it.
_POWERFUL = (
    "pg_write_all_data",
    "pg_maintain",
    "pg_execute_server_program",
    "pg_write_server_files",
    "pg_read_server_files",
    "pg_database_owner",
)
#: Roles that a role is, or may become with `SET ROLE`, and that could do more than the portal is given. Asked for
#: membership and not for what is inherited: `NOINHERIT` keeps nobody from becoming another.
_ABOVE = """
    SELECT p.rolname FROM pg_roles r, pg_roles p
    WHERE r.rolname = %s AND pg_has_role(r.oid, p.oid, 'MEMBER')
      AND (p.rolsuper OR p.rolbypassrls OR p.rolcreaterole OR p.rolname = ANY (%s) OR p.oid IN (
          SELECT relowner FROM pg_class WHERE relnamespace = current_schema()::regnamespace AND relkind IN ('r', 'p')
      ))
    ORDER BY 1
"""


def rights() -> dict[str, str]:
    """Return what the portal may do with each table, by name; with any other table, everything but to empty it."""
    found = dict.fromkeys(_READ, "SELECT")
    for model in apps.get_models():
        if issubclass(model, history.EventBound):
            found[model._meta.db_table] = _ADD
    found |= {model._meta.db_table: given for model, given in _TRAIL.items()}
    for table, columns in history.erasable().items():
        found[table] += f", UPDATE ({', '.join(columns)})"
    return found


def allowed(given: str, *, sequence: bool = False) -> set[tuple[str, str]]:
    """Return what :func:`rights` says of a table (or what is given of a ``sequence``) as privileges, each with
    its column or "" for all of them."""
    found = set()
    for privilege, columns in _PRIVILEGE.findall(_ON_SEQUENCES if sequence else given):
        found |= {(privilege, column.strip()) for column in columns.split(",")}
    return found


def above(role: str) -> list[str]:
    """Return the roles that ``role`` is, or may become, and that could do more than the portal is given."""
    with connection.cursor() as cursor:
        cursor.execute(_ABOVE, [role, list(_POWERFUL)])
        return [name for (name,) in cursor.fetchall()]


def give(**_signal: object) -> None:
    """Give the role of ``DATABASE_RUNTIME_ROLE`` its rights on the schema's tables and sequences, and take those it had
    on them before, on the schema and on the database; called after every `migrate`.

    What the role has through other roles is not taken from it. Does nothing where no role is named. Raises
    ``ImproperlyConfigured`` for one that is not there, or that is, or may become, the owner of a table, a superuser, or
    another role that writes past the grants.
    """
    role = settings.DATABASE_RUNTIME_ROLE
    if not role:
        return
    quote = connection.ops.quote_name
    with connection.cursor() as cursor:
        cursor.execute("SELECT FROM pg_roles WHERE rolname = %s", [role])
        if cursor.fetchone() is None:
            raise ImproperlyConfigured(f"DATABASE_RUNTIME_ROLE: there is no role {role!r} in the database. Create it.")
        if others := above(role):
            raise ImproperlyConfigured(
                f"DATABASE_RUNTIME_ROLE: {role!r} is, or may become, one above it: {', '.join(others)}."
            )
        cursor.execute("SELECT current_schema(), current_database()")
        schema, database = map(quote, cursor.fetchone())
        # The role's name, and those of our own tables.
        to = quote(role)
        cursor.execute(f"REVOKE CREATE ON SCHEMA {schema} FROM PUBLIC, {to}")
        cursor.execute(f"REVOKE CREATE, TEMPORARY ON DATABASE {database} FROM PUBLIC, {to}")
        cursor.execute(f"GRANT USAGE ON SCHEMA {schema} TO {to}")
        cursor.execute(f"REVOKE ALL ON ALL TABLES IN SCHEMA {schema} FROM {to}")
        cursor.execute(f"GRANT {EVERYTHING} ON ALL TABLES IN SCHEMA {schema} TO {to}")
        cursor.execute(f"GRANT {_ON_SEQUENCES} ON ALL SEQUENCES IN SCHEMA {schema} TO {to}")
        there = set(connection.introspection.table_names(cursor))
        for table, given in sorted(rights().items()):
            if table in there:
                cursor.execute(f"REVOKE ALL ON {quote(table)} FROM {to}")
                cursor.execute(f"GRANT {given} ON {quote(table)} TO {to}")


def owns_the_tables() -> bool:
    """Say whether the program is connected as somebody who could change the tables of the trail, or become one."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_user")
        return bool(above(cursor.fetchone()[0]))
