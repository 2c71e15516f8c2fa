"""The embedded PostgreSQL: reachable by its owner only, gone with its program, back after a crash."""

import os
import signal
import stat
import subprocess
import sys
import tempfile
import textwrap
from pathlib import Path

import psycopg
import pytest

from dev import cluster, server_account
from dev.cluster import ClusterInUse, is_in_use, running_cluster, running_url
from dev.processes import ROOT
from dev.server_account import Account, PostgresError
from tests.dev.conftest import eventually, is_alive, processes_mentioning


def modes_above(path: Path) -> list[tuple[str, int, int]]:
    """Permissions and owner of every folder from this one up to the root."""
    return [(str(above), above.stat().st_mode, above.stat().st_uid) for above in (path, *path.parents)]


def server_pid(folder: Path) -> int:
    return int((folder / "data" / "postmaster.pid").read_text().split()[0])


def in_another_process(folder: Path) -> subprocess.Popen[str]:
    """A program that runs the cluster with a table in it until it is ended; waits until it is up."""
    program = textwrap.dedent("""
        import sys, time
        from pathlib import Path
        from dev.cluster import psql, running_cluster
        with running_cluster(Path(sys.argv[1])) as running:
            psql(running.socket_dir, "trepart", "-c", "CREATE TABLE kept AS SELECT 42 AS answer")
            print("up", flush=True)
            time.sleep(60)
    """)
    process = subprocess.Popen(
        [sys.executable, "-c", program, str(folder)],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "up\n"
    return process


def test_it_serves_its_owner_only_and_touches_nothing_outside(new_folder: Path) -> None:
    before = modes_above(new_folder.parent)
    with running_cluster(new_folder, durable=False, databases=("trepart", "another")) as running:
        with psycopg.connect(running.url("another")) as connection:
            row = connection.execute(
                "SELECT 'Å' ILIKE 'å', lower('ÆØÅ'), current_setting('listen_addresses'),"
                " (SELECT datlocprovider::text || ' ' || datlocale FROM pg_database WHERE datname = 'another')"
            ).fetchone()
        assert row == (True, "æøå", "", "b C.UTF-8")
        assert running_url(new_folder, "another") == running.url("another")
        for inside in (new_folder, new_folder / "data", new_folder / "socket"):
            assert stat.S_IMODE(inside.stat().st_mode) == 0o700
        for file in new_folder.iterdir():
            assert stat.S_IMODE(file.stat().st_mode) & 0o077 == 0
        pid = running.process.pid
    assert modes_above(new_folder.parent) == before
    assert not is_alive(pid)
    assert processes_mentioning(str(new_folder)) == []
    assert not is_in_use(new_folder)
    assert running_url(new_folder, "another") is None


def test_trigrams_know_norwegian_letters(folder: Path) -> None:
    assert cluster._character_types() != "C", "this machine's C library has no Unicode character types"
    with running_cluster(folder, durable=False) as running, psycopg.connect(running.url("trepart")) as connection:
        connection.execute("CREATE EXTENSION pg_trgm")
        row = connection.execute("SELECT cardinality(show_trgm('Åå')), similarity('ÆRØ', 'ærø')").fetchone()
    assert row == (3, 1.0)


@pytest.mark.root
def test_another_user_cannot_connect(folder: Path) -> None:
    with running_cluster(folder, durable=False) as running:
        folder.parent.chmod(0o711)  # even where the way down to the cluster is open
        attempt = "import socket, sys; socket.socket(socket.AF_UNIX).connect(sys.argv[1])"
        socket_file = str(running.socket_dir / f".s.PGSQL.{cluster.PORT}")
        as_root = subprocess.run(["/usr/bin/python3", "-c", attempt, socket_file], capture_output=True, check=False)
        as_other = subprocess.run(
            ["/usr/bin/python3", "-c", attempt, socket_file],
            capture_output=True,
            text=True,
            check=False,
            user=65534,
            group=65534,
            extra_groups=[],
            cwd="/",
        )
    assert as_root.returncode == 0
    assert "Permission denied" in as_other.stderr


def test_a_folder_in_use_is_refused_and_left_alone(folder: Path) -> None:
    with running_cluster(folder, durable=False) as running:
        with pytest.raises(ClusterInUse, match=f"process {os.getpid()}"), running_cluster(folder):
            pass
        with psycopg.connect(running.url("trepart")) as connection:
            assert connection.execute("SELECT 1").fetchone() == (1,)


def test_killing_the_program_takes_the_server_with_it_and_the_data_stays(folder: Path) -> None:
    program = in_another_process(folder)
    server = server_pid(folder)
    program.kill()
    program.wait()
    if sys.platform == "linux":
        assert eventually(lambda: not is_alive(server))
    with running_cluster(folder) as running, psycopg.connect(running.url("trepart")) as connection:
        assert connection.execute("SELECT answer FROM kept").fetchone() == (42,)


def test_killing_the_server_is_recovered_from_at_the_next_start(folder: Path) -> None:
    program = in_another_process(folder)
    os.kill(server_pid(folder), signal.SIGKILL)
    program.kill()
    program.wait()
    assert (folder / "data" / "postmaster.pid").exists()
    with running_cluster(folder) as running, psycopg.connect(running.url("trepart")) as connection:
        assert connection.execute("SELECT answer FROM kept").fetchone() == (42,)


def test_a_pid_file_whose_number_is_now_somebody_elses_does_not_stand_in_the_way(folder: Path) -> None:
    with running_cluster(folder, durable=False):
        lines = (folder / "data" / "postmaster.pid").read_text().splitlines()
    with subprocess.Popen(["sleep", "60"]) as somebody:
        (folder / "data" / "postmaster.pid").write_text("\n".join([str(somebody.pid), *lines[1:]]) + "\n")
        with running_cluster(folder, durable=False):
            assert is_alive(somebody.pid)
        somebody.kill()


def test_ctrl_c_in_the_terminal_does_not_reach_the_server(folder: Path) -> None:
    with running_cluster(folder, durable=False) as running:
        assert os.getsid(running.process.pid) == running.process.pid != os.getsid(0)


def test_a_path_too_long_for_a_socket_gets_a_private_folder_that_goes_away(folder: Path) -> None:
    deep = folder / ("a" * 60) / ("b" * 60)
    with running_cluster(deep, durable=False) as running:
        assert running.socket_dir.parent == Path(tempfile.gettempdir())
        assert stat.S_IMODE(running.socket_dir.stat().st_mode) == 0o700
        with psycopg.connect(running.url("trepart")) as connection:
            assert connection.execute("SELECT 1").fetchone() == (1,)
    assert not running.socket_dir.exists()


def test_an_interrupted_making_is_begun_again(new_folder: Path) -> None:
    (new_folder / "data.new").mkdir(parents=True)
    (new_folder / "data.new" / "PG_VERSION").write_text("18\n")
    with running_cluster(new_folder, durable=False) as running:
        assert not running.has_stopped


def test_data_of_another_version_is_named(new_folder: Path) -> None:
    (new_folder / "data").mkdir(parents=True)
    (new_folder / "data" / "PG_VERSION").write_text("9\n")
    with pytest.raises(PostgresError, match=r"made by PostgreSQL 9.*make demo-reset"), running_cluster(new_folder):
        pass


def test_a_server_that_does_not_start_shows_its_log(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cluster, "FLEETING", ("no_such_setting=1",))
    with pytest.raises(PostgresError, match="no_such_setting"), running_cluster(folder, durable=False):
        pass
    assert not is_in_use(folder)


@pytest.mark.root
class TestRootWithoutUserNamespaces:
    """Some machines (containers, mostly) do not let root make a user namespace."""

    @pytest.fixture(autouse=True)
    def no_namespace(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(server_account, "user_namespace_prefix", lambda: None)

    def test_a_folder_nobody_else_can_reach_is_refused_with_what_to_do(self, new_folder: Path) -> None:
        with (
            pytest.raises(PostgresError, match=r"(?s)unshare.*ordinary user.*DATABASE_URL"),
            running_cluster(new_folder, durable=False),
        ):
            pass

    @pytest.mark.open_checkout
    def test_an_account_without_privileges_runs_it_where_it_can_reach(self, new_folder: Path) -> None:
        new_folder.parent.chmod(0o711)
        with (
            running_cluster(new_folder, durable=False) as running,
            psycopg.connect(running.url("trepart")) as connection,
        ):
            assert connection.execute("SELECT 1").fetchone() == (1,)
            assert Path(f"/proc/{running.process.pid}").stat().st_uid != 0
        with running_cluster(new_folder, durable=False):
            assert stat.S_IMODE(new_folder.stat().st_mode) == 0o700


@pytest.mark.root
@pytest.mark.open_checkout
def test_the_server_is_as_good_after_changing_hands(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Made as one account and run as another (root on a machine that begins to allow
    namespaces): files change owner."""
    folder.parent.chmod(0o711)
    other = Account((), 65534, 65534, 65534)
    with monkeypatch.context() as patched:
        patched.setattr(cluster, "choose_account", lambda _: other)
        with running_cluster(folder, durable=False):
            assert (folder / "data").stat().st_uid == 65534
    with running_cluster(folder, durable=False):
        assert (folder / "data").stat().st_uid == 0
