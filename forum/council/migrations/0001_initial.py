"""The first tables of council. Written by `python -m dev.migrations`, with the file of SQL beside it."""

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
                    name='CouncilCase',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('status', models.CharField(editable=False, max_length=40, verbose_name='status')),
                        ('status_event', models.ForeignKey(editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='audit.event')),
                        ('case_list', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='cases', to='council.councillist')),
                        ('body', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='organisation.body')),
                        ('case', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='council_case', to='cases.case')),
                        ('position', models.PositiveSmallIntegerField(verbose_name='place on the list')),
                        ('number', models.CharField(max_length=40, verbose_name='case number')),
                        ('key', models.CharField(max_length=40)),
                        ('title', models.CharField(max_length=500, verbose_name='title')),
                        ('archive_number', models.CharField(blank=True, max_length=40, verbose_name='folder in the archive')),
                        ('url', models.URLField(blank=True, max_length=500, verbose_name='link')),
                        ('view', models.TextField(blank=True, verbose_name='the view')),
                        ('item', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='meetings.agendaitem', verbose_name='treated in')),
                        ('decision', models.TextField(blank=True, verbose_name='what the municipal council decided')),
                        ('decided_on', models.DateField(blank=True, null=True, verbose_name='decided')),
                        ('followed', models.CharField(blank=True, choices=[('wholly', 'as the view said'), ('partly', 'partly as the view said'), ('otherwise', 'otherwise than the view said'), ('no_view', 'there was no view to follow'), ('postponed', 'postponed, or sent back')], max_length=10, verbose_name='beside the view')),
                        ('withdrawn_reason', models.TextField(blank=True, verbose_name='why it was taken off')),
                    ],
                    options={
                        'verbose_name': 'case of the municipal council',
                        'verbose_name_plural': 'cases of the municipal council',
                        'ordering': ['position', 'id'],
                        'constraints': [models.UniqueConstraint(fields=('case_list', 'key'), name='council_councilcase_once'), models.CheckConstraint(condition=models.Q(models.Q(('status', 'treated'), _negated=True), models.Q(models.Q(('view', ''), _negated=True), ('item__isnull', False)), _connector='OR'), name='council_councilcase_treated_in_words'), models.CheckConstraint(condition=models.Q(models.Q(('status', 'decided'), _negated=True), models.Q(models.Q(('decision', ''), _negated=True), models.Q(('followed', ''), _negated=True), ('decided_on__isnull', False)), _connector='OR'), name='council_councilcase_decided_in_words'), models.CheckConstraint(condition=models.Q(models.Q(('status', 'withdrawn'), _negated=True), models.Q(('withdrawn_reason', ''), _negated=True), _connector='OR'), name='council_councilcase_withdrawn_in_words')],
                    },
                ),
                migrations.CreateModel(
                    name='HistoricalCouncilCase',
                    fields=[
                        ('id', models.BigIntegerField(auto_created=True, blank=True, db_index=True, verbose_name='ID')),
                        ('event_id', models.BigIntegerField(db_index=True, editable=False, null=True)),
                        ('status', models.CharField(editable=False, max_length=40, verbose_name='status')),
                        ('position', models.PositiveSmallIntegerField(verbose_name='place on the list')),
                        ('number', models.CharField(max_length=40, verbose_name='case number')),
                        ('key', models.CharField(max_length=40)),
                        ('title', models.CharField(max_length=500, verbose_name='title')),
                        ('archive_number', models.CharField(blank=True, max_length=40, verbose_name='folder in the archive')),
                        ('url', models.URLField(blank=True, max_length=500, verbose_name='link')),
                        ('view', models.TextField(blank=True, verbose_name='the view')),
                        ('decision', models.TextField(blank=True, verbose_name='what the municipal council decided')),
                        ('decided_on', models.DateField(blank=True, null=True, verbose_name='decided')),
                        ('followed', models.CharField(blank=True, choices=[('wholly', 'as the view said'), ('partly', 'partly as the view said'), ('otherwise', 'otherwise than the view said'), ('no_view', 'there was no view to follow'), ('postponed', 'postponed, or sent back')], max_length=10, verbose_name='beside the view')),
                        ('withdrawn_reason', models.TextField(blank=True, verbose_name='why it was taken off')),
                        ('history_change_reason', models.TextField(null=True)),
                        ('status_event', models.ForeignKey(blank=True, db_constraint=False, editable=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='audit.event')),
                        ('case_list', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='council.councillist')),
                        ('body', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='organisation.body')),
                        ('case', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='cases.case')),
                        ('item', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='meetings.agendaitem', verbose_name='treated in')),
                        ('history_id', models.AutoField(primary_key=True, serialize=False)),
                        ('history_date', models.DateTimeField(db_index=True)),
                        ('history_type', models.CharField(choices=[('+', 'Created'), ('~', 'Changed'), ('-', 'Deleted')], max_length=1)),
                        ('history_user', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                    ],
                    options={
                        'verbose_name': 'historical case of the municipal council',
                        'verbose_name_plural': 'historical cases of the municipal council',
                        'ordering': ('-history_date', '-history_id'),
                        'get_latest_by': ('history_date', 'history_id'),
                    },
                    bases=(simple_history.models.HistoricalChanges, models.Model),
                ),
                migrations.CreateModel(
                    name='CouncilList',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('body', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='council_lists', to='organisation.body', verbose_name='body')),
                        ('council', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='organisation.body', verbose_name='municipal council')),
                        ('held_on', models.DateField(verbose_name='the municipal council meets')),
                        ('meeting', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='council_lists', to='meetings.meeting', verbose_name='meeting')),
                        ('source', models.CharField(max_length=10, verbose_name='read from')),
                        ('raw', models.TextField(verbose_name='as it was taken in')),
                        ('taken_in_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                        ('taken_in_at', models.DateTimeField(default=trepart.clock.now)),
                    ],
                    options={
                        'verbose_name': 'case list of the municipal council',
                        'verbose_name_plural': 'case lists of the municipal council',
                        'ordering': ['-held_on', '-id'],
                        'constraints': [models.UniqueConstraint(fields=('body', 'council', 'held_on'), name='council_councillist_once')],
                    },
                ),
                migrations.CreateModel(
                    name='HistoricalCouncilList',
                    fields=[
                        ('id', models.BigIntegerField(auto_created=True, blank=True, db_index=True, verbose_name='ID')),
                        ('event_id', models.BigIntegerField(db_index=True, editable=False, null=True)),
                        ('held_on', models.DateField(verbose_name='the municipal council meets')),
                        ('source', models.CharField(max_length=10, verbose_name='read from')),
                        ('raw', models.TextField(verbose_name='as it was taken in')),
                        ('taken_in_at', models.DateTimeField(default=trepart.clock.now)),
                        ('history_change_reason', models.TextField(null=True)),
                        ('body', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='organisation.body', verbose_name='body')),
                        ('council', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='organisation.body', verbose_name='municipal council')),
                        ('meeting', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='meetings.meeting', verbose_name='meeting')),
                        ('taken_in_by', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to=settings.AUTH_USER_MODEL)),
                        ('history_id', models.AutoField(primary_key=True, serialize=False)),
                        ('history_date', models.DateTimeField(db_index=True)),
                        ('history_type', models.CharField(choices=[('+', 'Created'), ('~', 'Changed'), ('-', 'Deleted')], max_length=1)),
                        ('history_user', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                    ],
                    options={
                        'verbose_name': 'historical case list of the municipal council',
                        'verbose_name_plural': 'historical case lists of the municipal council',
                        'ordering': ('-history_date', '-history_id'),
                        'get_latest_by': ('history_date', 'history_id'),
                    },
                    bases=(simple_history.models.HistoricalChanges, models.Model),
                ),
                migrations.CreateModel(
                    name='CouncilSheet',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('event_id', models.BigIntegerField(db_index=True, editable=False, null=True)),
                        ('number', models.PositiveSmallIntegerField(verbose_name='version')),
                        ('reason', models.TextField(blank=True, verbose_name='what was corrected, and why')),
                        ('internal', models.JSONField()),
                        ('public', models.JSONField()),
                        ('internal_pdf', models.BinaryField()),
                        ('public_pdf', models.BinaryField()),
                        ('internal_sha256', models.CharField(max_length=64)),
                        ('public_sha256', models.CharField(max_length=64)),
                        ('seal', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='audit.seal')),
                        ('seal_digest', models.CharField(blank=True, max_length=64)),
                        ('created_at', models.DateTimeField(default=trepart.clock.now)),
                        ('case_list', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='sheets', to='council.councillist')),
                        ('sent_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                        ('sent_to', models.JSONField(default=list)),
                    ],
                    options={
                        'verbose_name': 'views for the municipal council',
                        'verbose_name_plural': 'views for the municipal council',
                        'ordering': ['-number'],
                        'constraints': [models.UniqueConstraint(fields=('case_list', 'number'), name='council_councilsheet_number'), models.CheckConstraint(condition=models.Q(('number', 1), models.Q(('reason', ''), _negated=True), _connector='OR'), name='council_councilsheet_correction_says_why')],
                    },
                ),
            ],
        ),
    ]
