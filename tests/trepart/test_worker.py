"""The worker goes on when the database has been away."""

import os
import re
import subprocess
import sys
import time
from collections.abc import Callable
from typing import Any

import pytest
from django.conf import settings as configured
from django.core.management import CommandError, call_command
from django.db import OperationalError, connection

from trepart.management.commands import work


@pytest.fixture
def unfit_is_fine(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(work, "refuse_unfit", lambda settings: None)


def ends(monkeypatch: pytest.MonkeyPatch, *codes: int) -> list[int]:
    """Let procrastinate's worker end with one code after the other; the last one without any."""
    left = list(codes)

    def worker(*_arguments: str) -> None:
        if left:
            raise SystemExit(left.pop(0))

    monkeypatch.setattr(work, "call_command", worker)
    return left


def test_it_begins_anew_where_it_ended_and_ends_where_it_was_asked(monkeypatch: Any, unfit_is_fine: None) -> None:
    waited: list[bool] = []
    monkeypatch.setattr(work, "wait_for_database", lambda: bool(waited.append(True)) or True)
    left = ends(monkeypatch, 1, 1, 0, 1)
    call_command("work")
    assert (left, waited) == ([1], [True, True])


def test_another_fault_is_not_tried_for_ever(monkeypatch: Any, unfit_is_fine: None) -> None:
    monkeypatch.setattr(work, "wait_for_database", lambda: False)
    left = ends(monkeypatch, *[1] * 20)
    with pytest.raises(CommandError, match="again and again"):
        call_command("work")
    assert len(left) == 15


def test_it_waits_longer_and_longer_for_the_database(monkeypatch: Any) -> None:
    paused: list[float] = []
    monkeypatch.setattr(work.time, "sleep", paused.append)

    class There:
        def close(self) -> None:
            pass

        def cursor(self) -> Any:
            if len(paused) < 9:
                raise OperationalError("away")
            return _Answers()

    class _Answers:
        def __enter__(self) -> Any:
            return self

        def __exit__(self, *_rest: object) -> None:
            pass

        def execute(self, _query: str) -> None:
            pass

    monkeypatch.setattr(work, "connection", There())
    assert work.wait_for_database()
    assert paused == [0.5, 1, 2, 4, 8, 16, 30, 30, 30]
    assert not work.wait_for_database()


@pytest.mark.django_db(transaction=True)
def test_a_killed_connection_takes_no_worker_down() -> None:
    """Every connection is cut, as where one process of the database is killed: the same worker signs on anew."""
    name = connection.settings_dict["NAME"]
    url = re.sub(r"^([^?]*/)[^/?]*", rf"\g<1>{name}", os.environ["DATABASE_URL"])
    around = {**os.environ, "DATABASE_URL": url, "TREPART_DEMO": "1", "SITE_URL": "http://localhost:8000"}
    around |= {"SECRET_KEY": configured.SECRET_KEY, "AUDIT_SEAL_KEY": configured.AUDIT_SEAL_KEY}
    around["DJANGO_SETTINGS_MODULE"] = "trepart.settings"
    program = subprocess.Popen(
        [sys.executable, "manage.py", "work", "--grace=1"],
        cwd=configured.BASE_DIR,
        env=around,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        first = _appears(lambda: _newest_worker())
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                " WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )
        _appears(lambda: _newest_worker() > first)
        assert program.poll() is None
    finally:
        program.terminate()
        assert program.wait(30) == 0


def _newest_worker() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT coalesce(max(id), 0) FROM procrastinate_workers")
        return int(cursor.fetchone()[0])


def _appears(look: Callable[[], int]) -> int:
    deadline = time.monotonic() + 90
    while time.monotonic() < deadline:
        if found := look():
            return int(found)
        time.sleep(0.1)
    raise AssertionError("it never came")
