"""What a bare machine is told, and that a ready checkout costs nothing."""

import contextlib
import re
import subprocess
import sys
from importlib import metadata
from pathlib import Path

import pytest

from dev import bootstrap
from dev.bootstrap import BootstrapError


def only(monkeypatch: pytest.MonkeyPatch, *programs: str) -> None:
    """A machine that has just these programs."""
    monkeypatch.setattr(bootstrap.shutil, "which", lambda name: f"/usr/bin/{name}" if name in programs else None)


@pytest.fixture
def ordinary_user(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bootstrap.os, "geteuid", lambda: 1000)


def test_an_ordinary_user_gets_one_exact_line(monkeypatch: pytest.MonkeyPatch, ordinary_user: None) -> None:
    only(monkeypatch, "apt-get")
    with pytest.raises(BootstrapError) as caught:
        bootstrap.install_packages(["libpango-1.0-0", "libharfbuzz-subset0"])
    assert "\n    sudo apt-get install -y --no-install-recommends libpango-1.0-0 libharfbuzz-subset0\n" in str(
        caught.value
    )


@pytest.mark.parametrize(
    ("manager", "line"),
    [
        ("dnf", "sudo dnf install -y chromium pango"),
        ("brew", "brew install --cask chromium pango"),
        ("apk", "sudo apk add chromium pango"),
    ],
)
def test_where_there_is_no_apt_the_line_is_for_what_there_is(
    monkeypatch: pytest.MonkeyPatch, manager: str, line: str
) -> None:
    only(monkeypatch, manager)
    assert bootstrap.line_to_run(["libpango-1.0-0", "libpangoft2-1.0-0", "chromium"]) == line


def installed(monkeypatch: pytest.MonkeyPatch, packages: list[str], *, known: bool = True) -> list[list[str]]:
    """Return what root runs to install ``packages``; ``known``: whether apt has the browser without windows."""
    ran: list[list[str]] = []
    only(monkeypatch, "apt-get")
    monkeypatch.setattr(bootstrap.os, "geteuid", lambda: 0)
    monkeypatch.setattr(bootstrap, "_run", lambda command, *_: ran.append(command))
    monkeypatch.setattr(bootstrap, "missing_packages", lambda *, browser: [])
    monkeypatch.setattr(bootstrap, "_is_known_to_apt", lambda package: known)
    bootstrap.install_packages(packages)
    return ran


def test_root_installs_them_with_apt_after_refreshing_its_lists(monkeypatch: pytest.MonkeyPatch) -> None:
    ran = installed(monkeypatch, ["libpango-1.0-0"])
    assert [command[:2] for command in ran] == [["apt-get", "update"], ["apt-get", "install"]]
    assert ran[1][-1] == "libpango-1.0-0"


@pytest.mark.parametrize(("known", "browser"), [(True, "chromium-headless-shell"), (False, "chromium")])
def test_the_browser_is_the_one_without_windows_where_apt_has_it(
    monkeypatch: pytest.MonkeyPatch, known: bool, browser: str
) -> None:
    assert installed(monkeypatch, ["chromium"], known=known)[1][-1] == browser


def test_missing_libraries_are_named_by_their_packages(monkeypatch: pytest.MonkeyPatch) -> None:
    assert bootstrap.missing_libraries() == [], "this machine prints, so it has them"
    monkeypatch.setattr(bootstrap, "LIBRARIES", {"libno-such.so.9": "libno-such9"})
    assert bootstrap.missing_libraries() == ["libno-such9"]


def test_a_python_without_venv_is_noticed_before_it_is_needed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bootstrap, "venv_is_ready", lambda *locks: False)
    monkeypatch.setattr(bootstrap.importlib.util, "find_spec", lambda name: None if name == "ensurepip" else object())
    assert f"python3.{sys.version_info.minor}-venv" in bootstrap.missing_packages(browser=False)


def test_a_python_too_old_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    only(monkeypatch)
    monkeypatch.setattr(bootstrap, "OLDEST_PYTHON", (99, 0))
    with pytest.raises(BootstrapError, match=r"Python 99\.0 or newer is needed, and python3 here is"):
        bootstrap.require_python([])


def test_a_browser_that_does_not_start_is_no_browser(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    stub = tmp_path / "chromium-browser"
    stub.write_text("#!/bin/sh\necho 'Install the snap first.' >&2\nexit 1\n")
    stub.chmod(0o755)
    monkeypatch.setenv("PLAYWRIGHT_BROWSERS_PATH", str(tmp_path))
    monkeypatch.setenv("TREPART_CHROMIUM", str(stub))
    assert bootstrap.find_browser() is None
    stub.write_text("#!/bin/sh\nexit 0\n")
    assert bootstrap.find_browser() == str(stub)


def test_npm_comes_from_the_virtual_environment_where_the_machine_has_none(monkeypatch: pytest.MonkeyPatch) -> None:
    only(monkeypatch)
    command = bootstrap.npm_command()
    assert command[0].startswith(str(bootstrap.VENV))
    assert subprocess.run([*command, "--version"], capture_output=True, check=False).returncode == 0


def test_what_a_failing_program_said_is_shown(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(BootstrapError, match=r"(?s)no such host.*Try again"):
        bootstrap._run(["sh", "-c", "echo noise; echo no such host >&2; exit 1"], "Try again.")
    bootstrap._run(["sh", "-c", "echo noise >&2"], "Try again.")
    assert capsys.readouterr().err == ""


def test_a_moved_or_changed_checkout_is_not_taken_for_ready(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in bootstrap.CONTAINED:
        (tmp_path / name).write_text("django==5.2\n")
    (tmp_path / ".venv" / "bin").mkdir(parents=True)
    (tmp_path / ".venv" / "bin" / "python").symlink_to(sys.executable)
    monkeypatch.setattr(bootstrap, "REQUIREMENTS", tmp_path)
    monkeypatch.setattr(bootstrap, "VENV", tmp_path / ".venv")
    monkeypatch.setattr(bootstrap, "PYTHON", tmp_path / ".venv" / "bin" / "python")
    stamp = tmp_path / ".venv" / "trepart-stamp.json"
    assert not bootstrap.venv_is_ready("dev.txt")
    stamp.write_text(bootstrap.json.dumps(bootstrap._venv_stamp("dev.txt")))
    assert bootstrap.venv_is_ready("dev.txt")
    with monkeypatch.context() as moved:
        moved.setattr(bootstrap, "ROOT", tmp_path / "elsewhere")
        assert not bootstrap.venv_is_ready("dev.txt")
    (tmp_path / "dev.txt").write_text("django==5.2.1\n")
    assert not bootstrap.venv_is_ready("dev.txt")
    assert bootstrap.venv_is_ready("demo.txt", "node.txt"), "the demo needs nothing anew of what the tests have"
    stamp.write_text(bootstrap.json.dumps(bootstrap._venv_stamp("demo.txt")))
    assert bootstrap.venv_is_ready("demo.txt")
    assert not bootstrap.venv_is_ready("dev.txt"), "the developer's tools come with the tests"
    assert not bootstrap.venv_is_ready("demo.txt", "node.txt")


def test_the_demo_needs_part_of_what_the_tests_need() -> None:
    pins = {
        name: set(re.findall(r"(?m)^[a-zA-Z0-9._-]+==\S+", (bootstrap.REQUIREMENTS / name).read_text()))
        for name in ("base.txt", "demo.txt", "dev.txt")
    }
    assert pins["base.txt"] < pins["demo.txt"] < pins["dev.txt"]
    assert not any(pin.startswith(("mypy", "playwright", "nodejs")) for pin in pins["demo.txt"])


def test_both_halves_of_a_lock_file_are_all_of_it() -> None:
    lock = (bootstrap.REQUIREMENTS / "demo.txt").read_text()
    both = "".join(bootstrap.halves(lock))
    for found in (r"(?m)^[a-zA-Z0-9._-]+==\S+(?: ;.*)?", r"--hash=sha256:\w+"):
        assert sorted(re.findall(found, both)) == sorted(re.findall(found, lock)) != []


@pytest.mark.parametrize("lock", ["demo.txt", "dev.txt"])
def test_no_folder_is_written_to_by_both_halves(lock: str) -> None:
    """Two that are at it side by side would remove each other's files."""

    def folders(names: set[str]) -> set[str]:
        found = set()
        for name in names:
            with contextlib.suppress(metadata.PackageNotFoundError):  # what the lock file asks for elsewhere only
                found |= {path.parts[0] for path in metadata.files(name) or () if len(path.parts) > 1}
        return found - {"..", "__pycache__"}

    halves = bootstrap.halves((bootstrap.REQUIREMENTS / lock).read_text())
    one, other = (set(re.findall(r"(?m)^([a-zA-Z0-9._-]+)==", half)) for half in halves)
    # A package with one version for each Python stands twice; only one of the two is installed.
    assert folders(one - other) & folders(other - one) == set()
    assert len(folders(one)) > 20


def test_a_ready_checkout_has_nothing_to_do() -> None:
    made_here = bootstrap.venv_is_ready()
    done = subprocess.run([sys.executable, "-m", "dev.bootstrap"], cwd=bootstrap.ROOT, capture_output=True, check=False)
    assert done.returncode == 0, done.stderr
    if made_here:
        assert done.stdout == b"", "nothing was left to do, so nothing is said"
