"""The database guards of this room: statuses along legal edges only, minutes that never change."""

from django.db import migrations

from trepart.audit.operations import AppendOnly, GuardStatus


class Migration(migrations.Migration):
    """Edges written out: a test holds them against `forum.states`."""

    dependencies = [("forum", "0001_initial"), ("audit", "0002_guards")]

    operations = [
        GuardStatus("referral", [("", "open"), ("open", "closed"), ("open", "resting"), ("resting", "closed"), ("resting", "open"), ("resting", "resting")]),
        GuardStatus("meeting", [("", "ended"), ("", "planned"), ("called", "cancelled"), ("called", "in_session"), ("called", "planned"), ("in_session", "ended"), ("planned", "called"), ("planned", "cancelled"), ("planned", "planned")]),
        GuardStatus("minutes", [("", "draft"), ("approved", "published"), ("draft", "published"), ("published", "approved"), ("published", "published")]),
        AppendOnly("minutesversion"),
    ]
