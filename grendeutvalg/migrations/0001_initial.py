"""The first tables of grendeutvalg. Written by `python -m dev.migrations`, with the file of SQL beside it."""

import django.db.models.deletion
import simple_history.models
import trepart.clock
import trepart.initial_tables
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('organisation', '0001_initial'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        trepart.initial_tables.InitialTables(
            tables=[
                migrations.CreateModel(
                    name='Profile',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('body', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='council_profile', to='organisation.body')),
                        ('area', models.CharField(blank=True, max_length=300, verbose_name='area')),
                        ('about', models.TextField(blank=True, verbose_name='about the council')),
                        ('email', models.EmailField(blank=True, max_length=254, verbose_name='e-mail address')),
                        ('phone', models.CharField(blank=True, max_length=30, verbose_name='telephone')),
                        ('meeting_place', models.CharField(blank=True, max_length=120, verbose_name='where it meets')),
                    ],
                    options={
                        'verbose_name': "a council's own page",
                        'verbose_name_plural': "the councils' own pages",
                        'ordering': ['body'],
                    },
                ),
                migrations.CreateModel(
                    name='HistoricalProfile',
                    fields=[
                        ('id', models.BigIntegerField(auto_created=True, blank=True, db_index=True, verbose_name='ID')),
                        ('event_id', models.BigIntegerField(db_index=True, editable=False, null=True)),
                        ('area', models.CharField(blank=True, max_length=300, verbose_name='area')),
                        ('about', models.TextField(blank=True, verbose_name='about the council')),
                        ('email', models.EmailField(blank=True, max_length=254, verbose_name='e-mail address')),
                        ('phone', models.CharField(blank=True, max_length=30, verbose_name='telephone')),
                        ('meeting_place', models.CharField(blank=True, max_length=120, verbose_name='where it meets')),
                        ('history_change_reason', models.TextField(null=True)),
                        ('body', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='organisation.body')),
                        ('history_id', models.AutoField(primary_key=True, serialize=False)),
                        ('history_date', models.DateTimeField(db_index=True)),
                        ('history_type', models.CharField(choices=[('+', 'Created'), ('~', 'Changed'), ('-', 'Deleted')], max_length=1)),
                        ('history_user', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                    ],
                    options={
                        'verbose_name': "historical a council's own page",
                        'verbose_name_plural': "historical the councils' own pages",
                        'ordering': ('-history_date', '-history_id'),
                        'get_latest_by': ('history_date', 'history_id'),
                    },
                    bases=(simple_history.models.HistoricalChanges, models.Model),
                ),
                migrations.CreateModel(
                    name='ShownMember',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('membership', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='shown_publicly', to='organisation.membership')),
                        ('since', models.DateTimeField(default=trepart.clock.now)),
                    ],
                    options={
                        'verbose_name': 'member who is shown',
                        'verbose_name_plural': 'members who are shown',
                        'ordering': ['membership'],
                    },
                ),
                migrations.CreateModel(
                    name='HistoricalShownMember',
                    fields=[
                        ('id', models.BigIntegerField(auto_created=True, blank=True, db_index=True, verbose_name='ID')),
                        ('event_id', models.BigIntegerField(db_index=True, editable=False, null=True)),
                        ('since', models.DateTimeField(default=trepart.clock.now)),
                        ('history_change_reason', models.TextField(null=True)),
                        ('membership', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='organisation.membership')),
                        ('history_id', models.AutoField(primary_key=True, serialize=False)),
                        ('history_date', models.DateTimeField(db_index=True)),
                        ('history_type', models.CharField(choices=[('+', 'Created'), ('~', 'Changed'), ('-', 'Deleted')], max_length=1)),
                        ('history_user', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                    ],
                    options={
                        'verbose_name': 'historical member who is shown',
                        'verbose_name_plural': 'historical members who are shown',
                        'ordering': ('-history_date', '-history_id'),
                        'get_latest_by': ('history_date', 'history_id'),
                    },
                    bases=(simple_history.models.HistoricalChanges, models.Model),
                ),
            ],
        ),
    ]
