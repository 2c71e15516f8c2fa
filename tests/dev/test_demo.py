"""The demo's clear messages and its keys; the demo itself is started in a fresh clone before a release."""

import os
import socket
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest

from dev import demo
from dev.cluster import psql, running_cluster
from dev.demo import DemoError


@pytest.fixture(autouse=True)
def elsewhere(monkeypatch: pytest.MonkeyPatch, new_folder: Path) -> None:
    """The demo's data in a folder of the test's own."""
    local = new_folder.parent
    for name, path in {"CLUSTER": "pg", "DATA": "demo", "KEYS": "demo.env", "LOADED": "pg/loaded"}.items():
        monkeypatch.setattr(demo, name, local / path)
    monkeypatch.delenv("DATABASE_URL", raising=False)


@pytest.fixture
def taken_port() -> Iterator[int]:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        yield taken.getsockname()[1]


def test_a_port_that_is_taken_is_named_with_what_to_do(monkeypatch: pytest.MonkeyPatch, taken_port: int) -> None:
    monkeypatch.setenv("PORT", str(taken_port))
    with pytest.raises(DemoError, match=rf"Port {taken_port} is taken.*make demo PORT="):
        demo.chosen_port()


@pytest.mark.parametrize("text", ["http", "0", "70000", "-1"])
def test_a_port_that_is_none_is_refused(monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    monkeypatch.setenv("PORT", text)
    with pytest.raises(DemoError, match="not a port number"):
        demo.chosen_port()


def test_a_municipality_that_is_not_known_is_refused(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(demo, "MODEL", "oslo")
    assert demo.main([]) == 1
    assert "MODEL=oslo is not known. Choose one of: ovre-eiker, lunner" in capsys.readouterr().err


def test_keys_are_made_once_and_are_the_owners_only() -> None:
    first = demo.keys()
    assert set(first) == {"SECRET_KEY", "AUDIT_SEAL_KEY"}
    assert len(bytes.fromhex(first["AUDIT_SEAL_KEY"])) == 32
    assert first["SECRET_KEY"] != first["AUDIT_SEAL_KEY"]
    assert demo.keys() == first
    assert stat.S_IMODE(demo.KEYS.stat().st_mode) == 0o600


def test_reset_removes_the_demos_data_and_only_that(folder: Path) -> None:
    (demo.DATA / "media").mkdir(parents=True)
    keys = demo.keys()
    demo.reset()
    assert not demo.CLUSTER.exists()
    assert not demo.DATA.exists()
    assert demo.keys() == keys


def test_reset_refuses_while_the_demo_runs(folder: Path) -> None:
    with running_cluster(folder, durable=False), pytest.raises(DemoError, match="demo is running"):
        demo.reset()
    assert (folder / "data").exists()


def test_reset_never_touches_a_database_that_is_not_its_own(monkeypatch: pytest.MonkeyPatch, folder: Path) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgres://somewhere/else")
    with pytest.raises(DemoError, match="DATABASE_URL is set"):
        demo.reset()
    assert (folder / "data").exists()


def test_a_municipality_that_was_interrupted_is_made_anew_and_a_whole_one_kept(folder: Path) -> None:
    with running_cluster(folder, durable=False) as running:

        def tables() -> str:
            return psql(
                running.socket_dir, "trepart", "-c", "SELECT count(*) FROM pg_tables WHERE tablename = 'half'"
            ).strip()

        psql(running.socket_dir, "trepart", "-c", "CREATE TABLE half ()")
        demo.LOADED.touch()
        demo.drop_unfinished(running)
        assert tables() == "1"
        demo.LOADED.unlink()
        demo.drop_unfinished(running)
        assert tables() == "0"
        # The portal runs as somebody who owns nothing, and the tables are made by another.
        asked = f"SELECT rolsuper, rolcreatedb, rolcreaterole FROM pg_roles WHERE rolname = '{demo.RUNTIME_ROLE}'"
        assert psql(running.socket_dir, "postgres", "-c", asked).strip() == "f|f|f"
        assert f"//{demo.RUNTIME_ROLE}@" in running.url("trepart", demo.RUNTIME_ROLE) != running.url("trepart")


def test_manage_before_the_first_demo_says_so() -> None:
    with pytest.raises(DemoError, match="make demo"):
        demo.run_manage(["verify_audit"])


def test_the_portals_data_lies_in_a_closed_folder() -> None:
    surroundings = demo.environment("postgres:///x", 8123)
    assert surroundings["SITE_URL"] == "http://localhost:8123"
    assert stat.S_IMODE(os.stat(surroundings["TREPART_DATA"]).st_mode) == 0o700
