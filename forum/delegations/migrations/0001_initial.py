"""The first tables of delegations. Written by `python -m dev.migrations`, with the file of SQL beside it."""

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
        ('organisation', '0001_initial'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        trepart.initial_tables.InitialTables(
            tables=[
                migrations.CreateModel(
                    name='Delegation',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('valid_from', models.DateField(default=trepart.clock.today, verbose_name='from')),
                        ('valid_to', models.DateField(blank=True, null=True, verbose_name='to and including')),
                        ('body', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='delegations', to='organisation.body', verbose_name='body')),
                        ('scope', models.CharField(choices=[('employer', 'matters between the municipality as employer and its employees'), ('employee_grants', 'money for what employees propose'), ('other', 'other matters')], max_length=20, verbose_name='covers')),
                        ('matter', models.CharField(help_text='In the words of the decision: what the body may decide.', max_length=300, verbose_name='matter')),
                        ('limit', models.PositiveIntegerField(blank=True, null=True, verbose_name='up to, in kroner in each case')),
                        ('source', models.CharField(blank=True, max_length=150, verbose_name='where the money comes from')),
                        ('decided_on', models.DateField(verbose_name='decided by the municipal council')),
                        ('reference', models.CharField(max_length=60, verbose_name="the decision's case number")),
                        ('case', models.OneToOneField(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='delegation', to='cases.case', verbose_name='case')),
                    ],
                    options={
                        'verbose_name': 'delegation',
                        'verbose_name_plural': 'delegations',
                        'ordering': ['body', '-valid_from', 'id'],
                        'constraints': [models.CheckConstraint(condition=models.Q(('valid_to__isnull', True), ('valid_to__gte', models.F('valid_from')), _connector='OR'), name='delegations_delegation_period', violation_error_message='It cannot end before it begins.'), models.CheckConstraint(condition=models.Q(('limit__isnull', True), models.Q(('source', ''), _negated=True), _connector='OR'), name='delegations_delegation_money_has_source', violation_error_message='Say where the money comes from.'), models.CheckConstraint(condition=models.Q(models.Q(('scope', 'employee_grants'), _negated=True), ('limit__isnull', False), _connector='OR'), name='delegations_delegation_grants_have_limit', violation_error_message='Say how much the body may give in each case.'), models.CheckConstraint(condition=models.Q(('valid_from__gte', models.F('decided_on'))), name='delegations_delegation_not_before_decided', violation_error_message='It cannot run from before the day it was decided.')],
                    },
                ),
                migrations.CreateModel(
                    name='HistoricalDelegation',
                    fields=[
                        ('id', models.BigIntegerField(auto_created=True, blank=True, db_index=True, verbose_name='ID')),
                        ('event_id', models.BigIntegerField(db_index=True, editable=False, null=True)),
                        ('valid_from', models.DateField(default=trepart.clock.today, verbose_name='from')),
                        ('valid_to', models.DateField(blank=True, null=True, verbose_name='to and including')),
                        ('scope', models.CharField(choices=[('employer', 'matters between the municipality as employer and its employees'), ('employee_grants', 'money for what employees propose'), ('other', 'other matters')], max_length=20, verbose_name='covers')),
                        ('matter', models.CharField(help_text='In the words of the decision: what the body may decide.', max_length=300, verbose_name='matter')),
                        ('limit', models.PositiveIntegerField(blank=True, null=True, verbose_name='up to, in kroner in each case')),
                        ('source', models.CharField(blank=True, max_length=150, verbose_name='where the money comes from')),
                        ('decided_on', models.DateField(verbose_name='decided by the municipal council')),
                        ('reference', models.CharField(max_length=60, verbose_name="the decision's case number")),
                        ('history_change_reason', models.TextField(null=True)),
                        ('body', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='organisation.body', verbose_name='body')),
                        ('case', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='cases.case', verbose_name='case')),
                        ('history_id', models.AutoField(primary_key=True, serialize=False)),
                        ('history_date', models.DateTimeField(db_index=True)),
                        ('history_type', models.CharField(choices=[('+', 'Created'), ('~', 'Changed'), ('-', 'Deleted')], max_length=1)),
                        ('history_user', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                    ],
                    options={
                        'verbose_name': 'historical delegation',
                        'verbose_name_plural': 'historical delegations',
                        'ordering': ('-history_date', '-history_id'),
                        'get_latest_by': ('history_date', 'history_id'),
                    },
                    bases=(simple_history.models.HistoricalChanges, models.Model),
                ),
            ],
        ),
    ]
