"""Seal the audit trail now, without waiting for the job."""

from typing import Any

from django.core.management.base import BaseCommand
from django.utils.translation import gettext as _

from trepart.audit import sealing


class Command(BaseCommand):
    """Seal everything that has been committed, and print the newest seal: write it down to hold the
    trail against it later."""

    help = "Seal the audit trail and print the newest seal."

    def handle(self, *args: Any, **options: Any) -> None:
        while seal := sealing.seal_events():
            self.stdout.write(_("Seal %(number)s: %(count)s events.") % {"number": seal.number, "count": seal.count})
        newest = sealing.newest()
        if newest is None:
            self.stdout.write(_("Nothing has happened yet."))
        else:
            self.stdout.write(f"{newest.number}:{newest.digest}")
