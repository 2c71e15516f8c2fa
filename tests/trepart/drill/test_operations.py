"""Every line of code in "The first time" and the drill of docs/operations.md is run, or stands here with a reason."""

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import parse_qs, quote, urlsplit

import psycopg
import pytest
from django.conf import settings as portal

from dev.server_account import binaries

PAGE = (portal.BASE_DIR / "docs" / "operations.md").read_text()
AS_USER = "runuser -u trepart -- .venv/bin/python manage.py "
#: What a machine of its own is needed for; each begins a line.
ELSEWHERE = {
    "python3 -m venv .venv": "installs what the tests run with",
    "npm ci": "as the line before",
    ".venv/bin/python -m dev.messages compile": "done before any test",
    f"{AS_USER}collectstatic": "takes half a minute; done by tests/trepart/server/test_production.py",
    "cp deploy/": "the machine's own units; tests/trepart/server/test_production.py asks systemd about them",
    "install -d": "a folder below /var",
    "systemctl enable": "as the units",
}


def code(heading: str) -> list[str]:
    """Return the lines of code under a heading of the page."""
    section = re.split(r"^#+ ", PAGE, flags=re.MULTILINE)
    text = next(part for part in section if part.startswith(heading))
    return [line.strip() for line in text.splitlines() if line.startswith("       ")]


class Machine:
    """A server that somebody has just been given: a PostgreSQL, a folder for /etc, /var and the backups, and nothing
    else. Roles and databases have names of their own here, since other tests are at work on the same server."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.admin = folder, os.environ["DATABASE_URL"]
        self.mark = f"_{os.getpid()}"
        self.socket = parse_qs(urlsplit(self.admin).query)["host"][0]
        self.superuser = str(urlsplit(self.admin).username)
        self.done: list[str] = []

    def named(self, name: str) -> str:
        """Return what a role or database is called here."""
        return f"drill_{name}{self.mark}"

    def sql(self, *statements: str) -> None:
        with psycopg.connect(self.admin, autocommit=True) as there:
            for statement in statements:
                there.execute(statement)

    def settings(self, *files: str, database: str, data: str) -> dict[str, str]:
        """Return the settings in the examples of ``deploy/``, filled in as the page says."""
        found = {}
        for file in files:
            for line in (portal.BASE_DIR / "deploy" / f"{file}.example").read_text().splitlines():
                name, mark, value = line.partition("=")
                if mark and not line.startswith("#"):
                    found[name] = value.strip('"')
        role = self.named("trepart_owner" if "owner" in files else "trepart")
        folder = self.folder / data
        (folder / "static").mkdir(parents=True, exist_ok=True)
        return (
            found
            | {
                "SECRET_KEY": "".join(f"{n * 7919 % 4096:03x}" for n in range(1, 25)),
                "AUDIT_SEAL_KEY": "".join(f"{n * 89 % 256:02x}" for n in range(1, 33)),
                "DATABASE_URL": f"postgres://{role}@/{self.named(database)}?host={quote(self.socket)}",
                "TREPART_DATA": str(folder),
                "AUDIT_SEAL_LOG": str(folder / "seals.log"),
                "EMAIL_URL": f"filemail:///{folder}/mail",
            }
            | ({"DATABASE_RUNTIME_ROLE": self.named(found["DATABASE_RUNTIME_ROLE"])} if "owner" in files else {})
        )

    def run(self, lines: list[str], *, database: str, data: str, besides: tuple[str, ...] = ()) -> str:
        """Do what ``lines`` say, one after the other; the commands of manage.py between two sets of settings in one
        process, with ``besides`` after the last. Return what was said."""
        surroundings: dict[str, str] = {}
        waiting: list[str] = []
        said = ""
        for line in lines:
            if reason := next((why for begins, why in ELSEWHERE.items() if line.startswith(begins)), None):
                self.done.append(f"{line}: {reason}")
            elif line.startswith(("createuser ", "createdb ")):
                self._client(line)
            elif line.startswith("set -a; "):
                said += self._manage(waiting, surroundings)
                files = re.findall(r"/etc/trepart/(\w+)", line)
                waiting, surroundings = [], self.settings(*files, database=database, data=data)
            elif line.startswith(AS_USER):
                waiting.append(line.removeprefix(AS_USER).replace("/var/backups/trepart", str(self.folder / "backups")))
            else:
                raise AssertionError(f"operations.md says what no drill does: {line}")
        return said + self._manage([*waiting, *besides], surroundings)

    def _client(self, line: str) -> None:
        program, *words = line.replace("--pwprompt ", "").split()
        words = [self.named(word) if word in {"trepart", "trepart_owner", "drill"} else word for word in words]
        surroundings = {**os.environ, "PGHOST": self.socket, "PGUSER": self.superuser}
        subprocess.run([binaries() / program, *words], env=surroundings, check=True, timeout=60)

    def _manage(self, commands: list[str], surroundings: dict[str, str]) -> str:
        if not commands:
            return ""
        bare = {
            name: value
            for name, value in os.environ.items()
            if not name.startswith(("TREPART", "DATABASE", "PYTEST", "DJANGO"))
        }
        bare |= {"DJANGO_SETTINGS_MODULE": "trepart.settings", "PYTHONWARNINGS": "ignore"}
        done = subprocess.run(
            [sys.executable, "-m", "tests.trepart.drill.several", *commands],
            cwd=portal.BASE_DIR, env=bare | surroundings, capture_output=True, text=True, check=False, timeout=600,
        )  # fmt: skip
        assert done.returncode == 0, f"{commands}\n{done.stdout}\n{done.stderr}"
        return done.stdout

    def clear(self) -> None:
        """Take away what was made."""
        for name in ("trepart", "drill"):
            self.sql(f'DROP DATABASE IF EXISTS "{self.named(name)}" WITH (FORCE)')
        for name in ("trepart", "trepart_owner"):
            self.sql(f'DROP ROLE IF EXISTS "{self.named(name)}"')


@pytest.fixture
def machine(tmp_path: Path) -> Iterator[Machine]:
    made = Machine(tmp_path)
    yield made
    made.clear()


def test_from_an_empty_database_to_a_first_meeting_and_back_from_the_backup(machine: Machine) -> None:
    said = machine.run(
        code("The first time"),
        database="trepart",
        data="first",
        besides=("first-hour", f"backup {machine.folder / 'backups'}", "verify_audit", "sync_grants --check"),
    )
    assert "Rights and memberships agree." in said
    assert "is administrator of the portal." in said
    assert "Called: called" in said
    back = machine.run(code("The drill, twice a year"), database="drill", data="second")
    assert back
    with psycopg.connect(machine.admin, dbname=machine.named("drill"), autocommit=True) as there:
        assert there.execute("SELECT status FROM meetings_meeting").fetchall() == [("called",)]
        portal_role = machine.named("trepart")
        asked = (
            "SELECT has_table_privilege(%s, 'audit_event', 'INSERT'), has_table_privilege(%s, 'audit_event', 'UPDATE')"
        )
        assert there.execute(asked, [portal_role, portal_role]).fetchall() == [(True, False)]
    # Nothing was left out but what a machine of its own is needed for, and all of that still stands there.
    assert len(machine.done) == len(ELSEWHERE)
