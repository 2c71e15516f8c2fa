"""The two roles in the database: the owner, who makes and changes tables, and the one the portal runs as, who does not.

Whoever takes over the portal can then write in it what the portal writes, but no table, no guard and no past: the trail
and the histories are added to and nothing else. Given anew after every `migrate` (docs/decisions/0051).
"""

from django.apps import apps
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.db import connection

from trepart.audit import history, models

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
_READ = frozenset({"django_migrations"})


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


def give(**_signal: object) -> None:
    """Give the role of ``DATABASE_RUNTIME_ROLE`` its rights, and take every other one; called after every `migrate`.

    Does nothing where no role is named. Raises ``ImproperlyConfigured`` for one that is not there, that is the owner
    itself, or that could do more than it is given.
    """
    role = settings.DATABASE_RUNTIME_ROLE
    if not role:
        return
    quote = connection.ops.quote_name
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT rolsuper, pg_has_role(rolname, current_user, 'USAGE') FROM pg_roles WHERE rolname = %s", [role]
        )
        found = cursor.fetchone()
        if found is None:
            raise ImproperlyConfigured(f"DATABASE_RUNTIME_ROLE: there is no role {role!r} in the database. Create it.")
        if any(found):
            raise ImproperlyConfigured(f"DATABASE_RUNTIME_ROLE: {role!r} owns the tables, or may do as their owner.")
        cursor.execute("SELECT current_schema(), current_database()")
        schema, database = map(quote, cursor.fetchone())
        # The role's name, and those of our own tables.
        to = quote(role)
        cursor.execute(f"REVOKE CREATE ON SCHEMA {schema} FROM PUBLIC, {to}")
        cursor.execute(f"REVOKE CREATE, TEMPORARY ON DATABASE {database} FROM PUBLIC, {to}")
        cursor.execute(f"GRANT USAGE ON SCHEMA {schema} TO {to}")
        cursor.execute(f"REVOKE ALL ON ALL TABLES IN SCHEMA {schema} FROM {to}")
        cursor.execute(f"GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA {schema} TO {to}")
        cursor.execute(f"GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA {schema} TO {to}")
        there = set(connection.introspection.table_names(cursor))
        for table, given in sorted(rights().items()):
            if table in there:
                cursor.execute(f"REVOKE ALL ON {quote(table)} FROM {to}")
                cursor.execute(f"GRANT {given} ON {quote(table)} TO {to}")


def owns_the_tables() -> bool:
    """Say whether the program is connected as somebody who could change the tables of the trail."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_has_role(current_user, relowner, 'USAGE') FROM pg_class WHERE oid = 'audit_event'::regclass"
        )
        return bool(cursor.fetchone()[0])
