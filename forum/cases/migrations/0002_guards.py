"""The database's guards of this app: referrals and opinions along legal edges only."""

from django.db import migrations

from trepart.audit.operations import GuardStatus, KeepPast


class Migration(migrations.Migration):
    """Edges written out: a test holds them against `forum.cases.states`."""

    dependencies = [("cases", "0001_initial"), ("audit", "0002_guards")]

    operations = [
        GuardStatus(
            "referral",
            [
                ("", "open"),
                ("open", "closed"), ("open", "resting"),
                ("resting", "closed"), ("resting", "open"), ("resting", "resting"),
            ],
        ),
        GuardStatus(
            "opinion",
            [
                ("", "asked"),
                ("asked", "answered"), ("asked", "declined"), ("asked", "lapsed"), ("asked", "withdrawn"),
            ],
        ),
        *map(KeepPast, (
            "historicalcase", "historicalcaseguest", "historicaldocument", "historicalhearingrule",
            "historicalopinion", "historicalopiniondocument", "historicalreferral",
        )),
    ]
