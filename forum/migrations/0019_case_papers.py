"""Case papers with append-only versions, redacted copies of documents, and the archive's own case number."""

import django.contrib.postgres.fields
import django.db.models.deletion
import simple_history.models
import trepart.clock
from django.conf import settings
from django.db import migrations, models

from trepart.audit.operations import AppendOnly


class Migration(migrations.Migration):

    dependencies = [
        ('forum', '0018_private_notes'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='CasePaper',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('begun_at', models.DateTimeField(default=trepart.clock.now, verbose_name='begun')),
            ],
            options={
                'verbose_name': 'case paper',
                'verbose_name_plural': 'case papers',
                'ordering': ['id'],
            },
        ),
        migrations.CreateModel(
            name='CasePaperDraft',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('recommendation', models.TextField(blank=True, verbose_name='recommendation')),
                ('facts', models.TextField(blank=True, verbose_name='facts of the case')),
                ('assessment', models.TextField(blank=True, verbose_name='assessment')),
                ('involvement', models.TextField(blank=True, verbose_name='involvement and discussion')),
                ('union_view', models.TextField(blank=True, verbose_name="the unions' view")),
                ('needs_discussion', models.BooleanField(default=False, verbose_name='must be discussed with the unions')),
                ('discussed_on', models.DateField(blank=True, null=True, verbose_name='discussed on')),
                ('discussed_with', models.CharField(blank=True, max_length=300, verbose_name='discussed with')),
                ('public_form', models.CharField(choices=[('whole', 'all of it'), ('redacted', 'a redacted version, without what is marked as exempt'), ('nothing', 'nothing: the paper and its attachments are exempt')], default='whole', max_length=10, verbose_name='what the public reads')),
                ('exempt_basis', models.CharField(blank=True, max_length=200, verbose_name='legal basis for exemption')),
                ('exempt_sections', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(choices=[('recommendation', 'Recommendation'), ('facts', 'Facts of the case'), ('assessment', 'Assessment'), ('involvement', 'Involvement and discussion'), ('union_view', "The unions' view")], max_length=20), blank=True, default=list, size=None)),
                ('attachments', django.contrib.postgres.fields.ArrayField(base_field=models.BigIntegerField(), blank=True, default=list, size=None)),
                ('reason', models.TextField(blank=True, max_length=1000, verbose_name='what is changed, and why')),
                ('revision', models.PositiveIntegerField(default=1)),
                ('saved_at', models.DateTimeField(default=trepart.clock.now)),
            ],
            options={
                'verbose_name': 'draft of a case paper',
                'verbose_name_plural': 'drafts of case papers',
            },
        ),
        migrations.CreateModel(
            name='CasePaperVersion',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('recommendation', models.TextField(blank=True, verbose_name='recommendation')),
                ('facts', models.TextField(blank=True, verbose_name='facts of the case')),
                ('assessment', models.TextField(blank=True, verbose_name='assessment')),
                ('involvement', models.TextField(blank=True, verbose_name='involvement and discussion')),
                ('union_view', models.TextField(blank=True, verbose_name="the unions' view")),
                ('needs_discussion', models.BooleanField(default=False, verbose_name='must be discussed with the unions')),
                ('discussed_on', models.DateField(blank=True, null=True, verbose_name='discussed on')),
                ('discussed_with', models.CharField(blank=True, max_length=300, verbose_name='discussed with')),
                ('public_form', models.CharField(choices=[('whole', 'all of it'), ('redacted', 'a redacted version, without what is marked as exempt'), ('nothing', 'nothing: the paper and its attachments are exempt')], default='whole', max_length=10, verbose_name='what the public reads')),
                ('exempt_basis', models.CharField(blank=True, max_length=200, verbose_name='legal basis for exemption')),
                ('exempt_sections', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(choices=[('recommendation', 'Recommendation'), ('facts', 'Facts of the case'), ('assessment', 'Assessment'), ('involvement', 'Involvement and discussion'), ('union_view', "The unions' view")], max_length=20), blank=True, default=list, size=None)),
                ('attachments', django.contrib.postgres.fields.ArrayField(base_field=models.BigIntegerField(), blank=True, default=list, size=None)),
                ('reason', models.TextField(blank=True, max_length=1000, verbose_name='what is changed, and why')),
                ('number', models.PositiveSmallIntegerField(verbose_name='version')),
                ('finished_at', models.DateTimeField(default=trepart.clock.now, verbose_name='finished')),
            ],
            options={
                'verbose_name': 'version of a case paper',
                'verbose_name_plural': 'versions of case papers',
                'ordering': ['-number'],
            },
        ),
        migrations.CreateModel(
            name='HistoricalCasePaper',
            fields=[
                ('id', models.BigIntegerField(auto_created=True, blank=True, db_index=True, verbose_name='ID')),
                ('event_id', models.BigIntegerField(db_index=True, editable=False, null=True)),
                ('begun_at', models.DateTimeField(default=trepart.clock.now, verbose_name='begun')),
                ('history_change_reason', models.TextField(null=True)),
                ('history_id', models.AutoField(primary_key=True, serialize=False)),
                ('history_date', models.DateTimeField(db_index=True)),
                ('history_type', models.CharField(choices=[('+', 'Created'), ('~', 'Changed'), ('-', 'Deleted')], max_length=1)),
            ],
            options={
                'verbose_name': 'historical case paper',
                'verbose_name_plural': 'historical case papers',
                'ordering': ('-history_date', '-history_id'),
                'get_latest_by': ('history_date', 'history_id'),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.AddField(
            model_name='case',
            name='archive_reference',
            field=models.CharField(blank=True, max_length=60, verbose_name="the archive's case number"),
        ),
        migrations.AddField(
            model_name='document',
            name='redacts',
            field=models.OneToOneField(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='redacted_copy', to='forum.document', verbose_name='redacts'),
        ),
        migrations.AddField(
            model_name='document',
            name='with_paper',
            field=models.BooleanField(default=False),
        ),
        migrations.AddField(
            model_name='historicalcase',
            name='archive_reference',
            field=models.CharField(blank=True, max_length=60, verbose_name="the archive's case number"),
        ),
        migrations.AddField(
            model_name='historicaldocument',
            name='redacts',
            field=models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='forum.document', verbose_name='redacts'),
        ),
        migrations.AddField(
            model_name='historicaldocument',
            name='with_paper',
            field=models.BooleanField(default=False),
        ),
        migrations.AddConstraint(
            model_name='document',
            constraint=models.CheckConstraint(condition=models.Q(('redacts__isnull', True), models.Q(('redacts', models.F('id')), _negated=True), _connector='OR'), name='forum_document_redacts_another'),
        ),
        migrations.AddConstraint(
            model_name='document',
            constraint=models.CheckConstraint(condition=models.Q(('redacts__isnull', True), ('exempt_basis', ''), _connector='OR'), name='forum_document_copy_is_public'),
        ),
        migrations.AddField(
            model_name='casepaper',
            name='begun_by',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='casepaper',
            name='case',
            field=models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='paper', to='forum.case'),
        ),
        migrations.AddField(
            model_name='casepaperdraft',
            name='paper',
            field=models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='draft', to='forum.casepaper'),
        ),
        migrations.AddField(
            model_name='casepaperdraft',
            name='saved_by',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='casepaperversion',
            name='paper',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='versions', to='forum.casepaper'),
        ),
        migrations.AddField(
            model_name='casepaperversion',
            name='written_by',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='historicalcasepaper',
            name='begun_by',
            field=models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='historicalcasepaper',
            name='case',
            field=models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='forum.case'),
        ),
        migrations.AddField(
            model_name='historicalcasepaper',
            name='history_user',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddConstraint(
            model_name='casepaperversion',
            constraint=models.UniqueConstraint(fields=('paper', 'number'), name='forum_casepaper_number'),
        ),
        migrations.AddConstraint(
            model_name='casepaperversion',
            constraint=models.CheckConstraint(condition=models.Q(('number', 1), models.Q(('reason', ''), _negated=True), _connector='OR'), name='forum_casepaper_change_says_why'),
        ),
        migrations.AddConstraint(
            model_name='casepaperversion',
            constraint=models.CheckConstraint(condition=models.Q(('public_form', 'whole'), models.Q(('exempt_basis', ''), _negated=True), _connector='OR'), name='forum_casepaper_exempt_on_a_basis'),
        ),
        migrations.AddConstraint(
            model_name='casepaperversion',
            constraint=models.CheckConstraint(condition=models.Q(('recommendation', ''), ('facts', ''), ('assessment', ''), _negated=True), name='forum_casepaper_says_something'),
        ),
        AppendOnly("casepaperversion"),
    ]
