"""Proposals on paper from somebody without an account: how they are reached, and the letters they are owed (docs/decisions/0024)."""

import django.db.models.deletion
import simple_history.models
import trepart.clock
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    """Lets a proposal be without an account where it came on paper."""

    dependencies = [
        ('audit', '0003_unsealed'),
        ('forum', '0009_line_leaders'),
        ('proposals', '0010_line_leaders'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='HistoricalLetter',
            fields=[
                ('id', models.BigIntegerField(auto_created=True, blank=True, db_index=True, verbose_name='ID')),
                ('kind', models.CharField(max_length=100)),
                ('subject', models.CharField(max_length=200, verbose_name='subject')),
                ('text', models.TextField(verbose_name='text')),
                ('language', models.CharField(max_length=7)),
                ('written_at', models.DateTimeField(default=trepart.clock.now, verbose_name='written')),
                ('due_on', models.DateField(verbose_name='to be sent by')),
                ('how', models.CharField(blank=True, choices=[('post', 'sent by post'), ('by_hand', 'handed over'), ('account', 'read in the portal')], max_length=10, verbose_name='how')),
                ('sent_on', models.DateField(blank=True, null=True, verbose_name='sent')),
                ('history_change_reason', models.TextField(null=True)),
                ('history_id', models.AutoField(primary_key=True, serialize=False)),
                ('history_date', models.DateTimeField(db_index=True)),
                ('history_type', models.CharField(choices=[('+', 'Created'), ('~', 'Changed'), ('-', 'Deleted')], max_length=1)),
            ],
            options={
                'verbose_name': 'historical letter',
                'verbose_name_plural': 'historical letters',
                'ordering': ('-history_date', '-history_id'),
                'get_latest_by': ('history_date', 'history_id'),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name='HistoricalPaperSender',
            fields=[
                ('id', models.BigIntegerField(auto_created=True, blank=True, db_index=True, verbose_name='ID')),
                ('event_id', models.BigIntegerField(db_index=True, editable=False, null=True)),
                ('name', models.CharField(max_length=150, verbose_name='name')),
                ('address', models.TextField(blank=True, max_length=300, verbose_name='postal address')),
                ('telephone', models.CharField(blank=True, max_length=40, verbose_name='telephone')),
                ('language', models.CharField(blank=True, max_length=7, verbose_name='language')),
                ('received_on', models.DateField(verbose_name='received')),
                ('entered_at', models.DateTimeField(default=trepart.clock.now, verbose_name='entered')),
                ('linked_at', models.DateTimeField(blank=True, null=True, verbose_name='tied to an account')),
                ('erased_at', models.DateTimeField(blank=True, null=True, verbose_name='contact details erased')),
                ('history_change_reason', models.TextField(null=True)),
                ('history_id', models.AutoField(primary_key=True, serialize=False)),
                ('history_date', models.DateTimeField(db_index=True)),
                ('history_type', models.CharField(choices=[('+', 'Created'), ('~', 'Changed'), ('-', 'Deleted')], max_length=1)),
            ],
            options={
                'verbose_name': 'historical sender of a proposal on paper',
                'verbose_name_plural': 'historical senders of proposals on paper',
                'ordering': ('-history_date', '-history_id'),
                'get_latest_by': ('history_date', 'history_id'),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name='Letter',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(max_length=100)),
                ('subject', models.CharField(max_length=200, verbose_name='subject')),
                ('text', models.TextField(verbose_name='text')),
                ('language', models.CharField(max_length=7)),
                ('written_at', models.DateTimeField(default=trepart.clock.now, verbose_name='written')),
                ('due_on', models.DateField(verbose_name='to be sent by')),
                ('how', models.CharField(blank=True, choices=[('post', 'sent by post'), ('by_hand', 'handed over'), ('account', 'read in the portal')], max_length=10, verbose_name='how')),
                ('sent_on', models.DateField(blank=True, null=True, verbose_name='sent')),
            ],
            options={
                'verbose_name': 'letter',
                'verbose_name_plural': 'letters',
                'ordering': ['written_at', 'id'],
            },
        ),
        migrations.CreateModel(
            name='PaperSender',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=150, verbose_name='name')),
                ('address', models.TextField(blank=True, max_length=300, verbose_name='postal address')),
                ('telephone', models.CharField(blank=True, max_length=40, verbose_name='telephone')),
                ('language', models.CharField(blank=True, max_length=7, verbose_name='language')),
                ('received_on', models.DateField(verbose_name='received')),
                ('entered_at', models.DateTimeField(default=trepart.clock.now, verbose_name='entered')),
                ('linked_at', models.DateTimeField(blank=True, null=True, verbose_name='tied to an account')),
                ('erased_at', models.DateTimeField(blank=True, null=True, verbose_name='contact details erased')),
            ],
            options={
                'verbose_name': 'sender of a proposal on paper',
                'verbose_name_plural': 'senders of proposals on paper',
            },
        ),
        migrations.AddField(
            model_name='historicalproposal',
            name='on_paper',
            field=models.BooleanField(db_default=False, default=False, verbose_name='came on paper'),
        ),
        migrations.AddField(
            model_name='proposal',
            name='on_paper',
            field=models.BooleanField(db_default=False, default=False, verbose_name='came on paper'),
        ),
        migrations.AlterField(
            model_name='proposal',
            name='proposer',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='proposals', to=settings.AUTH_USER_MODEL, verbose_name='proposer'),
        ),
        migrations.AddConstraint(
            model_name='proposal',
            constraint=models.CheckConstraint(condition=models.Q(('proposer__isnull', False), ('on_paper', True), _connector='OR'), name='proposals_from_somebody'),
        ),
        migrations.AddField(
            model_name='historicalletter',
            name='body',
            field=models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='forum.body'),
        ),
        migrations.AddField(
            model_name='historicalletter',
            name='event',
            field=models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='audit.event'),
        ),
        migrations.AddField(
            model_name='historicalletter',
            name='history_user',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='historicalletter',
            name='proposal',
            field=models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='proposals.proposal'),
        ),
        migrations.AddField(
            model_name='historicalletter',
            name='sent_by',
            field=models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='sent by'),
        ),
        migrations.AddField(
            model_name='historicalpapersender',
            name='entered_by',
            field=models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='entered by'),
        ),
        migrations.AddField(
            model_name='historicalpapersender',
            name='history_user',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='historicalpapersender',
            name='proposal',
            field=models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='proposals.proposal'),
        ),
        migrations.AddField(
            model_name='letter',
            name='body',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='forum.body'),
        ),
        migrations.AddField(
            model_name='letter',
            name='event',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='audit.event'),
        ),
        migrations.AddField(
            model_name='letter',
            name='proposal',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='letters', to='proposals.proposal'),
        ),
        migrations.AddField(
            model_name='letter',
            name='sent_by',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='sent by'),
        ),
        migrations.AddField(
            model_name='papersender',
            name='entered_by',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='entered by'),
        ),
        migrations.AddField(
            model_name='papersender',
            name='proposal',
            field=models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='paper', to='proposals.proposal'),
        ),
        migrations.AddIndex(
            model_name='letter',
            index=models.Index(condition=models.Q(('sent_on__isnull', True)), fields=['due_on', 'id'], name='proposals_letter_waiting'),
        ),
        migrations.AddConstraint(
            model_name='letter',
            constraint=models.UniqueConstraint(fields=('event', 'proposal', 'kind'), name='proposals_letter_once'),
        ),
        migrations.AddConstraint(
            model_name='letter',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('how', ''), ('sent_by__isnull', True), ('sent_on__isnull', True)), models.Q(('sent_by__isnull', False), ('sent_on__isnull', False), models.Q(('how', ''), _negated=True)), _connector='OR'), name='proposals_letter_sent_by_somebody'),
        ),
        migrations.AddConstraint(
            model_name='papersender',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('erased_at__isnull', True), models.Q(('address', ''), ('telephone', ''), _negated=True)), models.Q(('address', ''), ('erased_at__isnull', False), ('telephone', '')), _connector='OR'), name='proposals_paper_reached_until_erased'),
        ),
    ]
