"""Bring groups and object permissions in step with memberships."""

from django.core.management.base import BaseCommand, CommandError, CommandParser

from trepart.access import sync


class Command(BaseCommand):
    """Show the difference between what memberships say and what the groups hold, and apply exactly that."""

    help = "Bring rights in step with memberships. With --check: only say what differs, and exit 1 if anything does."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--check", action="store_true", help="change nothing; exit 1 on drift")

    def handle(self, *args: object, **options: object) -> None:
        sync.check_roles()
        diff = sync.difference()
        for line in diff.lines():
            self.stdout.write(line)
        if not diff:
            self.stdout.write("Rights and memberships agree.")
        elif options["check"]:
            raise CommandError("Rights and memberships differ.", returncode=1)
        else:
            sync.mend(diff)
