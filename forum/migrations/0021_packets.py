
import django.contrib.postgres.fields
import django.db.models.deletion
import trepart.clock
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('forum', '0019_case_papers'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Packet',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('audience', models.CharField(choices=[('internal', 'members'), ('public', 'everybody')], max_length=10)),
                ('asked_at', models.DateTimeField(default=trepart.clock.now)),
                ('begun_at', models.DateTimeField(blank=True, null=True)),
                ('stage', models.CharField(blank=True, choices=[('gathering', 'gathering the papers'), ('layout', 'setting the pages'), ('writing', 'writing the file')], max_length=10)),
                ('done', models.PositiveIntegerField(default=0)),
                ('total', models.PositiveIntegerField(default=0)),
                ('told_at', models.DateTimeField(blank=True, null=True)),
                ('made_at', models.DateTimeField(blank=True, null=True, verbose_name='made')),
                ('failed_at', models.DateTimeField(blank=True, null=True)),
                ('failure', models.CharField(blank=True, choices=[('print', 'A paper cannot be set as it stands. Whoever runs the portal finds in its log which one, and why.'), ('stopped', 'The making stopped half-way, as when the server is restarted. Make it again.'), ('other', 'Something went wrong. Make it again; if it fails once more, tell whoever runs the portal.')], max_length=10)),
                ('file', models.FileField(blank=True, upload_to='packets/%Y/%m/')),
                ('size', models.PositiveIntegerField(default=0)),
                ('pages', models.PositiveIntegerField(default=0)),
                ('sha256', models.CharField(blank=True, max_length=64)),
                ('made_from', models.CharField(blank=True, max_length=64)),
                ('pieces', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=80), blank=True, default=list, size=None)),
                ('newest_event', models.BigIntegerField(default=0)),
                ('holds_exempt', models.BooleanField(default=False)),
                ('asked_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('meeting', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='packets', to='forum.meeting')),
            ],
            options={
                'verbose_name': 'meeting packet',
                'verbose_name_plural': 'meeting packets',
                'ordering': ['-id'],
                'constraints': [models.UniqueConstraint(condition=models.Q(('failed_at__isnull', True), ('made_at__isnull', True)), fields=('meeting', 'audience'), name='forum_packet_one_making'), models.CheckConstraint(condition=models.Q(('made_at__isnull', True), ('failed_at__isnull', True), _connector='OR'), name='forum_packet_made_or_failed'), models.CheckConstraint(condition=models.Q(('made_at__isnull', True), models.Q(models.Q(('sha256', ''), _negated=True), models.Q(('made_from', ''), _negated=True)), _connector='OR'), name='forum_packet_made_is_known'), models.CheckConstraint(condition=models.Q(('failed_at__isnull', True), models.Q(('failure', ''), _negated=True), _connector='OR'), name='forum_packet_failed_says_why')],
            },
        ),
    ]
