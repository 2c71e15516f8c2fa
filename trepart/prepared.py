"""Questions that are asked in every write, worked out once.

Django makes the SQL of a queryset anew each time it is asked. For the few questions behind every step and every vote that work cost several times what the
answer did (docs/performance.md), so these are written as querysets as ever, with :class:`Given` where a value goes, and made into SQL the first time only.
"""

from collections.abc import Callable, Collection, Sequence
from typing import Any, Generic, TypeVar, cast

from django.db import connection, models
from django.db.models.expressions import Expression
from django.db.models.query import QuerySet, get_related_populators
from django.db.transaction import TransactionManagementError

M = TypeVar("M", bound=models.Model)


class Given(Expression):
    """Stands in a prepared question where a value goes: the first is ``Given(0)``. Compare with it (``pk=``, ``case_id=``, ``day__lte=``); no lists."""

    def __init__(self, place: int) -> None:
        super().__init__(output_field=models.Field())
        self.place = place

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, list[Any]]:  # type: ignore[override]  # the stubs name the arguments otherwise
        """Leave a mark among the parameters."""
        return "%s", [_Mark(self.place)]


class _Mark:
    """Where a given value goes in the list of parameters."""

    def __init__(self, place: int) -> None:
        self.place = place


class Prepared(Generic[M]):
    """A queryset that is made into SQL the first time it is asked: ``Prepared(lambda: Case.objects.filter(pk=Given(0)))``.

    ``select_related``, ``order_by``, limits and row locks are as in the queryset; no annotations and no ``prefetch_related``. What the queryset is made of
    must not change while the portal runs: no dates of today, no language, no person.
    """

    def __init__(self, build: Callable[[], QuerySet[M]]) -> None:
        self._build = build
        self._made: _Made | None = None

    def all(self, *given: Any) -> list[M]:
        """Ask with the values ``given`` and return the rows."""
        made = self._made
        if made is None:
            made = self._made = _Made(self._build())
        return cast("list[M]", made.ask(given))

    def get(self, *given: Any) -> M | None:
        """Return the one row, or None where there is none."""
        return next(iter(self.all(*given)), None)


class _Made:
    """The SQL of one question, and how its rows become objects; the same for every thread, as it is only read."""

    def __init__(self, queryset: QuerySet[Any]) -> None:
        if queryset._prefetch_related_lookups or queryset.query.annotations or queryset.query.combinator:  # type: ignore[attr-defined]  # of Django's own making
            raise ValueError("A prepared question takes no prefetches and no annotations.")
        self._alias = queryset.db
        self._locks = queryset.query.select_for_update
        compiler: Any = queryset.query.get_compiler(using=self._alias)
        # A lock may only be asked for inside a transaction; whether there is one is seen each time the question is asked.
        self._sql, self._params = _compiled(compiler)
        info = compiler.klass_info
        fields = info["select_fields"]
        self._first, self._end = fields[0], fields[-1] + 1
        self._model = info["model"]
        self._names = [column[0].target.attname for column in compiler.select[self._first : self._end]]
        populators: Any = get_related_populators  # the stubs speak of a later Django
        self._related = populators(info, compiler.select, self._alias)
        self._convert = list(compiler.get_converters([column[0] for column in compiler.select]).items())

    def ask(self, given: tuple[Any, ...]) -> list[Any]:
        if self._locks and not connection.in_atomic_block:
            raise TransactionManagementError("Rows are locked inside a transaction.")
        params = [given[p.place] if isinstance(p, _Mark) else p for p in self._params]
        with connection.cursor() as cursor:
            cursor.execute(self._sql, params)
            rows = cursor.fetchall()
        return [self._object(list(row)) for row in rows]

    def _object(self, row: list[Any]) -> Any:
        for at, (converters, expression) in self._convert:
            for convert in converters:
                row[at] = convert(row[at], expression, connection)
        made = self._model.from_db(self._alias, self._names, row[self._first : self._end])
        for related in self._related:
            related.populate(row, made)
        return made


def _compiled(compiler: Any) -> tuple[str, tuple[Any, ...]]:
    if not compiler.query.select_for_update:
        return cast("tuple[str, tuple[Any, ...]]", compiler.as_sql())
    from django.db import transaction

    with transaction.atomic(using=compiler.using):
        return cast("tuple[str, tuple[Any, ...]]", compiler.as_sql())


def keep(owner: models.Model, name: str, rows: list[Any]) -> None:
    """Let ``owner.<name>.all()`` answer with ``rows``, as `prefetch_related` leaves it; anything narrower still asks the database."""
    kept: Any = getattr(owner, name).all()
    kept._result_cache, kept._prefetch_done = rows, True
    cache: dict[str, Any] = owner.__dict__.setdefault("_prefetched_objects_cache", {})
    cache[name] = kept


def forget(owner: models.Model, name: str) -> None:
    """Let the next ``owner.<name>.all()`` ask the database again."""
    owner.__dict__.get("_prefetched_objects_cache", {}).pop(name, None)


# Writing ---------------------------------------------------------------------------------------------------------------


class _Insertion:
    """The INSERT of one model, worked out once; with ``kept_in``, another model's table takes a copy of every row in the same statement."""

    def __init__(self, model: type[models.Model], kept_in: type[models.Model] | None, shared: Collection[str]) -> None:
        meta = model._meta
        if not isinstance(meta.pk, models.AutoField) or meta.parents:
            raise ValueError(f"The database gives {model.__name__} no number.")
        self.fields = [field for field in meta.local_concrete_fields if not field.primary_key]
        self._row = f"({', '.join(['%s'] * len(self.fields))})"
        self._into = f"INSERT INTO {_quoted(meta.db_table)} ({_columns(self.fields)}) VALUES "  # noqa: S608  # names of our own models
        number = _quoted(str(meta.pk.column))
        self._returning = f" RETURNING {number}"
        #: What a copy has beside the row: given once for all of them.
        self.beside: list[Any] = []
        self._copy = ""
        if kept_in is None:
            return
        columns = {field.attname: _quoted(str(field.column)) for field in meta.local_concrete_fields}
        there = [field for field in kept_in._meta.local_concrete_fields if not field.primary_key]
        same = [field for field in there if field.attname in shared]
        self.beside = [field for field in there if field.attname not in shared]
        given = [f"%s::{field.db_type(connection)}" for field in self.beside]
        self._returning = f" RETURNING {', '.join(columns.values())}"
        self._copy = (
            f", kept AS (INSERT INTO {_quoted(kept_in._meta.db_table)} ({_columns([*same, *self.beside])})"  # noqa: S608  # as above
            f" SELECT {', '.join([*(columns[field.attname] for field in same), *given])} FROM made) SELECT {number} FROM made"
        )

    def sql(self, rows: int) -> str:
        """Return the statement for so many rows."""
        made = self._into + ", ".join([self._row] * rows) + self._returning
        return f"WITH made AS ({made}){self._copy}" if self._copy else made


def _quoted(name: str) -> str:
    return connection.ops.quote_name(name)


def _columns(fields: list[Any]) -> str:
    return ", ".join(_quoted(str(field.column)) for field in fields)


def _values(fields: list[Any], row: models.Model) -> list[Any]:
    return [field.get_db_prep_save(field.pre_save(row, add=True), connection) for field in fields]


_insertions: dict[tuple[type[models.Model], type[models.Model] | None], _Insertion] = {}
#: So many rows go into one statement at most: a statement takes 65,535 values.
_AT_ONCE = 500


def insert(*rows: M, copy: models.Model | None = None, shared: Collection[str] = ()) -> Sequence[M]:
    """Insert new ``rows`` of one model, in one statement, under numbers of the database's, and return them: what ``save()`` does, without its signals.

    With ``copy``, an unsaved row of another model, every row leaves a copy there in the same statement: the attributes in ``shared`` are the row's, the others
    those of ``copy``.

    For the trail and the history, which are appended to and nothing else, and for what is written together with its history
    (`trepart.audit.history.create_all`). Raises ``ValueError`` for a row that has a number already, or a model whose primary key is not the database's to give.
    """
    if not rows:
        return rows
    which = (type(rows[0]), None if copy is None else type(copy))
    made = _insertions.get(which)
    if made is None:
        made = _insertions[which] = _Insertion(*which, shared)
    if any(row.pk is not None for row in rows):
        raise ValueError("Only a new row is inserted here.")
    beside = [] if copy is None else _values(made.beside, copy)
    for start in range(0, len(rows), _AT_ONCE):
        some = rows[start : start + _AT_ONCE]
        values = [value for row in some for value in _values(made.fields, row)]
        with connection.cursor() as cursor:
            cursor.execute(made.sql(len(some)), [*values, *beside])
            for row, (number,) in zip(some, cursor.fetchall(), strict=True):
                row.pk = number
                row._state.adding, row._state.db = False, connection.alias
    return rows


_locks: dict[type[models.Model], str] = {}


def lock(row: models.Model) -> bool:
    """Lock the row of ``row`` against every other writer, by its number; return whether it is there. Inside a transaction only."""
    if not connection.in_atomic_block:
        raise TransactionManagementError("Rows are locked inside a transaction.")
    model = type(row)
    sql = _locks.get(model)
    if sql is None:
        table, pk = _quoted(model._meta.db_table), _quoted(str(model._meta.pk.column))
        sql = _locks[model] = f"SELECT 1 FROM {table} WHERE {pk} = %s FOR NO KEY UPDATE"  # noqa: S608  # names of our own models
    with connection.cursor() as cursor:
        cursor.execute(sql, [row.pk])
        return cursor.fetchone() is not None
