"""The first tables of notices. Written by `python -m dev.migrations`, with the file of SQL beside it."""

import django.db.models.deletion
import trepart.clock
import trepart.initial_tables
import uuid
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('audit', '0001_initial'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        trepart.initial_tables.InitialTables(
            tables=[
                migrations.CreateModel(
                    name='Attachment',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('mail', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='attachments', to='notices.mail')),
                        ('name', models.CharField(max_length=100)),
                        ('content_type', models.CharField(max_length=100)),
                        ('method', models.CharField(blank=True, max_length=20)),
                        ('content', models.BinaryField()),
                    ],
                    options={
                        'verbose_name': 'attachment',
                        'verbose_name_plural': 'attachments',
                        'ordering': ['id'],
                    },
                ),
                migrations.CreateModel(
                    name='Mail',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('person', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                        ('to', models.CharField(max_length=254, verbose_name='address')),
                        ('language', models.CharField(max_length=5)),
                        ('kind', models.CharField(max_length=100)),
                        ('subject', models.CharField(max_length=200, verbose_name='subject')),
                        ('text', models.TextField(verbose_name='text')),
                        ('label', models.CharField(blank=True, max_length=100)),
                        ('secret', models.BooleanField(default=False)),
                        ('key', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                        ('state', models.CharField(choices=[('queued', 'in the queue'), ('sending', 'being sent'), ('sent', 'sent'), ('failed', 'did not arrive'), ('held', 'waits for a right address'), ('dropped', 'not to be sent')], default='queued', max_length=10, verbose_name='state')),
                        ('created_at', models.DateTimeField(default=trepart.clock.now, verbose_name='written')),
                        ('next_try_at', models.DateTimeField(default=trepart.clock.now)),
                        ('claimed_at', models.DateTimeField(blank=True, null=True)),
                        ('attempts', models.PositiveIntegerField(default=0, verbose_name='attempts')),
                        ('sent_at', models.DateTimeField(blank=True, null=True, verbose_name='sent')),
                        ('troubled_at', models.DateTimeField(blank=True, null=True, verbose_name='since')),
                        ('reason', models.CharField(blank=True, choices=[('no_such_address', 'there is no such address'), ('mailbox_full', 'the mailbox is full'), ('not_accepted', 'the receiving mail server does not accept it'), ('server_away', 'the mail server does not answer'), ('busy', 'the mail server asks us to come back later'), ('own_server', 'our own mail server does not take mail from the portal'), ('cannot_be_written', 'the mail cannot be written: a fault in the portal')], max_length=20, verbose_name='why')),
                        ('code', models.CharField(blank=True, max_length=20)),
                        ('blanked_at', models.DateTimeField(blank=True, null=True)),
                    ],
                    options={
                        'verbose_name': 'mail',
                        'verbose_name_plural': 'mails',
                        'ordering': ['-created_at', '-id'],
                        'indexes': [models.Index(condition=models.Q(('state', 'queued')), fields=['next_try_at'], name='notices_mail_waiting'), models.Index(condition=models.Q(('troubled_at__isnull', False)), fields=['troubled_at'], name='notices_mail_troubled'), models.Index(condition=models.Q(('blanked_at__isnull', True)), fields=['sent_at'], name='notices_mail_to_blank'), models.Index(fields=['to', '-created_at'], name='notices_mail_to')],
                        'constraints': [models.CheckConstraint(condition=models.Q(('blanked_at__isnull', True), models.Q(('label', ''), ('text', '')), _connector='OR'), name='notices_mail_blank_is_blank')],
                    },
                ),
                migrations.CreateModel(
                    name='MailChoice',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('person', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='mail_choice', to=settings.AUTH_USER_MODEL)),
                        ('cadence', models.CharField(choices=[('at_once', 'At once'), ('daily', 'Gathered, once a day')], default='at_once', max_length=10, verbose_name='how often')),
                    ],
                    options={
                        'verbose_name': 'choice of mail',
                        'verbose_name_plural': 'choices of mail',
                    },
                ),
                migrations.CreateModel(
                    name='Notice',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('person', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='notices', to=settings.AUTH_USER_MODEL)),
                        ('event', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='audit.event')),
                        ('kind', models.CharField(max_length=100)),
                        ('subject', models.CharField(max_length=200, verbose_name='subject')),
                        ('body', models.TextField(verbose_name='text')),
                        ('url', models.CharField(blank=True, max_length=300)),
                        ('created_at', models.DateTimeField(default=trepart.clock.now, verbose_name='told')),
                        ('read_at', models.DateTimeField(blank=True, null=True, verbose_name='read')),
                        ('mail', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='notices', to='notices.mail')),
                        ('to_be_gathered', models.BooleanField(default=False)),
                    ],
                    options={
                        'verbose_name': 'notice',
                        'verbose_name_plural': 'notices',
                        'ordering': ['-created_at', '-id'],
                        'indexes': [models.Index(fields=['person', '-created_at'], name='notices_notice_person'), models.Index(condition=models.Q(('to_be_gathered', True)), fields=['person'], name='notices_notice_gather')],
                        'constraints': [models.UniqueConstraint(fields=('event', 'person', 'kind'), name='notices_notice_once')],
                    },
                ),
                migrations.CreateModel(
                    name='WrongAddress',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('address', models.CharField(max_length=254, unique=True)),
                        ('marked_at', models.DateTimeField(default=trepart.clock.now)),
                    ],
                    options={
                        'verbose_name': 'wrong address',
                        'verbose_name_plural': 'wrong addresses',
                    },
                ),
            ],
        ),
    ]
