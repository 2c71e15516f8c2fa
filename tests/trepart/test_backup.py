"""Backup and restore: what comes back is what was there, and only into an empty database."""

import hashlib
import io
import json
import os
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import psycopg
import pytest
from django.conf import settings as portal
from django.core.files.base import ContentFile
from django.core.management import CommandError, call_command
from django.db import connection

from forum.cases.models import Case, Document
from tests.factories.organisation import Municipality, municipality
from tests.migrated import template
from trepart import audit, clock
from trepart.audit import sealing
from trepart.backups import making
from trepart.backups.archive import MANIFEST, MARK, ArchiveError, Manifest, mark_of, open_checked

pytestmark = pytest.mark.django_db(transaction=True)
SECOND = "backup_restored"


_ANOTHER_CASE = (
    "INSERT INTO cases_case (year, number, title, archive_reference, access, access_basis, nature, created_at)"
    " VALUES (2026, 2, 'Ny', '', 'receiver', '', 'ordinary', now())"
)


def quiet(_words: str) -> None:
    """Say nothing."""


@pytest.fixture
def kept(settings: Any) -> Municipality:
    """A municipality with a case, a file of every byte, odd words, and sealed events."""
    town = municipality()
    every_byte = bytes(range(256)) * 9
    with audit.recorded("access.invited", actor=None, subject=town.chair):
        case = Case.objects.create(year=2026, number=1, title="Tabulator\tog linje\nog \\N og «å»")
        Document.objects.create(
            case=case,
            title="Alle bytes",
            file=ContentFile(every_byte, name="alle.bin"),
            size=2304,
            sha256=hashlib.sha256(every_byte).hexdigest(),
            content_type="x/y",
            added_by=town.chair,
        )
    sealing.seal_events()
    sealing.seal_events()
    return town


@pytest.fixture
def archive(kept: Municipality, tmp_path: Path) -> Path:
    """A backup of it."""
    return making.to_folder(tmp_path / "backups", quiet)


class Elsewhere:
    """Another machine: an empty database of its own, and an empty folder. Commands run there in a process of
    their own, as at night."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        name = f"{connection.settings_dict['NAME']}_{SECOND}"
        parts = urlsplit(os.environ["DATABASE_URL"])
        self.admin = os.environ["DATABASE_URL"]
        self.url = urlunsplit(parts._replace(path=f"/{name}"))
        self.name = name
        self.sql(self.admin, f'DROP DATABASE IF EXISTS "{name}"', f'CREATE DATABASE "{name}"')

    def migrate(self) -> None:
        """Give it the tables that a restore begins by making; `test_it_comes_back_as_it_was` lets it make them,
        which takes some seconds."""
        self.sql(self.admin, f'DROP DATABASE "{self.name}"', f'CREATE DATABASE "{self.name}" TEMPLATE "{template()}"')

    def sql(self, url: str, *queries: str) -> list[Any]:
        with psycopg.connect(url, autocommit=True) as there:
            rows: list[Any] = []
            for query in queries:
                cursor = there.execute(query)
                rows = cursor.fetchall() if cursor.description else []
            return rows

    def close(self) -> None:
        self.sql(self.admin, f'DROP DATABASE IF EXISTS "{self.name}" WITH (FORCE)')

    def manage(self, *arguments: str, feed: bytes | None = None, **more: str) -> subprocess.CompletedProcess[bytes]:
        surroundings = {
            **os.environ,
            "DJANGO_SETTINGS_MODULE": "tests.settings",
            "DATABASE_URL": self.url,
            # tests/settings.py puts the data of the test database without a name in a folder called main
            "TREPART_TEST_DATA": str(self.folder.parent),
            "TREPART_TEST_DB": "",
            "PYTEST_XDIST_WORKER": "",
            **more,
        }
        return subprocess.run(
            [sys.executable, "manage.py", *arguments], cwd=portal.BASE_DIR, env=surroundings, input=feed,
            capture_output=True, check=False, timeout=300,
        )  # fmt: skip

    def tables(self) -> int:
        return int(self.sql(self.url, "SELECT count(*) FROM pg_tables WHERE schemaname = 'public'")[0][0])


@pytest.fixture
def elsewhere(tmp_path: Path) -> Iterator[Elsewhere]:
    place = Elsewhere(tmp_path / "elsewhere" / "main")
    yield place
    place.close()


def test_it_comes_back_as_it_was(kept: Municipality, archive: Path, elsewhere: Elsewhere, settings: Any) -> None:
    done = elsewhere.manage("restore", str(archive.parent))
    assert done.returncode == 0, done.stderr.decode()
    counts = {}
    with connection.cursor() as cursor:
        for table in making.tables():
            cursor.execute(f"SELECT count(*) FROM {connection.ops.quote_name(table)}")
            counts[table] = cursor.fetchone()[0]
    there = {name: elsewhere.sql(elsewhere.url, f'SELECT count(*) FROM "{name}"')[0][0] for name in counts}
    assert there == {**counts, **dict.fromkeys(making.EMPTY, 0)}
    # The trail, verified where it now lies; the words, byte for byte; the file; the log of seals.
    verified = elsewhere.manage("verify_audit")
    assert verified.returncode == 0, verified.stdout.decode()
    title = elsewhere.sql(elsewhere.url, "SELECT title FROM cases_case")[0][0]
    assert title == Case.objects.get().title
    stored = Document.objects.get().file
    assert (elsewhere.folder / "media" / stored.name).read_bytes() == bytes(range(256)) * 9
    assert (elsewhere.folder / "seals.log").read_bytes() == Path(settings.AUDIT_SEAL_LOG).read_bytes()
    # The guards stand as they stood, and the next number is a new one.
    guards = "SELECT tgrelid::regclass::text, tgname, tgenabled FROM pg_trigger WHERE NOT tgisinternal ORDER BY 1, 2"
    with connection.cursor() as cursor:
        cursor.execute(guards)
        assert elsewhere.sql(elsewhere.url, guards) == cursor.fetchall()
    with pytest.raises(psycopg.errors.RestrictViolation):
        elsewhere.sql(elsewhere.url, "UPDATE audit_event SET action = 'x'")
    highest, next_one = elsewhere.sql(elsewhere.url, "SELECT max(id), nextval('audit_event_id_seq') FROM audit_event")[
        0
    ]
    assert next_one > highest


def test_a_database_in_use_is_never_covered(archive: Path, elsewhere: Elsewhere) -> None:
    elsewhere.migrate()
    assert elsewhere.manage("restore", str(archive)).returncode == 0
    before = elsewhere.sql(elsewhere.url, "SELECT max(id), count(*) FROM audit_event")
    again = elsewhere.manage("restore", str(archive))
    assert again.returncode == 1
    assert elsewhere.name in again.stderr.decode()
    assert elsewhere.sql(elsewhere.url, "SELECT max(id), count(*) FROM audit_event") == before


def test_files_and_seals_that_are_there_are_never_covered(archive: Path, elsewhere: Elsewhere) -> None:
    (elsewhere.folder / "media").mkdir(parents=True)
    (elsewhere.folder / "media" / "noe.txt").write_text("noe")
    assert elsewhere.manage("restore", str(archive)).returncode == 1
    assert elsewhere.tables() == 0
    (elsewhere.folder / "media" / "noe.txt").unlink()
    (elsewhere.folder / "seals.log").write_text("1 …")
    assert elsewhere.manage("restore", str(archive)).returncode == 1
    assert elsewhere.tables() == 0


def test_another_key_of_the_seals_is_refused_before_anything_is_written(archive: Path, elsewhere: Elsewhere) -> None:
    done = elsewhere.manage("restore", str(archive), AUDIT_SEAL_KEY="ab" * 32)
    assert (done.returncode, elsewhere.tables()) == (1, 0)
    assert b"AUDIT_SEAL_KEY" in done.stderr


def _cut(data: bytes) -> bytes:
    return data[: len(data) * 2 // 3]


def _bent(data: bytes) -> bytes:
    found = zipfile.ZipFile(io.BytesIO(data)).getinfo("database/access_user.copy")
    at = found.header_offset + 80 + found.compress_size // 2
    return data[:at] + bytes([data[at] ^ 0x55]) + data[at + 1 :]


def _rewritten(data: bytes, change: Any) -> bytes:
    """Return the archive with its members changed and everything a zip checks by itself put right, as by somebody who
    has the key: what then stops it is what is asked about."""
    source, target = zipfile.ZipFile(io.BytesIO(data)), io.BytesIO()
    manifest = change(MANIFEST, source.read(MANIFEST))[1]
    with zipfile.ZipFile(target, "w") as book:
        for name in source.namelist():
            changed = (MARK, mark_of(manifest)) if name == MARK else change(name, source.read(name))
            if changed is not None:
                book.writestr(*changed)
    return target.getvalue()


def _one_row_less(name: str, data: bytes) -> tuple[str, bytes]:
    return name, data.split(b"\n", 1)[1] if name == "database/access_user.copy" else data


def _a_member_less(name: str, data: bytes) -> tuple[str, bytes] | None:
    return None if name == "seals.log" else (name, data)


def _newer(name: str, data: bytes) -> tuple[str, bytes]:
    return name, data.replace(b'"format": 2', b'"format": 3') if name == MANIFEST else data


def _outside(name: str, data: bytes) -> tuple[str, bytes]:
    if name == MANIFEST:
        return name, data.replace(b'"files/', b'"files/../../')
    return name.replace("files/", "files/../../"), data


@pytest.mark.parametrize(
    "damage",
    [
        _cut,
        _bent,
        lambda data: b"",
        lambda data: b"not a zip",
        lambda data: _rewritten(data, _one_row_less),
        lambda data: _rewritten(data, _a_member_less),
        lambda data: _rewritten(data, _newer),
        lambda data: _rewritten(data, _outside),
    ],
    ids=["cut", "bent", "empty", "no zip", "a row less", "a member less", "newer format", "leads outside"],
)
def test_what_is_damaged_is_refused_before_anything_is_read_in(archive: Path, damage: Any) -> None:
    with pytest.raises(ArchiveError):
        open_checked(io.BytesIO(damage(archive.read_bytes())), quiet)


def _of_another_table(archive: bytes, mark: bytes | None) -> bytes:
    """Return the archive with somebody made a superuser in it and every sum put right, as by whoever has the file but
    not the key."""
    source, target = zipfile.ZipFile(io.BytesIO(archive)), io.BytesIO()
    people = "database/access_user.copy"
    rows = source.read(people).replace(b"\tf\t", b"\tt\t", 1)
    told = json.loads(source.read(MANIFEST))
    data = next(table["data"] for table in told["tables"] if table["name"] == "access_user")
    assert rows != source.read(people)
    data["sha256"] = hashlib.sha256(rows).hexdigest()
    changed = {people: rows, MANIFEST: json.dumps(told).encode()}
    with zipfile.ZipFile(target, "w") as book:
        for name in source.namelist():
            if name != MARK or mark is not None:
                book.writestr(name, mark if name == MARK else changed.get(name, source.read(name)))
    return target.getvalue()


@pytest.mark.parametrize("mark", [None, b"", b"0" * 64, "as it was"])
def test_an_altered_archive_is_refused_however_well_its_sums_are_put_right(archive: Path, mark: Any) -> None:
    kept = zipfile.ZipFile(archive).read(MARK)
    altered = _of_another_table(archive.read_bytes(), kept if mark == "as it was" else mark)
    with pytest.raises(ArchiveError):
        open_checked(io.BytesIO(altered), quiet)
    # With a sum of its own beside it, as a folder of backups has it.
    archive.write_bytes(altered)
    archive.with_suffix(".zip.sha256").write_text(f"{hashlib.sha256(altered).hexdigest()}  {archive.name}\n")
    with pytest.raises(CommandError):
        call_command("restore", str(archive), "--check", stderr=io.StringIO())


def test_a_damaged_one_leaves_the_database_without_a_table(archive: Path, elsewhere: Elsewhere) -> None:
    archive.write_bytes(_cut(archive.read_bytes()))
    done = elsewhere.manage("restore", str(archive))
    assert (done.returncode, elsewhere.tables()) == (1, 0)
    assert not (elsewhere.folder / "media").exists()


def test_a_restore_that_fails_halfway_leaves_nothing(archive: Path, elsewhere: Elsewhere) -> None:
    """A link that leads nowhere is found by the database, which checks them all: no row and no file stays."""
    orphan, table_name = b"987654\t987654\t987654\n", "auth_group_permissions"

    def change(name: str, data: bytes) -> tuple[str, bytes]:
        if name == f"database/{table_name}.copy":
            return name, data + orphan
        if name == MANIFEST:
            told = json.loads(data)
            for table in told["tables"]:
                if table["name"] == table_name:
                    body = zipfile.ZipFile(archive).read(f"database/{table_name}.copy") + orphan
                    table["rows"] += 1
                    table["data"] |= {"size": len(body), "sha256": hashlib.sha256(body).hexdigest()}
            return name, json.dumps(told).encode()
        return name, data

    archive.write_bytes(_rewritten(archive.read_bytes(), change))
    archive.with_suffix(".zip.sha256").unlink()
    elsewhere.migrate()
    done = elsewhere.manage("restore", str(archive))
    assert done.returncode == 1, done.stdout
    assert elsewhere.sql(elsewhere.url, "SELECT count(*) FROM access_user")[0][0] == 0
    assert not (elsewhere.folder / "media").exists()
    assert not (elsewhere.folder / "seals.log").exists()


def test_it_can_be_piped_and_looked_at(kept: Municipality, archive: Path, elsewhere: Elsewhere) -> None:
    """As through a program that encrypts: one that writes where it cannot go back, and one that reads so."""
    pipe = io.BytesIO()
    pipe.seekable = lambda: False  # type: ignore[method-assign]
    making.write(pipe, quiet)
    looked = elsewhere.manage("restore", "-", "--check", feed=pipe.getvalue())
    assert (looked.returncode, elsewhere.tables()) == (0, 0)
    elsewhere.migrate()
    done = elsewhere.manage("restore", "-", feed=pipe.getvalue())
    assert done.returncode == 0, done.stderr.decode()


def test_the_newest_are_kept_and_nothing_else_is_touched(kept: Municipality, tmp_path: Path) -> None:
    folder = tmp_path / "backups"
    folder.mkdir()
    (folder / "trepart-notes.zip").write_text("somebody's own")
    now = clock.now()
    for day in range(3):
        with clock.at(now.replace(hour=2, minute=day)):
            call_command("backup", str(folder), "--keep", "2", stdout=io.StringIO(), stderr=io.StringIO())
    found = sorted(path.name for path in folder.iterdir())
    assert [name for name in found if name.endswith(".zip")] == [
        making.NAME.format(now.replace(hour=2, minute=1).astimezone(clock.now().tzinfo)),
        making.NAME.format(now.replace(hour=2, minute=2).astimezone(clock.now().tzinfo)),
        "trepart-notes.zip",
    ]
    assert sum(name.endswith(".sha256") for name in found) == 2
    newest = max(folder.glob(making.PATTERN))
    digest, name = newest.with_suffix(".zip.sha256").read_text().split()
    assert (digest, name) == (hashlib.sha256(newest.read_bytes()).hexdigest(), newest.name)
    assert newest.stat().st_mode & 0o077 == newest.with_suffix(".zip.sha256").stat().st_mode & 0o077 == 0


def test_no_backup_at_all_is_said(tmp_path: Path) -> None:
    with pytest.raises(CommandError):
        call_command("restore", str(tmp_path), stderr=io.StringIO())


def test_it_is_one_moment(kept: Municipality) -> None:
    """What is written while the backup is made is not in it: half of it neither."""
    found: list[str] = []

    def meanwhile(words: str) -> None:
        if not found and words.startswith("access_user:"):
            here = connection.settings_dict["NAME"]
            with psycopg.connect(os.environ["DATABASE_URL"], dbname=here, autocommit=True) as other:
                other.execute(_ANOTHER_CASE)
            found.append(words)

    book = io.BytesIO()
    manifest = making.write(book, meanwhile)
    assert found
    assert Case.objects.count() == 2
    assert next(table.rows for table in manifest.tables if table.name == "cases_case") == 1
    assert Manifest.from_json(zipfile.ZipFile(book).read(MANIFEST)) == manifest
