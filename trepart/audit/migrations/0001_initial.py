"""The first tables of audit. Written by `python -m dev.migrations`, with the file of SQL beside it."""

import django.db.models.deletion
import trepart.clock
import trepart.initial_tables
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('account', '0009_emailaddress_unique_primary_email'),
        ('admin', '0003_logentry_add_action_flag_choices'),
        ('auth', '0012_alter_user_first_name_max_length'),
        ('contenttypes', '0002_remove_content_type_name'),
        ('guardian', '0003_remove_groupobjectpermission_guardian_gr_content_ae6aec_idx_and_more'),
        ('mfa', '0003_authenticator_type_uniq'),
        ('procrastinate', '0041_post_retry_failed_job'),
        ('sessions', '0001_initial'),
        ('usersessions', '0001_initial'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        trepart.initial_tables.InitialTables(
            tables=[
                migrations.CreateModel(
                    name='Event',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('action', models.CharField(max_length=100)),
                        ('actor', models.ForeignKey(blank=True, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                        ('acting_body', models.BigIntegerField(blank=True, null=True)),
                        ('acting_role', models.CharField(blank=True, max_length=40)),
                        ('acting_label', models.CharField(blank=True, max_length=200)),
                        ('subject_type', models.CharField(max_length=100)),
                        ('subject_id', models.BigIntegerField()),
                        ('root_type', models.CharField(max_length=100)),
                        ('root_id', models.BigIntegerField()),
                        ('from_state', models.CharField(blank=True, max_length=40)),
                        ('to_state', models.CharField(blank=True, max_length=40)),
                        ('data', models.JSONField(blank=True, default=dict)),
                        ('content_digest', models.CharField(blank=True, max_length=64)),
                        ('at', models.DateTimeField(default=trepart.clock.now)),
                        ('recorded_at', models.DateTimeField(editable=False, null=True)),
                        ('xact', models.BigIntegerField(editable=False, null=True)),
                    ],
                    options={
                        'verbose_name': 'event',
                        'verbose_name_plural': 'events',
                        'ordering': ['-id'],
                        'indexes': [models.Index(fields=['root_type', 'root_id', '-id'], name='audit_event_root'), models.Index(fields=['subject_type', 'subject_id', '-id'], name='audit_event_subject')],
                    },
                ),
                migrations.CreateModel(
                    name='EventContent',
                    fields=[
                        ('event', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, primary_key=True, related_name='content', serialize=False, to='audit.event')),
                        ('salt', models.CharField(max_length=64)),
                        ('body', models.JSONField()),
                    ],
                    options={
                        'verbose_name': 'content of an event',
                        'verbose_name_plural': 'contents of events',
                    },
                ),
                migrations.CreateModel(
                    name='Rewritten',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('event', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='audit.event')),
                        ('table', models.CharField(max_length=63)),
                        ('row', models.BigIntegerField()),
                    ],
                    options={
                        'verbose_name': 'erased row of a history',
                        'verbose_name_plural': 'erased rows of histories',
                    },
                ),
                migrations.CreateModel(
                    name='Seal',
                    fields=[
                        ('number', models.BigIntegerField(primary_key=True, serialize=False)),
                        ('previous_digest', models.CharField(blank=True, max_length=64)),
                        ('digest', models.CharField(max_length=64)),
                        ('count', models.PositiveIntegerField()),
                        ('sealed_at', models.DateTimeField()),
                        ('columns', models.JSONField(default=dict)),
                        ('views', models.PositiveIntegerField(default=0)),
                        ('views_digest', models.CharField(blank=True, max_length=64)),
                    ],
                    options={
                        'verbose_name': 'seal',
                        'verbose_name_plural': 'seals',
                        'ordering': ['-number'],
                    },
                ),
                migrations.CreateModel(
                    name='SealEntry',
                    fields=[
                        ('event', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, primary_key=True, related_name='seal_entry', serialize=False, to='audit.event')),
                        ('seal', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='entries', to='audit.seal')),
                        ('position', models.PositiveIntegerField()),
                        ('digest', models.CharField(max_length=64)),
                        ('stored', models.JSONField(default=list)),
                    ],
                    options={
                        'verbose_name': 'seal entry',
                        'verbose_name_plural': 'seal entries',
                        'constraints': [models.UniqueConstraint(fields=('seal', 'position'), name='audit_sealentry_position')],
                    },
                ),
                migrations.CreateModel(
                    name='Unsealed',
                    fields=[
                        ('event', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, primary_key=True, related_name='+', serialize=False, to='audit.event')),
                    ],
                    options={
                        'verbose_name': 'event that waits for its seal',
                        'verbose_name_plural': 'events that wait for their seal',
                    },
                ),
                migrations.CreateModel(
                    name='UnsealedView',
                    fields=[
                        ('view', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, primary_key=True, related_name='+', serialize=False, to='audit.viewlog')),
                    ],
                    options={
                        'verbose_name': 'viewing that waits for its seal',
                        'verbose_name_plural': 'viewings that wait for their seal',
                    },
                ),
                migrations.CreateModel(
                    name='ViewEntry',
                    fields=[
                        ('view', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, primary_key=True, related_name='entry', serialize=False, to='audit.viewlog')),
                        ('seal', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='view_entries', to='audit.seal')),
                        ('digest', models.CharField(max_length=64)),
                    ],
                    options={
                        'verbose_name': 'seal entry of a viewing',
                        'verbose_name_plural': 'seal entries of viewings',
                    },
                ),
                migrations.CreateModel(
                    name='ViewLog',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('person', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                        ('subject_type', models.CharField(max_length=100)),
                        ('subject_id', models.BigIntegerField()),
                        ('page', models.CharField(max_length=100)),
                        ('at', models.DateTimeField(default=trepart.clock.now)),
                    ],
                    options={
                        'verbose_name': 'viewing',
                        'verbose_name_plural': 'viewings',
                        'indexes': [models.Index(fields=['subject_type', 'subject_id', '-at'], name='audit_viewlog_subject')],
                    },
                ),
            ],
        ),
    ]
