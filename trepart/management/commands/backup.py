"""Make a backup."""

import sys
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _

from trepart.backups import making


class Command(BaseCommand):
    """Write the whole portal, database and files, into one checked file, while everybody works on."""

    help = (
        "Back up the database and the files into one archive in DIR; '-' writes it to standard output, to be "
        "encrypted on its way."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        """Take where to, and how many to keep."""
        parser.add_argument("folder", metavar="DIR", help="a folder, or - for standard output")
        parser.add_argument("--keep", type=int, metavar="N", help="afterwards, remove all but the N newest in DIR")

    def handle(self, *args: Any, **options: Any) -> None:
        """Make it; progress goes to standard error."""
        keep = options["keep"]
        if keep is not None and keep < 1:
            raise CommandError(_("Keep at least one."))
        if options["folder"] == "-":
            making.write(sys.stdout.buffer, self.stderr.write)
            return
        folder = Path(options["folder"])
        try:
            path = making.to_folder(folder, self.stderr.write)
        except OSError as error:
            raise CommandError(_("The backup could not be written: %(error)s") % {"error": error}) from error
        self.stdout.write(str(path))
        for gone in making.forget(folder, keep) if keep else ():
            self.stderr.write(_("Removed %(file)s") % {"file": gone.name})
