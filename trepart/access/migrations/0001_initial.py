"""The first tables of access. Written by `python -m dev.migrations`, with the file of SQL beside it."""

import django.db.models.deletion
import django.db.models.functions.text
import simple_history.models
import trepart.access.models
import trepart.clock
import trepart.initial_tables
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('auth', '0012_alter_user_first_name_max_length'),
    ]

    operations = [
        trepart.initial_tables.InitialTables(
            tables=[
                migrations.CreateModel(
                    name='Invitation',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('person', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='invitation', to=settings.AUTH_USER_MODEL)),
                        ('digest', models.CharField(blank=True, db_index=True, max_length=64)),
                        ('sent_at', models.DateTimeField(verbose_name='sent')),
                        ('expires_at', models.DateTimeField(verbose_name='can be used until')),
                        ('accepted_at', models.DateTimeField(blank=True, null=True, verbose_name='accepted')),
                        ('withdrawn_at', models.DateTimeField(blank=True, null=True, verbose_name='withdrawn')),
                    ],
                    options={
                        'verbose_name': 'invitation',
                        'verbose_name_plural': 'invitations',
                    },
                ),
                migrations.CreateModel(
                    name='RoleGroup',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('group', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='role_group', to='auth.group')),
                        ('body', models.BigIntegerField(blank=True, null=True)),
                        ('role', models.CharField(max_length=40)),
                    ],
                    options={
                        'verbose_name': 'group of a role',
                        'verbose_name_plural': 'groups of roles',
                        'constraints': [models.UniqueConstraint(fields=('body', 'role'), name='access_rolegroup_role', nulls_distinct=False)],
                    },
                ),
                migrations.CreateModel(
                    name='User',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('password', models.CharField(max_length=128, verbose_name='password')),
                        ('last_login', models.DateTimeField(blank=True, null=True, verbose_name='last login')),
                        ('is_superuser', models.BooleanField(default=False, help_text='Designates that this user has all permissions without explicitly assigning them.', verbose_name='superuser status')),
                        ('email', models.EmailField(max_length=254, unique=True, verbose_name='e-mail address')),
                        ('name', models.CharField(max_length=150, verbose_name='name')),
                        ('language', models.CharField(blank=True, default='', max_length=7, verbose_name='language')),
                        ('is_active', models.BooleanField(default=True, verbose_name='active')),
                        ('is_staff', models.BooleanField(default=False, verbose_name='may use the technical administration')),
                        ('date_joined', models.DateTimeField(default=trepart.clock.now, editable=False, verbose_name='since')),
                        ('groups', models.ManyToManyField(blank=True, help_text='The groups this user belongs to. A user will get all permissions granted to each of their groups.', related_name='user_set', related_query_name='user', to='auth.group', verbose_name='groups')),
                        ('user_permissions', models.ManyToManyField(blank=True, help_text='Specific permissions for this user.', related_name='user_set', related_query_name='user', to='auth.permission', verbose_name='user permissions')),
                    ],
                    options={
                        'verbose_name': 'person',
                        'verbose_name_plural': 'people',
                        'constraints': [models.UniqueConstraint(django.db.models.functions.text.Lower('email'), name='access_user_email_ci')],
                    },
                    managers=[
                        ('objects', trepart.access.models.UserManager()),
                    ],
                ),
                migrations.CreateModel(
                    name='HistoricalUser',
                    fields=[
                        ('id', models.BigIntegerField(auto_created=True, blank=True, db_index=True, verbose_name='ID')),
                        ('event_id', models.BigIntegerField(db_index=True, editable=False, null=True)),
                        ('is_superuser', models.BooleanField(default=False, help_text='Designates that this user has all permissions without explicitly assigning them.', verbose_name='superuser status')),
                        ('email', models.EmailField(db_index=True, max_length=254, verbose_name='e-mail address')),
                        ('name', models.CharField(max_length=150, verbose_name='name')),
                        ('is_active', models.BooleanField(default=True, verbose_name='active')),
                        ('is_staff', models.BooleanField(default=False, verbose_name='may use the technical administration')),
                        ('date_joined', models.DateTimeField(default=trepart.clock.now, editable=False, verbose_name='since')),
                        ('history_change_reason', models.TextField(null=True)),
                        ('history_id', models.AutoField(primary_key=True, serialize=False)),
                        ('history_date', models.DateTimeField(db_index=True)),
                        ('history_type', models.CharField(choices=[('+', 'Created'), ('~', 'Changed'), ('-', 'Deleted')], max_length=1)),
                        ('history_user', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                    ],
                    options={
                        'verbose_name': 'historical person',
                        'verbose_name_plural': 'historical people',
                        'ordering': ('-history_date', '-history_id'),
                        'get_latest_by': ('history_date', 'history_id'),
                    },
                    bases=(simple_history.models.HistoricalChanges, models.Model),
                ),
            ],
        ),
    ]
