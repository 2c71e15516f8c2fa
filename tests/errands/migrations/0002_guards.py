"""The database guard, as every room has it."""

from django.db import migrations

from trepart.audit.operations import GuardStatus, KeepPast


class Migration(migrations.Migration):
    """See above."""

    dependencies = [("errands", "0001_initial"), ("audit", "0002_guards")]

    operations = [
        GuardStatus("errand", [("", "open"), ("open", "running"), ("running", "done"), ("running", "open")]),
        GuardStatus("stop", [("", "open"), ("open", "done")]),
        *map(KeepPast, (
            "historicalerrand", "historicalstop",
        )),
    ]
