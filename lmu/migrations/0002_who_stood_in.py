"""Who took a place in a group that agrees, where somebody stood in for its holder (R24)."""

from django.db import migrations, models


class Migration(migrations.Migration):
    """Keeps who stood in."""

    dependencies = [
        ('lmu', '0001_initial'),
    ]

    operations = [
        migrations.AddField(
            model_name='historicallogsheet',
            name='stand_ins',
            field=models.JSONField(default=list),
        ),
        migrations.AddField(
            model_name='logsheet',
            name='stand_ins',
            field=models.JSONField(default=list),
        ),
    ]
