"""Who approves minutes and what they answered; decision lists. Answers and lists are append-only."""

import django.db.models.deletion
import simple_history.models
import trepart.clock
from django.conf import settings
from django.db import migrations, models

from trepart.audit.operations import AppendOnly


class Migration(migrations.Migration):

    dependencies = [
        ('audit', '0003_unsealed'),
        ('forum', '0013_who_stood_in'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name='body',
            name='minutes_approval',
            field=models.CharField(choices=[('signers', 'the one who presided and two of those who met'), ('next_meeting', 'the next meeting, as a case on its agenda'), ('chair', 'the leader alone')], default='chair', max_length=20, verbose_name='who approves the minutes'),
        ),
        migrations.AddField(
            model_name='historicalbody',
            name='minutes_approval',
            field=models.CharField(choices=[('signers', 'the one who presided and two of those who met'), ('next_meeting', 'the next meeting, as a case on its agenda'), ('chair', 'the leader alone')], default='chair', max_length=20, verbose_name='who approves the minutes'),
        ),
        migrations.CreateModel(
            name='HistoricalMinutesSigner',
            fields=[
                ('id', models.BigIntegerField(auto_created=True, blank=True, db_index=True, verbose_name='ID')),
                ('event_id', models.BigIntegerField(db_index=True, editable=False, null=True)),
                ('history_change_reason', models.TextField(null=True)),
                ('history_id', models.AutoField(primary_key=True, serialize=False)),
                ('history_date', models.DateTimeField(db_index=True)),
                ('history_type', models.CharField(choices=[('+', 'Created'), ('~', 'Changed'), ('-', 'Deleted')], max_length=1)),
                ('history_user', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('membership', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='forum.membership', verbose_name='member')),
                ('minutes', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='forum.minutes')),
            ],
            options={
                'verbose_name': 'historical one who approves minutes',
                'verbose_name_plural': 'historical those who approve minutes',
                'ordering': ('-history_date', '-history_id'),
                'get_latest_by': ('history_date', 'history_id'),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name='DecisionList',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.PositiveSmallIntegerField(verbose_name='version')),
                ('reason', models.TextField(blank=True, verbose_name='what was corrected, and why')),
                ('internal', models.JSONField()),
                ('public', models.JSONField()),
                ('internal_pdf', models.BinaryField()),
                ('public_pdf', models.BinaryField()),
                ('internal_sha256', models.CharField(max_length=64)),
                ('public_sha256', models.CharField(max_length=64)),
                ('seal_digest', models.CharField(blank=True, max_length=64)),
                ('created_at', models.DateTimeField(default=trepart.clock.now)),
                ('meeting', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='decision_lists', to='forum.meeting')),
                ('seal', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='audit.seal')),
            ],
            options={
                'verbose_name': 'decision list',
                'verbose_name_plural': 'decision lists',
                'ordering': ['-number'],
                'constraints': [models.UniqueConstraint(fields=('meeting', 'number'), name='forum_decisionlist_number'), models.CheckConstraint(condition=models.Q(('number', 1), models.Q(('reason', ''), _negated=True), _connector='OR'), name='forum_decisionlist_correction_says_why')],
            },
        ),
        migrations.CreateModel(
            name='MinutesSignature',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=150)),
                ('kind', models.CharField(choices=[('approved', 'approved'), ('remark', 'answered with a remark')], max_length=10, verbose_name='answer')),
                ('remark', models.TextField(blank=True, verbose_name='remark')),
                ('sha256', models.CharField(max_length=64)),
                ('at', models.DateTimeField(default=trepart.clock.now)),
                ('membership', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='forum.membership')),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('version', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='signatures', to='forum.minutesversion')),
            ],
            options={
                'verbose_name': 'answer to minutes',
                'verbose_name_plural': 'answers to minutes',
                'ordering': ['id'],
                'constraints': [models.UniqueConstraint(condition=models.Q(('kind', 'approved')), fields=('version', 'membership'), name='forum_signature_approves_once'), models.CheckConstraint(condition=models.Q(models.Q(('kind', 'remark'), models.Q(('remark', ''), _negated=True)), models.Q(('kind', 'approved'), ('remark', '')), _connector='OR'), name='forum_signature_remark_has_words')],
            },
        ),
        migrations.CreateModel(
            name='MinutesSigner',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('membership', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='forum.membership', verbose_name='member')),
                ('minutes', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='signers', to='forum.minutes')),
            ],
            options={
                'verbose_name': 'one who approves minutes',
                'verbose_name_plural': 'those who approve minutes',
                'ordering': ['id'],
                'constraints': [models.UniqueConstraint(fields=('minutes', 'membership'), name='forum_minutessigner_once')],
            },
        ),
        AppendOnly("decisionlist"),
        AppendOnly("minutessignature"),
    ]
