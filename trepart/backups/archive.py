"""The archive: one zip file, readable without the portal, with a manifest that says what must be in it, to the byte.

    database/<table>.copy   the rows, as PostgreSQL's COPY writes them in text (UTF-8, a row a line)
    files/…                 what people have uploaded, as it lies below MEDIA_ROOT
    logo/…                  the municipality's logo, where one is set
    seals.log               the witness of the seals
    manifest.json           tables, columns, rows, sequences, migrations, files, each with its SHA-256
    manifest.hmac           written last: the manifest under AUDIT_SEAL_KEY

Whoever alters the archive can make every sum anew, but not the last one. A file that was cut off has no list of
contents at its end, and cannot be opened; one that was damaged does not match its manifest. All of it is told before
anything is written anywhere.
"""

import hashlib
import hmac
import json
import zipfile
import zlib
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass, field
from pathlib import Path, PurePosixPath
from typing import IO, BinaryIO

from django.utils.translation import gettext as _

from trepart.audit import sealing

#: The version of the format. A reader refuses what it does not know.
FORMAT = 2
MANIFEST = "manifest.json"
#: The manifest under the key of the seals, in hexadecimal.
MARK = "manifest.hmac"
SEALS = "seals.log"
#: Name of an archive in a folder of backups, with the moment in UTC; nothing else there is touched.
NAME = "trepart-{:%Y%m%dT%H%M%SZ}.zip"
PATTERN = "trepart-[0-9]*T[0-9]*Z.zip"
CHUNK = 1024 * 1024
Say = Callable[[str], None]


class ArchiveError(Exception):
    """The archive cannot be used; the message says why, in words for whoever stands with it at night."""


@dataclass(frozen=True)
class Member:
    """One file in the archive: its name there, its size in bytes and its SHA-256."""

    name: str
    size: int
    sha256: str


@dataclass(frozen=True)
class Table:
    """One table: the columns in the order they are written, and how many rows there are."""

    name: str
    columns: list[str]
    rows: int
    data: Member


@dataclass
class Manifest:
    """What an archive holds."""

    made_at: str
    server: str
    seal_key: str
    migrations: list[list[str]] = field(default_factory=list)
    tables: list[Table] = field(default_factory=list)
    #: Of each sequence, the last number it gave; None where it has given none.
    sequences: dict[str, int | None] = field(default_factory=dict)
    files: list[Member] = field(default_factory=list)
    format: int = FORMAT

    def to_json(self) -> bytes:
        """Return it as it stands in the archive."""
        return json.dumps(asdict(self), indent=1, ensure_ascii=False).encode()

    @classmethod
    def from_json(cls, text: bytes) -> "Manifest":
        """Read it. Raises ``ArchiveError`` for what is no manifest, or one of a format that is not known."""
        try:
            told = json.loads(text)
            if told["format"] != FORMAT:
                raise ArchiveError(
                    _("The archive has format %(found)s; this version of Trepart reads format %(known)s.")
                    % {"found": told["format"], "known": FORMAT}
                )
            tables = [Table(**{**one, "data": Member(**one["data"])}) for one in told.pop("tables")]
            files = [Member(**one) for one in told.pop("files")]
            return cls(**told, tables=tables, files=files)
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise ArchiveError(_("The archive's manifest cannot be read.")) from error


def seal_key_mark() -> str:
    """Return a mark of the key of the seals: shows whether it is the same, and nothing else about it."""
    return hmac.digest(sealing.key(), b"trepart backup 1", "sha256").hex()[:16]


def mark_of(manifest: bytes) -> bytes:
    """Return what is written beside the manifest: nobody without the key of the seals can write it for another one."""
    return hmac.digest(sealing.key(), b"trepart manifest 1\n" + manifest, "sha256").hex().encode()


def copied(source: Iterator[bytes], target: IO[bytes]) -> tuple[int, str]:
    """Write ``source`` to ``target``; return how many bytes it was, and their SHA-256."""
    size, digest = 0, hashlib.sha256()
    for part in source:
        target.write(part)
        digest.update(part)
        size += len(part)
    return size, digest.hexdigest()


def parts_of(file: IO[bytes]) -> Iterator[bytes]:
    """Read a file in pieces."""
    while part := file.read(CHUNK):
        yield part


def open_checked(file: BinaryIO, say: Say) -> tuple[zipfile.ZipFile, Manifest]:
    """Open an archive and hold every byte of it against its manifest, and that against the key of the seals. Raises
    ``ArchiveError`` where anything is not as it was written, or was written with another key."""
    damaged = _("The archive is damaged or cut off. Nothing has been written. Use another one.")
    try:
        book = zipfile.ZipFile(file)
        text = book.read(MANIFEST)
        manifest = Manifest.from_json(text)
        if not hmac.compare_digest(manifest.seal_key.encode(), seal_key_mark().encode()):
            raise ArchiveError(
                _(
                    "AUDIT_SEAL_KEY is another than when the backup was made: the seals could not be verified. "
                    "Nothing has been written."
                )
            )
        if not hmac.compare_digest(book.read(MARK), mark_of(text)):
            raise ArchiveError(
                _(
                    "The archive has been altered: its manifest is not the one that was written with AUDIT_SEAL_KEY. "
                    "Nothing has been written. Use another one, and ask who has had this one in hand."
                )
            )
        members = [*(table.data for table in manifest.tables), *manifest.files]
        if sorted(book.namelist()) != sorted([MANIFEST, MARK, *(member.name for member in members)]):
            raise ArchiveError(damaged)
        for table in manifest.tables:
            if (rows := _checked(book, table.data, damaged)) != table.rows:
                raise ArchiveError(
                    _("%(table)s has %(found)s rows and should have %(rows)s. Nothing has been written.")
                    % {"table": table.name, "found": rows, "rows": table.rows}
                )
        for member in manifest.files:
            safe_path(Path("/"), member.name)
            _checked(book, member, damaged)
    except (zipfile.BadZipFile, KeyError, EOFError, OSError, RuntimeError, zlib.error) as error:
        raise ArchiveError(damaged) from error
    say(
        _("The archive of %(made)s is whole: %(tables)s tables, %(files)s files.")
        % {"made": manifest.made_at, "tables": len(manifest.tables), "files": len(manifest.files)}
    )
    return book, manifest


def _checked(book: zipfile.ZipFile, member: Member, damaged: str) -> int:
    """Read a member through; return its lines."""
    lines, size, digest = 0, 0, hashlib.sha256()
    with book.open(member.name) as data:
        for part in parts_of(data):
            lines += part.count(b"\n")
            size += len(part)
            digest.update(part)
    if (size, digest.hexdigest()) != (member.size, member.sha256):
        raise ArchiveError(damaged)
    return lines


def safe_path(folder: Path, name: str) -> Path:
    """Return where the member ``name`` (below its first folder) belongs in ``folder``. Raises ``ArchiveError`` for a
    name that leads out of it."""
    parts = PurePosixPath(name).parts
    if not parts or PurePosixPath(name).is_absolute() or any(part in ("..", ".", "") or "\\" in part for part in parts):
        raise ArchiveError(_("The archive holds a name that leads out of its folder: nothing has been written."))
    return folder.joinpath(*parts[1:]) if len(parts) > 1 else folder / parts[0]
