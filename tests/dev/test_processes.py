"""Nothing is left behind, whatever ends the program that started it."""

import os
import signal
import subprocess
import sys
import textwrap
import time
from pathlib import Path

import pytest

from dev.processes import ROOT
from tests.dev.conftest import eventually, is_alive

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="the kernel's help is asked for on Linux only")

# Starts one program that starts another in a session of its own, as a browser does, and waits.
PROGRAM = textwrap.dedent("""
    import os, signal, sys
    from dev.processes import Stopped, Supervisor
    # The tests may themselves run under nohup, which the supervisor honours.
    signal.signal(signal.SIGHUP, signal.SIG_DFL)
    child = 'import os, subprocess, sys, time;' \\
            'p = subprocess.Popen(["sleep", "60"], start_new_session=True);' \\
            'open(sys.argv[1], "w").write(f"{os.getpid()} {p.pid}\\\\n"); time.sleep(60)'
    try:
        with Supervisor() as supervisor:
            print(supervisor.run([sys.executable, "-c", child, sys.argv[1]], os.environ), flush=True)
    except Stopped:
        print("stopped", flush=True)
""")


@pytest.fixture
def started(tmp_path: Path) -> tuple[subprocess.Popen[str], int, int]:
    """A supervising program, the child it started and the grandchild."""
    told = tmp_path / "pids"
    process = subprocess.Popen(
        [sys.executable, "-c", PROGRAM, str(told)], cwd=ROOT, stdout=subprocess.PIPE, text=True, start_new_session=True
    )
    assert eventually(lambda: told.exists() and told.read_text().endswith("\n"))
    child, grandchild = map(int, told.read_text().split())
    return process, child, grandchild


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_being_asked_to_stop_ends_children_and_theirs(
    started: tuple[subprocess.Popen[str], int, int], number: signal.Signals
) -> None:
    process, child, grandchild = started
    process.send_signal(number)
    output, _ = process.communicate(timeout=30)
    assert output == "stopped\n"
    assert not is_alive(child)
    assert not is_alive(grandchild)


def test_a_child_that_is_killed_takes_its_own_with_it(started: tuple[subprocess.Popen[str], int, int]) -> None:
    process, child, grandchild = started
    os.kill(child, signal.SIGKILL)
    output, _ = process.communicate(timeout=30)
    assert output == "-9\n"
    assert not is_alive(grandchild)


def test_killing_the_program_ends_its_children(started: tuple[subprocess.Popen[str], int, int]) -> None:
    process, child, grandchild = started
    process.kill()
    process.wait()
    assert eventually(lambda: not is_alive(child))
    os.kill(grandchild, signal.SIGKILL)  # a session of its own: browsers watch their driver's pipe instead


def test_ctrl_c_in_the_terminal_reaches_only_the_program_itself(
    started: tuple[subprocess.Popen[str], int, int],
) -> None:
    process, child, _ = started
    assert os.getpgid(child) != os.getpgid(process.pid)
    os.killpg(process.pid, signal.SIGINT)
    before = time.monotonic()
    process.communicate(timeout=30)
    assert time.monotonic() - before < 15
