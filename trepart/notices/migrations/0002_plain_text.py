"""Notices are plain text; the column for another kind was never filled."""

from django.db import migrations


class Migration(migrations.Migration):
    """See above."""

    dependencies = [("notices", "0001_initial")]

    operations = [migrations.RemoveField(model_name="notice", name="html")]
