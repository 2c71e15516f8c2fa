"""The first tables of oidc. Written by `python -m dev.migrations`, with the file of SQL beside it."""

import django.db.models.deletion
import trepart.clock
import trepart.initial_tables
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        trepart.initial_tables.InitialTables(
            tables=[
                migrations.CreateModel(
                    name='Identity',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('person', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='identities', to=settings.AUTH_USER_MODEL)),
                        ('issuer', models.CharField(max_length=255)),
                        ('subject', models.CharField(max_length=255)),
                        ('linked_at', models.DateTimeField(default=trepart.clock.now, verbose_name='linked')),
                    ],
                    options={
                        'verbose_name': 'way of signing in',
                        'verbose_name_plural': 'ways of signing in',
                        'constraints': [models.UniqueConstraint(fields=('issuer', 'subject'), name='oidc_identity_who'), models.UniqueConstraint(fields=('person', 'issuer'), name='oidc_identity_one_each')],
                    },
                ),
                migrations.CreateModel(
                    name='ServiceSession',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('person', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL)),
                        ('issuer', models.CharField(max_length=255)),
                        ('subject', models.CharField(max_length=255)),
                        ('sid', models.CharField(blank=True, max_length=255)),
                        ('session_key', models.CharField(max_length=40, unique=True)),
                        ('begun_at', models.DateTimeField(default=trepart.clock.now, verbose_name='since')),
                    ],
                    options={
                        'verbose_name': 'session begun elsewhere',
                        'verbose_name_plural': 'sessions begun elsewhere',
                        'indexes': [models.Index(fields=['issuer', 'sid'], name='oidc_session_sid'), models.Index(fields=['issuer', 'subject'], name='oidc_session_subject')],
                    },
                ),
            ],
        ),
    ]
