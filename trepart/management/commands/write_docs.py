"""Print the pages of docs/ that are made from the tables."""

from django.core.management.base import BaseCommand

from trepart import documenting


class Command(BaseCommand):
    """Write docs/roles.md and docs/workflow.md."""

    help = "Write the documentation that is printed from the tables (docs/roles.md, docs/workflow.md)."

    def handle(self, *args: object, **options: object) -> None:
        for path, text in documenting.documents().items():
            path.write_text(text, encoding="utf-8")
            self.stdout.write(path.name)
