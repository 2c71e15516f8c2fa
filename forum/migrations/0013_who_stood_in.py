"""Who took a place in a group that agrees, where somebody stood in for its holder (R24)."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    """Keeps who stood in."""

    dependencies = [
        ('forum', '0012_functions'),
    ]

    operations = [
        migrations.AddField(
            model_name='attendance',
            name='stand_in',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='forum.standin', verbose_name='stand-in'),
        ),
        migrations.AddField(
            model_name='historicalattendance',
            name='stand_in',
            field=models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='forum.standin', verbose_name='stand-in'),
        ),
    ]
