"""The database's guards of this app: council cases along legal edges only, sheets that never change."""

from django.db import migrations

from trepart.audit.operations import AppendOnly, GuardStatus, KeepPast


class Migration(migrations.Migration):
    """Edges written out: a test holds them against `forum.council.states`."""

    dependencies = [("council", "0001_initial"), ("audit", "0002_guards")]

    operations = [
        GuardStatus(
            "councilcase",
            [
                ("", "received"),
                ("decided", "decided"),
                ("received", "decided"), ("received", "treated"), ("received", "withdrawn"),
                ("treated", "decided"),
            ],
        ),
        AppendOnly("councilsheet"),
        *map(KeepPast, (
            "historicalcouncilcase", "historicalcouncillist",
        )),
    ]
