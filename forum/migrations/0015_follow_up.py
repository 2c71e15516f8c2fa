"""Decisions are followed up until they are carried out; requests for review of legality. What has been told is append-only."""

import django.db.models.deletion
import simple_history.models
import trepart.clock
from django.conf import settings
from django.db import migrations, models

from trepart.audit.operations import AppendOnly


class Migration(migrations.Migration):

    dependencies = [
        ('forum', '0014_minutes_signed'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='FollowUp',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('due_on', models.DateField(blank=True, null=True, verbose_name='to be done by')),
                ('done_on', models.DateField(blank=True, null=True, verbose_name='done')),
                ('decision', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='carrying_out', to='forum.decision')),
                ('responsible', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='follow_ups', to=settings.AUTH_USER_MODEL, verbose_name='responsible')),
            ],
            options={
                'verbose_name': 'follow-up of a decision',
                'verbose_name_plural': 'follow-up of decisions',
                'ordering': ['due_on', 'id'],
            },
        ),
        migrations.CreateModel(
            name='FollowUpNote',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('text', models.TextField(verbose_name='how it goes')),
                ('done', models.BooleanField(default=False, verbose_name='it is done')),
                ('at', models.DateTimeField(default=trepart.clock.now)),
                ('follow_up', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='notes', to='forum.followup')),
                ('written_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'progress of a decision',
                'verbose_name_plural': 'progress of decisions',
                'ordering': ['-at', '-id'],
            },
        ),
        migrations.CreateModel(
            name='HistoricalFollowUp',
            fields=[
                ('id', models.BigIntegerField(auto_created=True, blank=True, db_index=True, verbose_name='ID')),
                ('event_id', models.BigIntegerField(db_index=True, editable=False, null=True)),
                ('due_on', models.DateField(blank=True, null=True, verbose_name='to be done by')),
                ('done_on', models.DateField(blank=True, null=True, verbose_name='done')),
                ('history_change_reason', models.TextField(null=True)),
                ('history_id', models.AutoField(primary_key=True, serialize=False)),
                ('history_date', models.DateTimeField(db_index=True)),
                ('history_type', models.CharField(choices=[('+', 'Created'), ('~', 'Changed'), ('-', 'Deleted')], max_length=1)),
                ('decision', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='forum.decision')),
                ('history_user', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('responsible', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='responsible')),
            ],
            options={
                'verbose_name': 'historical follow-up of a decision',
                'verbose_name_plural': 'historical follow-up of decisions',
                'ordering': ('-history_date', '-history_id'),
                'get_latest_by': ('history_date', 'history_id'),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name='HistoricalLegalityRequest',
            fields=[
                ('id', models.BigIntegerField(auto_created=True, blank=True, db_index=True, verbose_name='ID')),
                ('event_id', models.BigIntegerField(db_index=True, editable=False, null=True)),
                ('asked_on', models.DateField(verbose_name='asked on')),
                ('asked_by', models.TextField(help_text='Names of members of the municipal council, one a line.', verbose_name='who asked')),
                ('grounds', models.TextField(verbose_name='grounds')),
                ('deadline', models.DateField(verbose_name='last day')),
                ('recorded_at', models.DateTimeField(default=trepart.clock.now)),
                ('history_change_reason', models.TextField(null=True)),
                ('history_id', models.AutoField(primary_key=True, serialize=False)),
                ('history_date', models.DateTimeField(db_index=True)),
                ('history_type', models.CharField(choices=[('+', 'Created'), ('~', 'Changed'), ('-', 'Deleted')], max_length=1)),
                ('decision', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='forum.decision')),
                ('history_user', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('recorded_by', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'historical request for review of legality',
                'verbose_name_plural': 'historical requests for review of legality',
                'ordering': ('-history_date', '-history_id'),
                'get_latest_by': ('history_date', 'history_id'),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name='LegalityRequest',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('asked_on', models.DateField(verbose_name='asked on')),
                ('asked_by', models.TextField(help_text='Names of members of the municipal council, one a line.', verbose_name='who asked')),
                ('grounds', models.TextField(verbose_name='grounds')),
                ('deadline', models.DateField(verbose_name='last day')),
                ('recorded_at', models.DateTimeField(default=trepart.clock.now)),
                ('decision', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='legality_request', to='forum.decision')),
                ('recorded_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'request for review of legality',
                'verbose_name_plural': 'requests for review of legality',
                'ordering': ['-asked_on', '-id'],
            },
        ),
        migrations.AddIndex(
            model_name='followup',
            index=models.Index(condition=models.Q(('done_on__isnull', True)), fields=['responsible', 'due_on'], name='forum_followup_open'),
        ),
        migrations.AddConstraint(
            model_name='legalityrequest',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('grounds', ''), _negated=True), models.Q(('asked_by', ''), _negated=True)), name='forum_legality_has_words'),
        ),
        AppendOnly("followupnote"),
    ]
