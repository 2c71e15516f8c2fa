"""The database guard of this room: a proposal's status along legal edges only."""

from django.db import migrations

from trepart.audit.operations import GuardStatus


class Migration(migrations.Migration):
    """Edges written out: a test holds them against `proposals.states`."""

    dependencies = [("proposals", "0001_initial"), ("audit", "0002_guards")]

    operations = [GuardStatus("proposal", [("", "received"), ("adopted", "declined"), ("adopted", "implemented"), ("awaiting_council", "adopted"), ("awaiting_council", "awaiting_council"), ("awaiting_council", "declined"), ("considered", "adopted"), ("considered", "awaiting_council"), ("considered", "considered"), ("considered", "declined"), ("considered", "implemented"), ("considered", "in_treatment"), ("considered", "merged"), ("considered", "withdrawn"), ("in_treatment", "adopted"), ("in_treatment", "awaiting_council"), ("in_treatment", "considered"), ("in_treatment", "declined"), ("in_treatment", "implemented"), ("in_treatment", "in_treatment"), ("in_treatment", "merged"), ("in_treatment", "received"), ("in_treatment", "withdrawn"), ("received", "in_treatment"), ("received", "merged"), ("received", "received"), ("received", "withdrawn")])]
