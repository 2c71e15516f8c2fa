"""The database's guards of this app: histories are added to and nothing else."""

from django.db import migrations

from trepart.audit.operations import KeepPast


class Migration(migrations.Migration):
    """Histories written out: a test holds them against the models (tests/architecture/test_models.py)."""

    dependencies = [("delegations", "0001_initial"), ("audit", "0002_guards")]

    operations = [
        *map(KeepPast, (
            "historicaldelegation",
        )),
    ]
