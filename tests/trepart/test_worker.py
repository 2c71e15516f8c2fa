"""The worker goes on when the database has been away."""

import os
import re
import subprocess
import sys
import time
from collections.abc import Callable
from typing import Any

import pytest
from asgiref.sync import async_to_sync
from django.conf import settings as configured
from django.core.management import CommandError, call_command
from django.db import OperationalError, connection
from procrastinate.contrib.django.models import ProcrastinateJob

from trepart.management.commands import work
from trepart.tasks import take_up


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
    """Every connection is cut, as where one process of the database is killed: the same process goes on working,
    whether its worker ended by it or not."""
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
        _appears(lambda: _one("SELECT count(*) FROM procrastinate_workers"))
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                " WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )
        number = take_up.defer(timestamp=0)
        _appears(lambda: _one("SELECT count(*) FROM procrastinate_jobs WHERE id = %s AND status = 'succeeded'", number))
        assert program.poll() is None
    finally:
        program.terminate()
        assert program.wait(30) == 0


@pytest.mark.django_db
def test_what_a_worker_has_let_go_of_is_taken_up() -> None:
    """A mail is sent by another job, what comes every minute frees its lock, and what somebody is at is left alone."""
    here = _one("INSERT INTO procrastinate_workers DEFAULT VALUES RETURNING id")
    gone = _one("INSERT INTO procrastinate_workers (last_heartbeat) VALUES (now() - interval '2 minutes') RETURNING id")

    def begun(worker: int | None, task: str, lock: str | None = None) -> int:
        return _one(
            "INSERT INTO procrastinate_jobs (queue_name, task_name, status, worker_id, lock, queueing_lock)"
            " VALUES ('q', %s, 'doing', %s, %s, %s) RETURNING id",
            task, worker, lock, lock,
        )  # fmt: skip

    mail, orphan, seal = begun(gone, "notices.deliver"), begun(None, "x"), begun(gone, "audit.seal", "audit.seal")
    running, stuck = begun(here, "forum.make_packets"), begun(here, "forum.make_packets")
    for job, since in ((running, "59 minutes"), (stuck, "61 minutes")):
        _one(
            "INSERT INTO procrastinate_events (job_id, type, at) VALUES (%s, 'started', now() - %s::interval)"
            " RETURNING id",
            job, since,
        )  # fmt: skip
    assert async_to_sync(take_up.func)() == 4
    status = dict(ProcrastinateJob.objects.values_list("pk", "status"))
    assert [status[one] for one in (mail, orphan, seal, running, stuck)] == ["todo", "todo", "failed", "doing", "todo"]
    assert async_to_sync(take_up.func)() == 0


def _one(sql: str, *given: object) -> int:
    with connection.cursor() as cursor:
        cursor.execute(sql, given)
        return int(cursor.fetchone()[0])


def _appears(look: Callable[[], int]) -> int:
    deadline = time.monotonic() + 90
    while time.monotonic() < deadline:
        if found := look():
            return int(found)
        time.sleep(0.1)
    raise AssertionError("it never came")
