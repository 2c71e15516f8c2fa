"""The first tables of lmu. Written by `python -m dev.migrations`, with the file of SQL beside it."""

import django.db.models.deletion
import simple_history.models
import trepart.clock
import trepart.initial_tables
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('cases', '0001_initial'),
        ('meetings', '0001_initial'),
        ('organisation', '0001_initial'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        trepart.initial_tables.InitialTables(
            tables=[
                migrations.CreateModel(
                    name='Agreement',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('sheet', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='agreements', to='lmu.logsheet')),
                        ('referral', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='cases.referral')),
                        ('referral_event', models.BigIntegerField()),
                        ('step', models.CharField(max_length=40)),
                        ('text', models.TextField(verbose_name='what you agreed on')),
                    ],
                    options={
                        'verbose_name': 'agreement',
                        'verbose_name_plural': 'agreements',
                        'ordering': ['id'],
                    },
                ),
                migrations.CreateModel(
                    name='HistoricalAgreement',
                    fields=[
                        ('id', models.BigIntegerField(auto_created=True, blank=True, db_index=True, verbose_name='ID')),
                        ('event_id', models.BigIntegerField(db_index=True, editable=False, null=True)),
                        ('referral_event', models.BigIntegerField()),
                        ('step', models.CharField(max_length=40)),
                        ('text', models.TextField(verbose_name='what you agreed on')),
                        ('history_change_reason', models.TextField(null=True)),
                        ('sheet', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='lmu.logsheet')),
                        ('referral', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='cases.referral')),
                        ('history_id', models.AutoField(primary_key=True, serialize=False)),
                        ('history_date', models.DateTimeField(db_index=True)),
                        ('history_type', models.CharField(choices=[('+', 'Created'), ('~', 'Changed'), ('-', 'Deleted')], max_length=1)),
                        ('history_user', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                    ],
                    options={
                        'verbose_name': 'historical agreement',
                        'verbose_name_plural': 'historical agreements',
                        'ordering': ('-history_date', '-history_id'),
                        'get_latest_by': ('history_date', 'history_id'),
                    },
                    bases=(simple_history.models.HistoricalChanges, models.Model),
                ),
                migrations.CreateModel(
                    name='GuestLetter',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('membership', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='guest_letter', to='organisation.membership')),
                        ('address', models.TextField(blank=True, max_length=300, verbose_name='postal address')),
                        ('sent_on', models.DateField(blank=True, null=True, verbose_name='sent')),
                        ('sent_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                    ],
                    options={
                        'verbose_name': 'letter to a guest',
                        'verbose_name_plural': 'letters to guests',
                        'ordering': ['id'],
                    },
                ),
                migrations.CreateModel(
                    name='HistoricalGuestLetter',
                    fields=[
                        ('id', models.BigIntegerField(auto_created=True, blank=True, db_index=True, verbose_name='ID')),
                        ('event_id', models.BigIntegerField(db_index=True, editable=False, null=True)),
                        ('address', models.TextField(blank=True, max_length=300, verbose_name='postal address')),
                        ('sent_on', models.DateField(blank=True, null=True, verbose_name='sent')),
                        ('history_change_reason', models.TextField(null=True)),
                        ('membership', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='organisation.membership')),
                        ('sent_by', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to=settings.AUTH_USER_MODEL)),
                        ('history_id', models.AutoField(primary_key=True, serialize=False)),
                        ('history_date', models.DateTimeField(db_index=True)),
                        ('history_type', models.CharField(choices=[('+', 'Created'), ('~', 'Changed'), ('-', 'Deleted')], max_length=1)),
                        ('history_user', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                    ],
                    options={
                        'verbose_name': 'historical letter to a guest',
                        'verbose_name_plural': 'historical letters to guests',
                        'ordering': ('-history_date', '-history_id'),
                        'get_latest_by': ('history_date', 'history_id'),
                    },
                    bases=(simple_history.models.HistoricalChanges, models.Model),
                ),
                migrations.CreateModel(
                    name='LogSheet',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('key', models.UUIDField(editable=False, unique=True)),
                        ('body', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='log_sheets', to='organisation.body')),
                        ('held_on', models.DateField(verbose_name='day')),
                        ('present', models.JSONField(default=list)),
                        ('stand_ins', models.JSONField(default=list)),
                        ('meeting', models.OneToOneField(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='log_sheet', to='meetings.meeting')),
                        ('written_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                        ('written_at', models.DateTimeField(default=trepart.clock.now)),
                    ],
                    options={
                        'verbose_name': 'log sheet',
                        'verbose_name_plural': 'log sheets',
                        'ordering': ['-written_at', '-id'],
                    },
                ),
                migrations.CreateModel(
                    name='HistoricalLogSheet',
                    fields=[
                        ('id', models.BigIntegerField(auto_created=True, blank=True, db_index=True, verbose_name='ID')),
                        ('event_id', models.BigIntegerField(db_index=True, editable=False, null=True)),
                        ('key', models.UUIDField(db_index=True, editable=False)),
                        ('held_on', models.DateField(verbose_name='day')),
                        ('present', models.JSONField(default=list)),
                        ('stand_ins', models.JSONField(default=list)),
                        ('written_at', models.DateTimeField(default=trepart.clock.now)),
                        ('history_change_reason', models.TextField(null=True)),
                        ('body', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='organisation.body')),
                        ('meeting', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='meetings.meeting')),
                        ('written_by', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to=settings.AUTH_USER_MODEL)),
                        ('history_id', models.AutoField(primary_key=True, serialize=False)),
                        ('history_date', models.DateTimeField(db_index=True)),
                        ('history_type', models.CharField(choices=[('+', 'Created'), ('~', 'Changed'), ('-', 'Deleted')], max_length=1)),
                        ('history_user', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                    ],
                    options={
                        'verbose_name': 'historical log sheet',
                        'verbose_name_plural': 'historical log sheets',
                        'ordering': ('-history_date', '-history_id'),
                        'get_latest_by': ('history_date', 'history_id'),
                    },
                    bases=(simple_history.models.HistoricalChanges, models.Model),
                ),
            ],
        ),
    ]
