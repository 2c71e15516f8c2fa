"""The first tables of commissions. Written by `python -m dev.migrations`, with the file of SQL beside it."""

import django.db.models.deletion
import simple_history.models
import trepart.clock
import trepart.initial_tables
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('audit', '0001_initial'),
        ('cases', '0001_initial'),
        ('meetings', '0001_initial'),
        ('organisation', '0001_initial'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        trepart.initial_tables.InitialTables(
            tables=[
                migrations.CreateModel(
                    name='Commission',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('status', models.CharField(editable=False, max_length=40, verbose_name='status')),
                        ('status_event', models.ForeignKey(editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='audit.event')),
                        ('case', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='commission', to='cases.case')),
                        ('giver', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='commissions_given', to='organisation.body', verbose_name='given by')),
                        ('council', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='organisation.body', verbose_name='municipal council')),
                        ('council_decision', models.CharField(blank=True, max_length=500, verbose_name='what the municipal council decided')),
                        ('item', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='commissions', to='meetings.agendaitem', verbose_name='decided in')),
                        ('receiver_body', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='commissions', to='organisation.body', verbose_name='given to')),
                        ('receiver_unit', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='commissions', to='organisation.unit', verbose_name='workplace')),
                        ('report_to', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='commissions_heard', to='organisation.body', verbose_name='reports to')),
                        ('wanted', models.TextField(verbose_name='what is wanted')),
                        ('due_on', models.DateField(verbose_name='report due')),
                        ('given_at', models.DateTimeField(default=trepart.clock.now)),
                        ('plan', models.TextField(blank=True, verbose_name='how it will be done')),
                        ('reason', models.TextField(blank=True, verbose_name='why it came back')),
                        ('report', models.TextField(blank=True, verbose_name='report')),
                        ('reported_at', models.DateTimeField(blank=True, null=True)),
                        ('reported_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                        ('conclusion', models.TextField(blank=True, verbose_name='what those who heard it said')),
                    ],
                    options={
                        'verbose_name': 'commission',
                        'verbose_name_plural': 'commissions',
                        'ordering': ['-given_at', '-id'],
                        'indexes': [models.Index(fields=['receiver_body', 'status'], name='commissions_commission_body'), models.Index(fields=['status', 'due_on'], name='commissions_commission_due')],
                        'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('receiver_body__isnull', True), ('receiver_unit__isnull', False)), models.Q(('receiver_body__isnull', False), ('receiver_unit__isnull', True)), _connector='OR'), name='commissions_commission_one_receiver'), models.CheckConstraint(condition=models.Q(models.Q(('status__in', ['sent_back', 'called_back']), _negated=True), models.Q(('reason', ''), _negated=True), _connector='OR'), name='commissions_commission_back_with_reason'), models.CheckConstraint(condition=models.Q(models.Q(('status__in', ['reported', 'concluded']), _negated=True), models.Q(models.Q(('report', ''), _negated=True), ('reported_at__isnull', False)), _connector='OR'), name='commissions_commission_reported_in_words'), models.CheckConstraint(condition=models.Q(models.Q(('status', 'concluded'), _negated=True), models.Q(('conclusion', ''), _negated=True), _connector='OR'), name='commissions_commission_concluded_in_words'), models.CheckConstraint(condition=models.Q(('council__isnull', True), models.Q(('council_decision', ''), _negated=True), _connector='OR'), name='commissions_commission_council_decided')],
                    },
                ),
                migrations.CreateModel(
                    name='HistoricalCommission',
                    fields=[
                        ('id', models.BigIntegerField(auto_created=True, blank=True, db_index=True, verbose_name='ID')),
                        ('event_id', models.BigIntegerField(db_index=True, editable=False, null=True)),
                        ('status', models.CharField(editable=False, max_length=40, verbose_name='status')),
                        ('council_decision', models.CharField(blank=True, max_length=500, verbose_name='what the municipal council decided')),
                        ('wanted', models.TextField(verbose_name='what is wanted')),
                        ('due_on', models.DateField(verbose_name='report due')),
                        ('given_at', models.DateTimeField(default=trepart.clock.now)),
                        ('plan', models.TextField(blank=True, verbose_name='how it will be done')),
                        ('reason', models.TextField(blank=True, verbose_name='why it came back')),
                        ('report', models.TextField(blank=True, verbose_name='report')),
                        ('reported_at', models.DateTimeField(blank=True, null=True)),
                        ('conclusion', models.TextField(blank=True, verbose_name='what those who heard it said')),
                        ('history_change_reason', models.TextField(null=True)),
                        ('status_event', models.ForeignKey(blank=True, db_constraint=False, editable=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='audit.event')),
                        ('case', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='cases.case')),
                        ('giver', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='organisation.body', verbose_name='given by')),
                        ('council', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='organisation.body', verbose_name='municipal council')),
                        ('item', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='meetings.agendaitem', verbose_name='decided in')),
                        ('receiver_body', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='organisation.body', verbose_name='given to')),
                        ('receiver_unit', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='organisation.unit', verbose_name='workplace')),
                        ('report_to', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='organisation.body', verbose_name='reports to')),
                        ('reported_by', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to=settings.AUTH_USER_MODEL)),
                        ('history_id', models.AutoField(primary_key=True, serialize=False)),
                        ('history_date', models.DateTimeField(db_index=True)),
                        ('history_type', models.CharField(choices=[('+', 'Created'), ('~', 'Changed'), ('-', 'Deleted')], max_length=1)),
                        ('history_user', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                    ],
                    options={
                        'verbose_name': 'historical commission',
                        'verbose_name_plural': 'historical commissions',
                        'ordering': ('-history_date', '-history_id'),
                        'get_latest_by': ('history_date', 'history_id'),
                    },
                    bases=(simple_history.models.HistoricalChanges, models.Model),
                ),
                migrations.CreateModel(
                    name='CommissionDocument',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('commission', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='report_documents', to='commissions.commission')),
                        ('document', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='commission_document', to='cases.document')),
                    ],
                    options={
                        'verbose_name': 'attachment to a report',
                        'verbose_name_plural': 'attachments to reports',
                        'ordering': ['id'],
                    },
                ),
                migrations.CreateModel(
                    name='HistoricalCommissionDocument',
                    fields=[
                        ('id', models.BigIntegerField(auto_created=True, blank=True, db_index=True, verbose_name='ID')),
                        ('event_id', models.BigIntegerField(db_index=True, editable=False, null=True)),
                        ('history_change_reason', models.TextField(null=True)),
                        ('commission', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='commissions.commission')),
                        ('document', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='cases.document')),
                        ('history_id', models.AutoField(primary_key=True, serialize=False)),
                        ('history_date', models.DateTimeField(db_index=True)),
                        ('history_type', models.CharField(choices=[('+', 'Created'), ('~', 'Changed'), ('-', 'Deleted')], max_length=1)),
                        ('history_user', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                    ],
                    options={
                        'verbose_name': 'historical attachment to a report',
                        'verbose_name_plural': 'historical attachments to reports',
                        'ordering': ('-history_date', '-history_id'),
                        'get_latest_by': ('history_date', 'history_id'),
                    },
                    bases=(simple_history.models.HistoricalChanges, models.Model),
                ),
            ],
        ),
    ]
