"""The database's guard of this app: commissions along legal edges only."""

from django.db import migrations

from trepart.audit.operations import GuardStatus, KeepPast


class Migration(migrations.Migration):
    """Edges written out: a test holds them against `forum.commissions.states`."""

    dependencies = [("commissions", "0001_initial"), ("audit", "0002_guards")]

    operations = [
        GuardStatus(
            "commission",
            [
                ("", "given"),
                ("accepted", "called_back"), ("accepted", "reported"), ("accepted", "sent_back"),
                ("given", "accepted"), ("given", "called_back"), ("given", "given"), ("given", "sent_back"),
                ("reported", "accepted"), ("reported", "concluded"),
                ("sent_back", "called_back"), ("sent_back", "given"),
            ],
        ),
        *map(KeepPast, (
            "historicalcommission", "historicalcommissiondocument",
        )),
    ]
