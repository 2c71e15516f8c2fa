"""The addresses of health: what they answer, to whom, and what they find."""

import json
import logging
from typing import Any

import pytest
from django.db import DatabaseError, connection
from django.http import HttpResponse
from django.test import Client, RequestFactory
from procrastinate.contrib.django import app
from procrastinate.contrib.django.models import ProcrastinateJob

from tests.factories.organisation import Municipality
from trepart import audit
from trepart.audit import sealing
from trepart.server import health

TOKEN = "watcher-of-the-portal"


def _probes() -> health.Probes:
    return health.Probes(lambda request: HttpResponse("the portal", status=299))


@pytest.fixture
def worker(db: None) -> None:
    """A worker that has just given a sign of life."""
    with connection.cursor() as cursor:
        cursor.execute("INSERT INTO procrastinate_workers DEFAULT VALUES")


def _ago(query: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(query)


def _named(found: list[health.Finding]) -> dict[str, bool]:
    return {finding.name: finding.well for finding in found}


@pytest.mark.parametrize("path", ["/helse/lever", "/helse/lever/", "/helse/klar", "/helse/klar/"])
def test_alive_and_ready(client: Client, db: None, settings: Any, path: str) -> None:
    """Answered under any name, without https, to nobody in particular: no session, no cookie, nothing kept."""
    settings.SECURE_SSL_REDIRECT = True
    settings.ALLOWED_HOSTS = ["portal.kommune.example"]
    response = client.get(path, headers={"host": "10.1.2.3"})
    assert (response.status_code, response.json()) == (200, {"status": "ok"})
    assert response.headers["Cache-Control"] == "no-store"
    assert "Set-Cookie" not in response.headers
    assert not response.cookies


def test_alive_asks_the_database_nothing(client: Client) -> None:
    """Outside the mark for database tests: a question would fail."""
    assert client.get("/helse/lever").status_code == 200


def test_other_addresses_and_other_deeds_are_the_portal_s(rf: RequestFactory) -> None:
    probes = _probes()
    assert probes(rf.get("/helse/annet")).status_code == 299
    assert probes(rf.get("/")).status_code == 299
    assert probes(rf.post("/helse/lever")).status_code == 299


def test_everything_runs(worker: None, town: Municipality) -> None:
    found = health.running()
    assert {"database", "migrations", "worker", "jobs", "seals", "disk"} <= set(_named(found))
    assert [finding for finding in found if not finding.well] == []


def test_no_worker_and_a_silent_worker_are_found(town: Municipality) -> None:
    assert not _named(health.running())["worker"]
    _ago("INSERT INTO procrastinate_workers (last_heartbeat) VALUES (now() - interval '1 minute')")
    assert _named(health.running())["worker"]
    _ago("UPDATE procrastinate_workers SET last_heartbeat = now() - interval '3 minutes'")
    assert not _named(health.running())["worker"]


@pytest.mark.django_db
def test_a_job_that_waits_is_found(worker: None) -> None:
    task = app.configure_task("audit.seal", queue="audit")
    task.defer(timestamp=0)
    assert _named(health.running())["jobs"]
    _ago("UPDATE procrastinate_events SET at = now() - interval '16 minutes'")
    assert not _named(health.running())["jobs"]
    # One that is to be done later does not wait.
    _ago("UPDATE procrastinate_jobs SET scheduled_at = now() + interval '1 hour'")
    assert _named(health.running())["jobs"]
    _ago("UPDATE procrastinate_jobs SET scheduled_at = now() - interval '1 hour'")
    assert not _named(health.running())["jobs"]
    assert ProcrastinateJob.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_events_that_wait_for_their_seal_are_found(town: Municipality) -> None:
    while sealing.seal_events() is not None:
        pass
    assert _named(health.running())["seals"]
    audit.write("portal.demo_loaded", actor=None, subject=town.council)
    assert _named(health.running())["seals"]
    _ago("ALTER TABLE audit_event DISABLE TRIGGER USER")
    _ago(
        "UPDATE audit_event SET recorded_at = now() - interval '16 minutes' WHERE id = (SELECT max(id) FROM "
        "audit_event)"
    )
    _ago("ALTER TABLE audit_event ENABLE TRIGGER USER")
    assert not _named(health.running())["seals"]


def test_a_full_disk_is_found(worker: None, monkeypatch: Any) -> None:
    monkeypatch.setattr(health, "DISK_LEFT", 2**60)
    assert not _named(health.running())["disk"]


def test_a_migration_that_is_missing_is_found(worker: None) -> None:
    _ago("DELETE FROM django_migrations WHERE app = 'audit' AND name = '0002_guards'")
    (found,) = [finding for finding in health.ready() if finding.name == "migrations"]
    assert not found.well
    assert "audit.0002_guards" in found.told


def test_a_database_that_is_gone_is_not_ready_and_nothing_more_is_asked(
    rf: RequestFactory, db: None, monkeypatch: Any, caplog: Any
) -> None:
    def gone(*args: Any, **kwargs: Any) -> None:
        raise DatabaseError("connection to server at 10.0.0.7, user kari, failed")

    with monkeypatch.context() as broken, caplog.at_level(logging.ERROR, logger="trepart.health"):
        broken.setattr(connection, "cursor", gone)
        response = _probes()(rf.get("/helse/klar"))
    assert (response.status_code, json.loads(response.content)) == (503, {"status": "not ok"})
    assert [record.told for record in caplog.records] == [{"check": "database", "found": "DatabaseError"}]
    assert _probes()(rf.get("/helse/lever")).status_code == 200


def test_why_is_told_to_whoever_brings_the_token(rf: RequestFactory, town: Municipality, settings: Any) -> None:
    settings.HEALTH_TOKEN = TOKEN

    def asked(**headers: str) -> dict[str, Any]:
        told: dict[str, Any] = json.loads(_probes()(rf.get("/helse/drift", headers=headers)).content)
        return told

    assert asked() == {"status": "not ok"}
    assert asked(authorization="Bearer wrong") == {"status": "not ok"}
    assert asked(authorization=TOKEN) == {"status": "not ok"}
    told = asked(authorization=f"Bearer {TOKEN}")
    assert {"name": "worker", "ok": False, "told": "no worker runs"} in told["checks"]
    settings.HEALTH_TOKEN = ""
    assert asked(authorization="Bearer ") == {"status": "not ok"}


def test_asking_often_costs_one_look(rf: RequestFactory, worker: None, django_assert_num_queries: Any) -> None:
    probes = _probes()
    probes(rf.get("/helse/drift"))
    with django_assert_num_queries(0):
        for _time in range(20):
            probes(rf.get("/helse/drift"))


def test_a_room_can_add_a_look_of_its_own(worker: None, monkeypatch: Any) -> None:
    monkeypatch.setattr(health, "_EVERYTHING", list(health._EVERYTHING))

    def mail() -> health.Finding:
        return health.Finding("mail", False, "the oldest has waited 7200 s")

    health.register(mail)
    health.register(mail)
    assert [f for f in health.running() if not f.well] == [mail()]
