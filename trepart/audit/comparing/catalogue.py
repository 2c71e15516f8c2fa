"""What the program makes in the database, described line by line, and what is there.

Every app keeps beside its first migration what a freshly migrated database says of its tables, functions and triggers
(what other people's apps make is kept with the trail's). `python -m dev.catalogue` writes the files.
"""

import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from django.apps import apps

from trepart.audit.comparing.cross_checks import ask
from trepart.initial_tables import SQL_FILE

#: In an app's folder.
FILE = Path("migrations") / "catalogue.txt"
#: Keeps what belongs to apps that are not ours.
_OTHERS = "audit"

#: One thing of the database by its kind (SQL's own word) and name, and what it is.
Things = dict[tuple[str, str], str]

_NO_EXTENSION = (
    "NOT EXISTS (SELECT FROM pg_depend x WHERE x.classid = '{0}'::regclass AND x.objid = {1} AND x.deptype = 'e')"
)
_OURS = f"c.relnamespace = 'public'::regnamespace AND {_NO_EXTENSION.format('pg_class', 'c.oid')}"


def _named(catalog: str, name: str, schema: str, kind: str) -> str:
    """Return a question for what else may stand in the schema, by its name alone: the program makes none of it."""
    return f"""
        SELECT '', '{kind}', o.{name}::text, '' FROM {catalog} o
        WHERE o.{schema} = 'public'::regnamespace AND {_NO_EXTENSION.format(catalog, "o.oid")}
    """


#: Each gives the table (or nothing), the kind, the name and what it is.
QUESTIONS = (
    f"""
    SELECT c.relname::text, CASE c.relkind WHEN 'r' THEN 'TABLE' WHEN 'S' THEN 'SEQUENCE' ELSE 'RELATION' END,
           c.relname::text, concat_ws(' ', c.relkind, c.relpersistence, s.seqtypid::regtype, s.seqincrement, s.seqmin,
               s.seqmax, CASE WHEN s.seqcycle THEN 'CYCLE' END,
               CASE WHEN c.relrowsecurity THEN 'ROW LEVEL SECURITY' END,
               CASE WHEN c.relforcerowsecurity THEN 'FORCE ROW LEVEL SECURITY' END)
    FROM pg_class c LEFT JOIN pg_sequence s ON s.seqrelid = c.oid
    WHERE c.relkind NOT IN ('i', 'I', 't') AND {_OURS}
    """,
    f"""
    SELECT c.relname::text, 'COLUMN', c.relname || '.' || a.attname, concat_ws(' ',
           format_type(a.atttypid, a.atttypmod), CASE WHEN a.attnotnull THEN 'NOT NULL' END,
           CASE WHEN a.attcollation <> t.typcollation THEN 'COLLATE ' || a.attcollation::regcollation END,
           nullif(a.attidentity, ''), nullif(a.attgenerated, ''), pg_get_expr(d.adbin, d.adrelid))
    FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid JOIN pg_type t ON t.oid = a.atttypid
    LEFT JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
    WHERE a.attnum > 0 AND NOT a.attisdropped AND c.relkind NOT IN ('i', 'I', 't', 'S') AND {_OURS}
    """,
    # 'n' tells again, from PostgreSQL 18 on, what the columns say; 't' is a trigger.
    f"""
    SELECT c.relname::text, 'CONSTRAINT', c.relname || '.' || k.conname,
           concat_ws(' ', pg_get_constraintdef(k.oid), CASE WHEN NOT k.convalidated THEN 'NOT VALID' END)
    FROM pg_constraint k JOIN pg_class c ON c.oid = k.conrelid WHERE k.contype NOT IN ('n', 't') AND {_OURS}
    """,
    f"""
    SELECT c.relname::text, 'INDEX', i.indexrelid::regclass::text, concat_ws(' ', pg_get_indexdef(i.indexrelid),
           CASE WHEN NOT i.indimmediate THEN 'DEFERRED' END,
           CASE WHEN NOT (i.indisvalid AND i.indisready AND i.indislive) THEN 'NOT VALID' END)
    FROM pg_index i JOIN pg_class c ON c.oid = i.indrelid WHERE c.relkind <> 't' AND {_OURS}
    """,
    f"""
    SELECT c.relname::text, 'TRIGGER', c.relname || '.' || coalesce(k.conname, t.tgname),
           concat_ws(' ', t.tgenabled, CASE WHEN NOT t.tgisinternal THEN pg_get_triggerdef(t.oid) END)
    FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid
    LEFT JOIN pg_constraint k ON k.oid = t.tgconstraint AND t.tgisinternal
    WHERE (NOT t.tgisinternal OR t.tgenabled <> 'O') AND {_OURS}
    """,
    f"""
    SELECT c.relname::text, 'POLICY', c.relname || '.' || p.polname, ''
    FROM pg_policy p JOIN pg_class c ON c.oid = p.polrelid WHERE {_OURS}
    """,
    f"""
    SELECT c.relname::text, 'RULE', c.relname || '.' || r.rulename, '' FROM pg_rewrite r
    JOIN pg_class c ON c.oid = r.ev_class WHERE r.rulename <> '_RETURN' AND {_OURS}
    """,
    # A child's rows are read as its parent's, in whatever schema it stands.
    f"""
    SELECT c.relname::text, 'INHERITS', h.inhrelid::regclass || ' ' || c.relname, ''
    FROM pg_inherits h JOIN pg_class c ON c.oid = h.inhparent WHERE c.relkind NOT IN ('i', 'I') AND {_OURS}
    """,
    # An extension's own are written in C, which nobody but a superuser can write.
    f"""
    SELECT '', 'FUNCTION', p.proname || '(' || pg_get_function_identity_arguments(p.oid) || ')', concat_ws(' ',
           pg_get_function_result(p.oid), pg_get_function_arguments(p.oid), l.lanname, p.prokind, p.provolatile,
           p.proparallel, CASE WHEN p.prosecdef THEN 'SECURITY DEFINER' END, CASE WHEN p.proisstrict THEN 'STRICT' END,
           CASE WHEN p.proleakproof THEN 'LEAKPROOF' END, 'SET ' || p.proconfig::text,
           encode(sha256(convert_to(p.prosrc || coalesce(pg_get_function_sqlbody(p.oid), ''), 'UTF8')), 'hex'))
    FROM pg_proc p JOIN pg_language l ON l.oid = p.prolang
    WHERE p.pronamespace = 'public'::regnamespace
      AND (l.lanname <> 'c' OR {_NO_EXTENSION.format("pg_proc", "p.oid")})
    """,
    f"""
    SELECT '', 'TYPE', t.typname::text, concat_ws(' ', t.typtype, format_type(nullif(t.typbasetype, 0), t.typtypmod),
           (SELECT string_agg(e.enumlabel, ',' ORDER BY e.enumsortorder) FROM pg_enum e WHERE e.enumtypid = t.oid),
           (SELECT string_agg(pg_get_constraintdef(k.oid), ',' ORDER BY k.conname) FROM pg_constraint k
            WHERE k.contypid = t.oid))
    FROM pg_type t LEFT JOIN pg_class c ON c.oid = t.typrelid
    WHERE t.typnamespace = 'public'::regnamespace AND t.typcategory <> 'A' AND (c.oid IS NULL OR c.relkind = 'c')
      AND {_NO_EXTENSION.format("pg_type", "t.oid")}
    """,
    _named("pg_operator", "oprname", "oprnamespace", "OPERATOR"),
    _named("pg_opclass", "opcname", "opcnamespace", "OPERATOR CLASS"),
    _named("pg_opfamily", "opfname", "opfnamespace", "OPERATOR FAMILY"),
    _named("pg_collation", "collname", "collnamespace", "COLLATION"),
    _named("pg_conversion", "conname", "connamespace", "CONVERSION"),
    _named("pg_ts_config", "cfgname", "cfgnamespace", "TEXT SEARCH CONFIGURATION"),
    _named("pg_ts_dict", "dictname", "dictnamespace", "TEXT SEARCH DICTIONARY"),
    # What the database itself came with has the numbers below; these are found whatever schema one looks in.
    f"""
    SELECT '', 'CAST', k.castsource::regtype || ' ' || k.casttarget::regtype, '' FROM pg_cast k
    WHERE k.oid >= 16384 AND {_NO_EXTENSION.format("pg_cast", "k.oid")}
    """,
    f"""
    SELECT '', 'FUNCTION', 'pg_catalog.' || p.proname, '' FROM pg_proc p
    WHERE p.pronamespace = 'pg_catalog'::regnamespace AND p.oid >= 16384 AND {_NO_EXTENSION.format("pg_proc", "p.oid")}
    """,
    f"""
    SELECT '', 'RELATION', 'pg_catalog.' || c.relname, '' FROM pg_class c
    WHERE c.relnamespace = 'pg_catalog'::regnamespace AND c.oid >= 16384
      AND {_NO_EXTENSION.format("pg_class", "c.oid")}
    """,
    f"""
    SELECT '', 'OPERATOR', 'pg_catalog.' || o.oprname, '' FROM pg_operator o
    WHERE o.oprnamespace = 'pg_catalog'::regnamespace AND o.oid >= 16384
      AND {_NO_EXTENSION.format("pg_operator", "o.oid")}
    """,
    # What has a name of ours in another schema: it is read where somebody's path goes there first.
    """
    SELECT '', 'RELATION', n.nspname || '.' || c.relname, ''
    FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE n.nspname <> 'public' AND n.nspname !~ '^pg_' AND c.relkind NOT IN ('i', 'I') AND EXISTS (
        SELECT FROM pg_class o WHERE o.relnamespace = 'public'::regnamespace AND o.relname = c.relname)
    """,
    """
    SELECT '', 'FUNCTION', n.nspname || '.' || p.proname, ''
    FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace
    WHERE n.nspname <> 'public' AND n.nspname !~ '^pg_' AND EXISTS (
        SELECT FROM pg_proc o WHERE o.pronamespace = 'public'::regnamespace AND o.proname = p.proname)
    """,
    "SELECT '', 'EVENT TRIGGER', evtname::text, '' FROM pg_event_trigger",
    "SELECT '', 'SUBSCRIPTION', subname::text, '' FROM pg_subscription s "
    "JOIN pg_database d ON d.oid = s.subdbid WHERE d.datname = current_database()",
)
_CAST = re.compile(r"::(?:character varying(?:\(\d+\))?|text)(?:\[\])?")
_ATOM = re.compile(r"(?<!\w)\(((?:\w+|'(?:[^']|'')*'|ARRAY\[[^\]]*\]))\)")


def plain(text: str) -> str:
    """Return an expression without the casts between text and text, and the parentheses these leave behind: a database
    that was dumped and restored says them in another place."""
    text, before = _CAST.sub("", " ".join(text.split())), ""
    while text != before:
        before, text = text, _ATOM.sub(r"\1", text)
    return text


def there() -> dict[tuple[str, str], tuple[str, str]]:
    """Return what the database has in the program's schema, and in places read before it: for each thing the table it
    belongs to, and what it is."""
    rows = (row for question in QUESTIONS for row in ask(question))
    return {(kind, name): (table, plain(said)) for table, kind, name, said in rows}


@cache
def wanted() -> Things:
    """Return what the program makes, of every installed app."""
    found: Things = {}
    for config in apps.get_app_configs():
        path = Path(config.path) / FILE
        if path.exists():
            found |= dict(read(path.read_text(encoding="utf-8")))
    return found


def read(text: str) -> Iterator[tuple[tuple[str, str], str]]:
    """Give the things of a file."""
    for line in text.splitlines():
        kind, name, said = line.split("\t")
        yield (kind, name), said


def described() -> dict[Path, str]:
    """Return the files that describe the database as it is, each with its text: for one just migrated."""
    folders = {config.label: Path(config.path) for config in apps.get_app_configs()}
    ours = {label for label, folder in folders.items() if (folder / SQL_FILE).exists()}
    lines: dict[str, list[str]] = {label: [] for label in ours}
    for (kind, name), (table, said) in sorted(there().items()):
        begins = (table or name).partition("_")[0]  # every name of ours begins with its app's
        lines[begins if begins in ours else _OTHERS].append("\t".join((kind, name, said)))
    return {folders[label] / FILE: "\n".join(said) + "\n" for label, said in lines.items() if said}
