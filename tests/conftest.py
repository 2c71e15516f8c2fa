"""What every test leans on; the settings and their environment are in tests/settings.py.

Fixtures import Django and ours when they run: pytest-django sets both up after it has read this file.
"""

import gc
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import pytest

from tests import migrated, put_back, undrawn

if TYPE_CHECKING:
    from tests.factories.organisation import Municipality


#: How many tests have had a database.
_asked = 0


def pytest_collection_finish() -> None:
    """What is loaded by now stays to the end: walking through it again and again, to find what may go, is a tenth of
    what a run computes."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 20)


@pytest.fixture(autouse=True)
def _own_data_folder(settings: Any, tmp_path: Any) -> None:
    """Files, seals and prints of a test are its own."""
    from django.core.cache import caches

    caches["prints"].clear()
    settings.MEDIA_ROOT = tmp_path / "media"
    settings.AUDIT_SEAL_LOG = tmp_path / "seals.log"
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    settings.STORAGES = {
        "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
    }


@pytest.fixture(autouse=True)
def _printed_where_it_is_read(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Pages are set for tests that are marked ``printed``; others get a stand-in (tests/undrawn.py)."""
    if request.node.get_closest_marker("printed") is None:
        from trepart.pdf import rendering

        monkeypatch.setattr(rendering, "_draw", undrawn.draw)


@pytest.fixture(autouse=True)
def _swept_now_and_then(django_db_blocker: Any) -> Iterator[None]:
    """What rolled-back tests leave in the tables is swept away after every hundredth that asked a database."""
    global _asked
    yield
    from django.db import connection

    if connection.connection is None or connection.in_atomic_block:
        return
    _asked += 1
    if _asked % 100 == 0:
        with django_db_blocker.unblock():
            put_back.sweep()


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


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    """Tests that commit leave the database as the migrations made it (tests/put_back.py); Django would truncate
    every table."""
    from django.test import TransactionTestCase

    with django_db_blocker.unblock():
        put_back.remember()
    original = TransactionTestCase._fixture_teardown  # type: ignore[attr-defined]
    TransactionTestCase._fixture_teardown = lambda self: put_back.put_back()  # type: ignore[attr-defined]
    yield
    TransactionTestCase._fixture_teardown = original  # type: ignore[attr-defined]


@pytest.fixture(autouse=True, scope="session")
def _static_files_are_looked_for_once() -> Iterator[None]:
    """Every client has its own handler, and each would look through all folders of static files at its first
    request."""
    from whitenoise.middleware import WhiteNoiseMiddleware

    look, found = WhiteNoiseMiddleware.add_files_from_finders, dict[str, Any]()

    def looked_for(self: Any) -> None:
        if not found:
            look(self)
            found.update(self.files)
        self.files = found

    WhiteNoiseMiddleware.add_files_from_finders = looked_for
    yield
    WhiteNoiseMiddleware.add_files_from_finders = look


@pytest.fixture
def town(db: None) -> "Municipality":
    """Small Fjellvik, ready for use."""
    from tests.factories.organisation import municipality

    return municipality()


@pytest.fixture
def bokmal() -> Iterator[None]:
    """Whatever is not asked for by a page is said in bokmål."""
    from django.utils import translation

    with translation.override("nb"):
        yield


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say after a whole run what share of the time each kind of test took."""
    spent: dict[str, float] = {}
    for reports in terminalreporter.stats.values():
        for report in reports:
            if isinstance(report, pytest.TestReport):
                kind = _kind(report.nodeid)
                spent[kind] = spent.get(kind, 0.0) + report.duration
    total = sum(spent.values())
    if len(spent) > 1 and total:
        terminalreporter.section("share of each kind")
        for kind, seconds in sorted(spent.items(), key=lambda pair: -pair[1]):
            terminalreporter.write_line(f"{seconds / total:6.1%} {seconds:8.0f} s  {kind}")


def _kind(nodeid: str) -> str:
    """Return what kind of test it is: of printing, or of the folder below tests/ that it lies in."""
    path = nodeid.partition("::")[0]
    printing = "pdf" in path or "print" in path or "packet" in path
    return "printing" if printing and "/e2e/" not in path else path.split("/")[1]
