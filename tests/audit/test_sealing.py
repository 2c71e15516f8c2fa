"""Sealing: after the commit, by one at a time, in a chain, with a log outside the database."""

import stat
import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.core.checks import run_checks
from django.core.exceptions import ImproperlyConfigured
from django.core.management import call_command
from django.db import connection, transaction

from tests.errands.models import Errand
from trepart import audit, clock
from trepart.audit import sealing, tasks
from trepart.audit.models import Event, Seal, SealEntry, Unsealed
from trepart.audit.sealing import SealLog, newest, seal_events
from trepart.audit.verifying import verify

pytestmark = pytest.mark.django_db
Make = Callable[..., Errand]


def lines(settings: Any) -> list[Any]:
    return SealLog(settings.AUDIT_SEAL_LOG).lines()


def test_everything_committed_is_sealed_in_order_and_once(errand: Make, settings: Any) -> None:
    errand("done")
    total = Event.objects.count()
    first = seal_events(limit=5)
    assert first is not None
    assert (first.number, first.count, first.previous_digest) == (1, 5, "")
    assert list(SealEntry.objects.order_by("position").values_list("event_id", flat=True)) == list(
        Event.objects.order_by("id").values_list("id", flat=True)[:5]
    )
    second = seal_events()
    assert second is not None
    assert (second.number, second.previous_digest, second.count) == (2, first.digest, total - 5)
    assert seal_events() is None
    assert newest() == second
    assert not Unsealed.objects.exists()
    assert verify() == []
    log = lines(settings)
    assert [(line.number, line.digest, line.count) for line in log] == [
        (1, first.digest, 5),
        (2, second.digest, total - 5),
    ]
    assert stat.S_IMODE(settings.AUDIT_SEAL_LOG.stat().st_mode) == 0o600


def test_nothing_to_seal_makes_no_seal(settings: Any) -> None:
    assert seal_events() is None
    assert newest() is None
    assert not settings.AUDIT_SEAL_LOG.exists()
    assert verify() == []


def test_a_seal_has_the_real_time_whatever_the_portals_clock_says(errand: Make) -> None:
    with clock.at(datetime(2020, 1, 1, tzinfo=UTC)):
        seal = seal_events()
    assert seal is None or seal.sealed_at.year > 2020
    errand("open")
    with clock.at(datetime(2020, 1, 1, tzinfo=UTC)):
        seal = seal_events()
    assert seal is not None
    assert abs(seal.sealed_at - datetime.now(UTC)) < timedelta(hours=1)


def test_a_stop_between_commit_and_log_is_mended(errand: Make, settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    errand("open")
    seal_events(limit=2)
    with monkeypatch.context() as patch:
        patch.setattr(SealLog, "append", lambda *a: (_ for _ in ()).throw(OSError("no room on the disk")))
        with pytest.raises(OSError, match="no room"):
            seal_events(limit=2)
        # What cannot be witnessed is not added to.
        with pytest.raises(OSError, match="no room"):
            seal_events(limit=2)
    assert Seal.objects.count() == 2
    assert [f.kind for f in verify()] == ["log"]
    seal_events(limit=2)
    assert [line.number for line in lines(settings)] == [1, 2, 3]
    assert verify() == []


def test_a_line_torn_in_two_is_completed(errand: Make, settings: Any) -> None:
    errand("open")
    seal_events(limit=2)
    whole = settings.AUDIT_SEAL_LOG.read_bytes()
    seal_events(limit=2)
    both = settings.AUDIT_SEAL_LOG.read_bytes()
    settings.AUDIT_SEAL_LOG.write_bytes(whole + both[len(whole) :][:40])
    seal_events(limit=2)
    assert settings.AUDIT_SEAL_LOG.read_bytes().startswith(both)
    assert verify() == []


def test_a_log_that_was_shortened_is_not_made_whole_again(errand: Make, settings: Any) -> None:
    errand("done")
    for _each in range(4):
        seal_events(limit=2)
    kept = settings.AUDIT_SEAL_LOG.read_text().splitlines(keepends=True)[:2]
    settings.AUDIT_SEAL_LOG.write_text("".join(kept))
    seal_events(limit=2)
    assert [line.number for line in lines(settings)] == [1, 2, 5]
    assert [(f.kind, f.seal) for f in verify()] == [("log", 3)]


def test_a_number_that_the_log_knows_is_not_given_again(errand: Make, settings: Any) -> None:
    errand("open")
    seal_events(limit=2)
    with settings.AUDIT_SEAL_LOG.open("a") as log:
        log.write(f"2 {'ab' * 32} 7 2026-01-01T00:00:00.000000Z\n")
    seal = seal_events()
    assert seal is not None
    assert seal.number == 3
    assert {f.kind for f in verify()} == {"cut", "removed"}


def test_sealing_is_no_part_of_another_transaction(errand: Make) -> None:
    with pytest.raises(RuntimeError), transaction.atomic():
        seal_events()


@pytest.mark.django_db(transaction=True)
def test_what_is_not_committed_is_left_for_later_and_caught_then(errand: Make) -> None:
    made = errand("open")
    started, go_on = threading.Event(), threading.Event()

    def slow() -> None:
        try:
            with transaction.atomic():
                audit.write("errands.rested", actor=None, subject=made)
                started.set()
                go_on.wait(20)
        finally:
            connection.close()

    thread = threading.Thread(target=slow)
    thread.start()
    assert started.wait(20)
    quick = audit.write("errands.stop", actor=None, subject=made)  # a later number, committed first
    seal_events()
    assert SealEntry.objects.filter(event=quick).exists()
    go_on.set()
    thread.join(20)
    late = Event.objects.get(action="errands.rested")
    assert late.pk < quick.pk
    assert seal_events().count == 1  # type: ignore[union-attr]
    assert verify() == []


@pytest.mark.django_db(transaction=True)
def test_two_sealers_take_turns(errand: Make, settings: Any) -> None:
    errand("done")
    failures: list[BaseException] = []

    def run() -> None:
        try:
            while seal_events(limit=1):
                pass
        except BaseException as error:
            failures.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=run) for _each in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert failures == []
    assert Seal.objects.count() == Event.objects.count() == len(lines(settings))
    assert verify() == []


@pytest.mark.parametrize("text", ["", "00" * 31, "not hexadecimal" * 9, "0" * 63])
def test_a_key_that_is_too_short_seals_nothing(text: str, errand: Make, settings: Any) -> None:
    errand("open")
    settings.AUDIT_SEAL_KEY = text
    with pytest.raises(ImproperlyConfigured):
        seal_events()
    with pytest.raises(ImproperlyConfigured):
        verify()
    assert not Seal.objects.exists()
    assert "trepart.E003" in {message.id for message in run_checks(tags=["security"])}


def test_a_key_anybody_could_guess_is_refused_in_production(settings: Any) -> None:
    good = "8f2c51d0b94e7a6315fd02c8e7499ab3605d1e7fc284ab9036e1d75c4820fb9a"
    for text, refused in (("11" * 32, True), ("0011223344556677" * 4, True), (good, False)):
        settings.AUDIT_SEAL_KEY = text
        assert (
            "trepart.E004" in {m.id for m in run_checks(tags=["security"], include_deployment_checks=True)}
        ) is refused
    settings.SECRET_KEY = good
    assert "trepart.E004" in {m.id for m in run_checks(tags=["security"], include_deployment_checks=True)}


def test_the_job_and_the_command_seal_everything(errand: Make, capsys: pytest.CaptureFixture[str]) -> None:
    errand("open")
    tasks.seal(timestamp=0)
    assert not Unsealed.objects.exists()
    errand("open")
    call_command("seal_audit")
    said = capsys.readouterr().out.splitlines()
    last = newest()
    assert last is not None
    assert said[-1] == f"{last.number}:{last.digest}"
    assert not Unsealed.objects.exists()


def test_every_column_of_an_event_is_sealed() -> None:
    assert {field.attname for field in Event._meta.concrete_fields} == set(sealing.SEALED)
