"""What every test leans on; the settings and their environment are in tests/settings.py."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import pytest

from tests import migrated

if TYPE_CHECKING:
    from tests.factories.organisation import Municipality


@pytest.fixture(autouse=True)
def _own_data_folder(settings: Any, tmp_path: Any) -> None:
    """Files and seals of a test go to a folder of its own."""
    settings.MEDIA_ROOT = tmp_path / "media"
    settings.AUDIT_SEAL_LOG = tmp_path / "seals.log"
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    settings.STORAGES = {
        "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
    }


@pytest.fixture(autouse=True, scope="session")
def _municipality_without_a_database() -> Iterator[None]:
    """What is printed or drawn in a test that has no database carries the settings' letterhead."""
    from trepart import municipality

    real = municipality._source

    def asked() -> municipality.Municipality | None:
        try:
            return real() if real else None
        except RuntimeError:  # pytest-django's no
            return None

    municipality.use(asked)
    yield
    municipality.use(real)


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings_parallel_suffix: None) -> None:
    """Give every xdist worker its own database, copied from one that is migrated."""
    from django.db import connections
    from django.db.backends.postgresql.creation import DatabaseCreation

    connections["default"].settings_dict["TEST"]["TEMPLATE"] = migrated.template()

    def destroy(self: Any, name: str, verbosity: int) -> None:
        self.connection.close_pool()
        with self._nodb_cursor() as cursor:
            # A server's thread that has not hung up when the last story is over shall not make
            # the run end with an error.
            cursor.execute(f"DROP DATABASE {self.connection.ops.quote_name(name)} WITH (FORCE)")

    DatabaseCreation._destroy_test_db = destroy  # type: ignore[method-assign]


@pytest.fixture(autouse=True, scope="session")
def _flush_past_the_guards() -> Iterator[None]:
    """Tests that commit are cleaned up with TRUNCATE, which the append-only tables refuse: the cleaning alone
    goes past the triggers."""
    from django.db import OperationalError
    from django.db.backends.postgresql.operations import DatabaseOperations
    from psycopg import errors

    original = DatabaseOperations.execute_sql_flush

    def flush(self: Any, sql_list: list[str]) -> None:
        # The last request of a browser may still be reading when its story ends: then PostgreSQL ends one of the two,
        # and the cleaning is tried again.
        for _again in range(2):
            try:
                clean(self, sql_list)
            except OperationalError as error:
                if not isinstance(error.__cause__, errors.DeadlockDetected):
                    raise
            else:
                return
        clean(self, sql_list)

    def clean(self: Any, sql_list: list[str]) -> None:
        with self.connection.cursor() as cursor:
            cursor.execute("SET session_replication_role = replica")
            try:
                original(self, sql_list)
                # Not among Django's own tables, so Django's flush leaves them; a test that commits must
                # not leave jobs to the next.
                cursor.execute("TRUNCATE procrastinate_jobs CASCADE")
                cursor.execute("TRUNCATE trepart_cache")
            finally:
                cursor.execute("SET session_replication_role = DEFAULT")

    DatabaseOperations.execute_sql_flush = flush  # type: ignore[method-assign]
    yield
    DatabaseOperations.execute_sql_flush = original  # type: ignore[method-assign]


@pytest.fixture
def town(db: None) -> "Municipality":
    """Small Fjellvik, ready for use."""
    from tests.factories.organisation import municipality

    return municipality()
