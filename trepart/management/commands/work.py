"""The worker: sends mail, seals the trail, reminds, tidies. One is enough; two share the work."""

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError, CommandParser

from trepart.server.production import refuse_unfit


class Command(BaseCommand):
    """Run the job worker until asked to stop; what it is doing then, it is given time to finish."""

    help = "Run the job worker. Refuses settings that are not fit for production, as the web server does."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take how many jobs at once and how long a stop may take."""
        parser.add_argument("--concurrency", type=int, default=4, help="jobs done at the same time (4)")
        parser.add_argument("--grace", type=int, default=30, help="seconds a job may still run when asked to stop (30)")

    def handle(self, *args: object, **options: object) -> None:
        """Start procrastinate's worker in this process."""
        try:
            refuse_unfit(settings)
        except ImproperlyConfigured as refusal:
            raise CommandError(str(refusal)) from refusal
        call_command(
            "procrastinate",
            "worker",
            f"--concurrency={options['concurrency']}",
            f"--shutdown-graceful-timeout={options['grace']}",
        )
