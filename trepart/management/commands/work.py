"""The worker: sends mail, seals the trail, reminds, tidies. One is enough; two share the work."""

import logging
import time

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import DatabaseError, InterfaceError, connection

from trepart.server.production import refuse_unfit

log = logging.getLogger(__name__)

#: Seconds between looks for a database that is gone: the first, and the longest.
_SOON, _LATEST = 0.5, 30.0
#: A worker that ends so many times in a row within so many seconds, with the database there, has another fault.
_TIMES, _AT_ONCE = 5, 10.0


class Command(BaseCommand):
    """Run the job worker until asked to stop; what it is doing then, it is given time to finish."""

    help = "Run the job worker. Refuses settings that are not fit for production, as the web server does."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take how many jobs at once and how long a stop may take."""
        parser.add_argument("--concurrency", type=int, default=4, help="jobs done at the same time (4)")
        parser.add_argument("--grace", type=int, default=30, help="seconds a job may still run when asked to stop (30)")

    def handle(self, *args: object, **options: object) -> None:
        """Start procrastinate's worker in this process, and again where it ends because the database went away."""
        try:
            refuse_unfit(settings)
        except ImproperlyConfigured as refusal:
            raise CommandError(str(refusal)) from refusal
        ended = 0
        while True:
            began = time.monotonic()
            try:
                call_command(
                    "procrastinate",
                    "worker",
                    f"--concurrency={options['concurrency']}",
                    f"--shutdown-graceful-timeout={options['grace']}",
                )
            except SystemExit as end:
                if not end.code:
                    return
            else:
                return
            was_gone = wait_for_database()
            ended = ended + 1 if not was_gone and time.monotonic() - began < _AT_ONCE else 0
            if ended >= _TIMES:
                raise CommandError("The worker ends again and again, and the database is there.")
            log.warning("the worker begins anew")


def wait_for_database() -> bool:
    """Wait until the database answers, and return whether it did not at first."""
    pause, was_gone = _SOON, False
    while True:
        try:
            connection.close()
            with connection.cursor() as cursor:
                cursor.execute("SELECT 1")
        except (DatabaseError, InterfaceError) as error:
            log.warning("the database does not answer", extra={"told": {"kind": type(error).__name__}})
            was_gone = True
            time.sleep(pause)
            pause = min(pause * 2, _LATEST)
        else:
            connection.close()
            return was_gone
