"""Makes ten and a hundred thousand proposals out of one demo year, by copying rows in the database.

Every row that hangs on a case or a meeting is copied.

What the services made in the demo's year (cases, stays, events, histories, answers, votes, minutes, notices) is copied
with new numbers, earlier dates and other words. Most copies hold what has been concluded; one in twenty holds
everything, so that about one proposal in ten is under treatment, as in a municipality that keeps up. Triggers do not
run (``session_replication_role``): the rows were made lawfully once, and this database is the bench's own. The copies
carry no seals: `verify_audit` is measured apart, in docs/performance.md.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from django.apps import apps
from django.db import connection, models

from trepart.audit.history import EventBound

#: Numbers between a row and its copy; no table of the seed has so many rows.
STEP = 100_000
#: One copy in so many holds everything, the others what has been concluded.
WHOLE = 20
#: Years over which the copies are spread.
YEARS = 10
CONCLUDED = ("implemented", "declined", "withdrawn")
#: Copies of fodder (what the writes that are measured use up) begin here.
FODDER = 15_000
#: A word that stands in exactly `RARE_COUNT` proposals whatever the size.
RARE, RARE_COUNT = "vinterblomsterbed", 12
_HANGS_ON = ("cases.Case", "meetings.Meeting", "audit.Event")
_LET_BE = frozenset(
    {
        "audit.Rewritten",
        "audit.Seal",
        "audit.SealEntry",
        "audit.Unsealed",
        "audit.UnsealedView",
        "audit.ViewEntry",
        "audit.ViewLog",
    }
)

_VOCABULARY = """
    CREATE OR REPLACE FUNCTION bench_words(seed bigint, number int) RETURNS text LANGUAGE sql IMMUTABLE AS $$
        SELECT string_agg(
            (ARRAY['blom','fjell','skog','vann','vei','park','skole','lys','sykkel','vinter','sommer','kjøkken','møte','barne','hage','lege',
                   'buss','torg','bok','snø','elve','strand','plan','tak','energi','avfalls','trygghets','kultur'])[1 + abs(hashint8(seed * 31 + n)) % 28]
            || (ARRAY['rom','plass','ordning','gruppe','tid','kasse','hjelp','skilt','tilbud','avtale','løype','dag','uke','leder','kurs','verksted',
                      'bruk','krok','ring','stell','bed','benk','bro','port','vakt','lag','liste','prøve'])[1 + abs(hashint8(seed * 17 + n * 7)) % 28]
            || (ARRAY['','','','en','er','ene','s'])[1 + abs(hashint8(seed + n * 13)) % 7], ' ')
        FROM generate_series(1, number) n
    $$
"""  # noqa: E501  # SQL by hand: a list of words a line


@dataclass(frozen=True)
class Copy:
    """One table that is copied: its model and which of its rows belong to what has been concluded."""

    model: type[models.Model]

    @property
    def table(self) -> str:
        return self.model._meta.db_table

    @property
    def key(self) -> str:
        return "history_id" if _is_history(self.model) else str(self.model._meta.pk.column)


def _is_history(model: type[models.Model]) -> bool:
    return hasattr(model, "instance_type")


def _targets(model: type[models.Model], among: set[str]) -> dict[str, type[models.Model]]:
    """Return the columns of ``model`` that hold the number of a row that is copied too, with whose number it is."""
    found: dict[str, type[models.Model]] = {}
    for field in model._meta.concrete_fields:
        target = field.related_model
        if field.is_relation and isinstance(target, type) and target._meta.label in among:
            found[str(field.column)] = target
    if _is_history(model):
        owner: type[models.Model] = model.instance_type  # type: ignore[attr-defined]  # simple-history's
        if owner._meta.label in among:
            found[owner._meta.pk.column] = owner
    if issubclass(model, EventBound) and "event_id" not in found:
        found["event_id"] = apps.get_model("audit.Event")
    return found


def copied() -> list[Copy]:
    """Return the tables that are copied, those that others hang on first."""
    labels = set(_HANGS_ON)
    everything = [m for m in apps.get_models(include_auto_created=True) if m._meta.managed and not m._meta.proxy]
    while True:
        more = {
            m._meta.label
            for m in everything
            if m._meta.label not in labels | _LET_BE
            and (
                m.instance_type._meta.label in labels  # type: ignore[attr-defined]  # simple-history's
                if _is_history(m)
                else any(t != m for t in _targets(m, labels).values())
            )
        }
        if not more:
            break
        labels |= more
    left = [m for m in everything if m._meta.label in labels]
    order: list[type[models.Model]] = []
    while left:
        ready = [m for m in left if not {t for t in _targets(m, labels).values() if t != m} & set(left)]
        # Event and history point at each other through nothing but numbers; a ring is broken where it is met.
        for model in ready or left[:1]:
            order.append(model)
            left.remove(model)
    return [Copy(model) for model in order]


def mark(copies: Iterable[Copy]) -> None:
    """Write down, for every table, which rows hang on a concluded case alone (``done``) and which on the fodder
    (``fodder``: a key of the roots)."""
    labels = {copy.model._meta.label for copy in copies}
    with connection.cursor() as cursor:
        for copy in copies:
            cursor.execute(f"DROP TABLE IF EXISTS bench_{copy.table}")
            cursor.execute(
                f"CREATE TABLE bench_{copy.table} AS SELECT {copy.key} AS pk, false AS done, ''::text AS "
                f"fodder FROM {copy.table}"
            )
            cursor.execute(f"CREATE UNIQUE INDEX ON bench_{copy.table} (pk)")
    _flag("done", "true", "false", _concluded(), labels, copies)


def _concluded() -> dict[str, list[int]]:
    proposal = apps.get_model("proposals.Proposal")
    done = proposal._base_manager.filter(status__in=CONCLUDED, merged__isnull=True)
    return {"cases.Case": list(done.values_list("case", flat=True)), "meetings.Meeting": []}


def fodder(copies: Iterable[Copy], name: str, roots: dict[str, list[int]]) -> None:
    """Mark what hangs on ``roots`` (label -> numbers) as fodder called ``name``."""
    copies = list(copies)
    _flag("fodder", f"'{name}'", "''", roots, {copy.model._meta.label for copy in copies}, copies)


def _flag(
    column: str, yes: str, no: str, roots: dict[str, list[int]], labels: set[str], copies: Iterable[Copy]
) -> None:
    """Set ``column`` on the roots, then on every row all of whose links lead to rows that have it."""
    with connection.cursor() as cursor:
        for copy in sorted(copies, key=lambda c: c.model._meta.label not in roots):
            label, table = copy.model._meta.label, copy.table
            if label in roots:
                cursor.execute(f"UPDATE bench_{table} SET {column} = {yes} WHERE pk = ANY(%s)", [roots[label]])
        for copy in copies:
            label, table = copy.model._meta.label, copy.table
            if label in roots:
                continue
            if label == "audit.Event":
                tests = [
                    f"(t.root_type = '{root.lower()}' AND EXISTS (SELECT 1 FROM "
                    f"bench_{apps.get_model(root)._meta.db_table} b WHERE b.pk = t.root_id AND b.{column} = {yes}))"
                    for root in ("cases.Case", "meetings.Meeting")
                ]
                condition = "(" + " OR ".join(tests) + ")"
            else:
                links = {c: t for c, t in _targets(copy.model, labels).items() if t != copy.model}
                if not links:
                    continue
                inside = [
                    (
                        f"(t.{c} IS NULL OR EXISTS (SELECT 1 FROM bench_{t._meta.db_table} b WHERE b.pk = t.{c} "
                        f"AND b.{column} = {yes}))"
                    )
                    for c, t in links.items()
                ]
                some = " OR ".join(f"t.{c} IS NOT NULL" for c in links)
                condition = f"({some}) AND {' AND '.join(inside)}"
            cursor.execute(
                f"UPDATE bench_{table} m SET {column} = {yes} FROM {table} t"
                f" WHERE t.{copy.key} = m.pk AND m.{column} = {no} AND {condition}"
            )


def _values(copy: Copy, labels: set[str], days: str) -> tuple[list[str], list[str]]:
    """Return the columns of a copy and the expressions that fill them, given the row ``t`` and
    the copy's number ``k``."""
    model, columns, values = copy.model, [], []
    links = _targets(model, labels)
    for field in model._meta.concrete_fields:
        column = str(field.column)
        own = value = f't."{column}"'
        if column == "history_id":
            continue
        if column in links or (field.primary_key and not _is_history(model)):
            value = f"{own} + k * {STEP}"
        elif isinstance(field, models.UUIDField) and field.unique:
            value = "gen_random_uuid()"
        elif isinstance(field, models.DateTimeField | models.DateField):
            value = f"({own} - {days})::{'timestamptz' if isinstance(field, models.DateTimeField) else 'date'}"
        elif isinstance(field, models.BinaryField):
            value = f"substring({own} from 1 for 64)"
        value = _special(model, column, value, labels)
        columns.append(f'"{column}"')
        values.append(value)
    return columns, values


def _special(model: type[models.Model], column: str, value: str, labels: set[str]) -> str:
    label = model._meta.label
    words: dict[tuple[str, str], Callable[[], str]] = {
        ("cases.Case", "number"): lambda: "t.number + k * 1000",
        ("cases.Case", "title"): lambda: "left(t.title, 80) || ' ' || bench_words(t.id + k * 1000, 2)",
        ("proposals.Proposal", "title"): lambda: "left(t.title, 80) || ' ' || bench_words(t.case_id + k * 1000, 2)",
        ("proposals.Proposal", "what"): lambda: "t.what || ' ' || bench_words(t.id + k * 1000, 12)",
        ("proposals.Proposal", "why"): lambda: "t.why || ' ' || bench_words(t.id + k * 1000 + 7, 12)",
        ("notices.Notice", "read_at"): lambda: "coalesce(t.read_at, t.created_at)",
        ("audit.Event", "xact"): lambda: "NULL",
    }
    if (label, column) in words:
        return words[label, column]()
    if label == "audit.Event" and column in ("subject_id", "root_id"):
        known = ", ".join(f"'{name.lower()}'" for name in sorted(labels))
        kind = column.replace("_id", "_type")
        return f"CASE WHEN t.{kind} IN ({known}) THEN t.{column} + k * {STEP} ELSE t.{column} END"
    return value


def _insert(copy: Copy, labels: set[str], numbers: str, which: str, days: str) -> int:
    columns, values = _values(copy, labels, days)
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {copy.table} ({', '.join(columns)}) SELECT {', '.join(values)}"
            f" FROM {copy.table} t JOIN bench_{copy.table} m ON m.pk = t.{copy.key}"
            f" CROSS JOIN generate_series({numbers}) k WHERE {which} ORDER BY k, m.pk"
        )
        return int(cursor.rowcount)


def multiply(copies: list[Copy], *, wanted: int, say: Callable[[str], None]) -> int:
    """Copy until there are ``wanted`` proposals (a little more or less), and return how many there are."""
    labels = {copy.model._meta.label for copy in copies}
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica; SET synchronous_commit = off; SET work_mem = '128MB'")
        cursor.execute(_VOCABULARY)
        cursor.execute("SELECT count(*), count(*) FILTER (WHERE done) FROM bench_proposals_proposal WHERE fodder = ''")
        whole, done = cursor.fetchone()
        rounds = round((wanted - whole) / (done + (whole - done) / WHOLE))
        days = f"k * interval '{YEARS * 365 * 1440 / rounds:.3f} minutes'"
        for copy in copies:
            made = _insert(copy, labels, f"1, {rounds}", f"m.fodder = '' AND (m.done OR k % {WHOLE} = 0)", days)
            if made > 10_000:
                say(f"  {copy.table}: {made:,}".replace(",", " "))
        cursor.execute(
            f"UPDATE proposals_proposal SET what = what || ' {RARE}' WHERE id IN ("
            "SELECT id FROM proposals_proposal ORDER BY hashint8(id), id LIMIT %s)",
            [RARE_COUNT],
        )
    return rounds


def serve_fodder(copies: list[Copy], name: str, number: int) -> list[int]:
    """Make ``number`` copies of the fodder called ``name``, as fresh as it is, and return the
    numbers ``k`` of the copies."""
    labels = {copy.model._meta.label for copy in copies}
    first = FODDER + {"begin": 0, "vote": 1}[name] * 1500
    for copy in copies:
        _insert(copy, labels, f"{first}, {first + number - 1}", f"m.fodder = '{name}'", "interval '0'")
    return list(range(first, first + number))


def finish(copies: Iterable[Copy]) -> None:
    """Move the sequences past the copies, take the marks away, and let the planner see what there is."""
    with connection.cursor() as cursor:
        for copy in copies:
            cursor.execute(f"DROP TABLE bench_{copy.table}")
            key = copy.model._meta.pk
            if isinstance(key, models.AutoField):
                cursor.execute(
                    f"SELECT setval(pg_get_serial_sequence('{copy.table}', '{key.column}'), max({key.column})) "
                    f"FROM {copy.table}"
                )
        cursor.execute("RESET session_replication_role")
        cursor.execute("VACUUM ANALYZE")
