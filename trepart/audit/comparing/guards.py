"""The database held against what the program makes in it (tables, constraints, functions, triggers; nothing besides),
and against who may write in it and how it is read. Whoever is above the guards leaves that trace."""

from collections.abc import Iterator

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from trepart.audit import runtime_role
from trepart.audit.comparing import catalogue
from trepart.audit.comparing.cross_checks import ask
from trepart.audit.comparing.findings import ENOUGH, Finding, with_the_rest

#: What the session must be set to, whatever the database, the role or the connection say; so must the path be, where
#: another leads to a table of the same name. A session that replicates fires no guard.
_SESSION = {
    "session_replication_role": "origin",
    "row_security": "on",
    "transform_null_equals": "off",
}
#: What a database or a role may be set to have without changing what is read or written.
_HARMLESS = ("log_%", "%_timeout", "work_mem", "maintenance_work_mem", "timezone", "client_encoding", "lc_messages")
_SETTINGS = """
    SELECT coalesce(r.rolname, d.datname, ''), split_part(said, '=', 1)
    FROM pg_db_role_setting s CROSS JOIN unnest(s.setconfig) AS said
    LEFT JOIN pg_roles r ON r.oid = s.setrole LEFT JOIN pg_database d ON d.oid = s.setdatabase
    WHERE (s.setdatabase = 0 OR d.datname = current_database())
      AND NOT lower(split_part(said, '=', 1)) LIKE ANY (%s)
      AND replace(said, ' ', '') NOT IN
          ('search_path=' || %s, 'search_path=public', 'default_transaction_isolation=readcommitted')
      AND (s.setrole = 0 OR has_table_privilege(s.setrole, 'public.audit_event', 'SELECT'))
    ORDER BY 1, 2
"""
#: Who may do what, besides each thing's own owner; and what belongs to another owner than the trail does.
_RIGHTS = """
    SELECT c.relname, '', coalesce(r.rolname, 'PUBLIC'), a.privilege_type, a.is_grantable, c.relkind = 'S'
    FROM pg_class c CROSS JOIN aclexplode(c.relacl) a LEFT JOIN pg_roles r ON r.oid = a.grantee
    WHERE c.relnamespace = 'public'::regnamespace AND a.grantee <> c.relowner
      AND NOT EXISTS (SELECT FROM pg_depend x WHERE x.objid = c.oid AND x.deptype = 'e')
    UNION ALL
    SELECT c.relname, n.attname, coalesce(r.rolname, 'PUBLIC'), a.privilege_type, a.is_grantable, false
    FROM pg_attribute n JOIN pg_class c ON c.oid = n.attrelid CROSS JOIN aclexplode(n.attacl) a
    LEFT JOIN pg_roles r ON r.oid = a.grantee
    WHERE c.relnamespace = 'public'::regnamespace AND a.grantee <> c.relowner
    ORDER BY 1, 2, 3, 4
"""
_OWNERS = """
    WITH trail AS (SELECT relowner AS owner FROM pg_class WHERE oid = 'public.audit_event'::regclass)
    SELECT 'TABLE', c.relname FROM pg_class c, trail
    WHERE c.relnamespace = 'public'::regnamespace AND c.relowner <> owner
      AND NOT EXISTS (SELECT FROM pg_depend x WHERE x.objid = c.oid AND x.deptype = 'e')
    UNION ALL
    SELECT 'FUNCTION', p.proname FROM pg_proc p, trail
    WHERE p.pronamespace = 'public'::regnamespace AND p.proowner <> owner
      AND NOT EXISTS (SELECT FROM pg_depend x WHERE x.objid = p.oid AND x.deptype = 'e')
    ORDER BY 1, 2
"""
#: The roles that write the trail without owning it: what the portal runs as.
_PORTALS = """
    SELECT DISTINCT r.rolname FROM pg_class c CROSS JOIN aclexplode(c.relacl) a JOIN pg_roles r ON r.oid = a.grantee
    WHERE c.oid = 'public.audit_event'::regclass AND a.grantee <> c.relowner AND a.privilege_type = 'INSERT'
    ORDER BY 1
"""
_PLACES = """
    SELECT 'SCHEMA public' WHERE has_schema_privilege(%s, 'public', 'CREATE')
    UNION ALL
    SELECT 'DATABASE ' || current_database() WHERE has_database_privilege(%s, current_database(), 'CREATE')
        OR has_database_privilege(%s, current_database(), 'TEMPORARY')
    UNION ALL
    SELECT 'PARAMETER ' || p.parname FROM pg_parameter_acl p CROSS JOIN aclexplode(p.paracl) a
    WHERE a.grantee = 0 OR pg_has_role(%s, a.grantee, 'MEMBER')
"""

_MISSING = gettext_noop("The database lacks what the program makes: %(what)s.")
_OTHER = gettext_noop("The database has another than the program makes: %(what)s. What rests on it cannot be trusted.")
_BESIDES = gettext_noop("The database has what the program does not make: %(what)s.")
_SET = gettext_noop("The database is set to be read in another way than the program's: %(what)s.")
_MAY = gettext_noop("Somebody may do more in the database than the program gives: %(what)s.")


def findings() -> list[Finding]:
    """Find what is missing in the database, another than the program's or none of it, and every right and setting that
    could let somebody read other rows, or write past a guard."""
    found = list(_things())
    told = [Finding(None, None, _(message) % {"what": what}, "guard") for message, what in found[:ENOUGH]]
    return with_the_rest(told, len(found))


def _things() -> Iterator[tuple[str, str]]:
    yield from _ways()
    wanted, there = catalogue.wanted(), catalogue.there()
    for key in sorted(wanted.keys() | there.keys()):
        what = " ".join(key)
        if key not in there:
            yield _MISSING, what
        elif key not in wanted:
            yield _BESIDES, what
        elif there[key][1] != wanted[key]:
            yield _OTHER, what
    yield from _rights()


def _ways() -> Iterator[tuple[str, str]]:
    """Give the settings, of this session and of those to come, under which other rows are read or no guard fires."""
    right = {**_SESSION, "search_path": settings.DATABASE_SEARCH_PATH}
    for name, setting in ask("SELECT name, setting FROM pg_settings WHERE name = ANY (%s) ORDER BY 1", list(right)):
        if "".join(setting.split()) != right[name]:
            yield _SET, f"{name} = {setting}"
    for who, name in ask(_SETTINGS, list(_HARMLESS), settings.DATABASE_SEARCH_PATH):
        yield _SET, f"ALTER ROLE/DATABASE {who} SET {name}".replace("  ", " ")


def _rights() -> Iterator[tuple[str, str]]:
    """Give what anybody but the owner may do beyond the portal's own rights, and what another owns."""
    may = runtime_role.rights()
    for table, column, who, privilege, grantable, sequence in ask(_RIGHTS):
        allowed = runtime_role.allowed(may.get(table, runtime_role.EVERYTHING), sequence=sequence)
        given = (privilege, column) in allowed or (privilege, "") in allowed
        if grantable or who == "PUBLIC" or not given:
            yield _MAY, f"{privilege} ON {table}{f' ({column})' if column else ''} TO {who}"
    for kind, name in ask(_OWNERS):
        yield _MAY, f"OWNER OF {kind} {name}"
    for (role,) in ask(_PORTALS):
        for (place,) in ask(_PLACES, role, role, role, role):
            yield _MAY, f"{place} TO {role}"
        for above in runtime_role.above(role):
            yield _MAY, f"{above} TO {role}"
