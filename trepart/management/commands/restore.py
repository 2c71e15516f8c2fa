"""Restore a backup."""

import hashlib
import sys
import tempfile
from contextlib import ExitStack
from pathlib import Path
from typing import BinaryIO, cast

from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import DatabaseError
from django.utils.translation import gettext as _

from trepart.backups import restoring
from trepart.backups.archive import ArchiveError, open_checked, parts_of


class Command(BaseCommand):
    """Lay a backup down in an empty database and an empty folder, and verify the audit trail."""

    help = "Restore a backup into an EMPTY database: a file, a folder (its newest is taken), or '-' for standard input."
    requires_system_checks: list[str] = []
    requires_migrations_checks = False

    def add_arguments(self, parser: CommandParser) -> None:
        """Take where from."""
        parser.add_argument("source", metavar="FILE", help="an archive, a folder of archives, or - for standard input")
        parser.add_argument("--check", action="store_true", help="only look whether the archive is whole")

    def handle(self, *args: object, source: str, check: bool, **options: object) -> None:
        """Check everything first; then write."""
        say = self.stderr.write
        try:
            with ExitStack() as stack:
                book, manifest = open_checked(self._opened(source, stack), say)
                if check:
                    return
                restoring.refuse_occupied()
                restoring.refuse_unknown(manifest)
                restoring.bring_to(manifest, say)
                restoring.restore(book, manifest, say)
        except ArchiveError as error:
            raise CommandError(str(error)) from error
        except (OSError, DatabaseError) as error:
            raise CommandError(
                _("The backup could not be restored, and nothing of it was kept: %(error)s")
                % {"error": type(error).__name__}
            ) from error
        call_command("verify_audit", stdout=self.stdout)

    @staticmethod
    def _opened(source: str, stack: ExitStack) -> BinaryIO:
        if source == "-":
            # The stack closes it.
            spooled = cast("BinaryIO", stack.enter_context(tempfile.TemporaryFile()))  # noqa: SIM115  # as said
            for part in parts_of(sys.stdin.buffer):
                spooled.write(part)
            spooled.seek(0)
            return spooled
        path = Path(source)
        path = restoring.newest(path) if path.is_dir() else path
        file = stack.enter_context(path.open("rb"))
        beside = path.with_suffix(".zip.sha256")
        if beside.exists() and beside.read_text().split()[:1] != [hashlib.file_digest(file, "sha256").hexdigest()]:
            raise ArchiveError(
                _("The archive is not what its .sha256 says. Nothing has been written. Use another one.")
            )
        file.seek(0)
        return file
