"""Invitations, and the table that the limits on sign-in are counted in."""

from django.conf import settings
from django.db import migrations, models

# Django's DatabaseCache, as `createcachetable` makes it. Unlogged: what is counted here for some minutes is in no backup, and may be lost.
_MAKE = """
CREATE UNLOGGED TABLE IF NOT EXISTS trepart_cache (
    cache_key varchar(255) NOT NULL PRIMARY KEY,
    value text NOT NULL,
    expires timestamp with time zone NOT NULL
);
CREATE INDEX IF NOT EXISTS trepart_cache_expires ON trepart_cache (expires);
"""


class Migration(migrations.Migration):
    dependencies = [("access", "0001_initial")]

    operations = [
        migrations.CreateModel(
            name="Invitation",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("digest", models.CharField(blank=True, db_index=True, max_length=64)),
                ("sent_at", models.DateTimeField(verbose_name="sent")),
                ("expires_at", models.DateTimeField(verbose_name="can be used until")),
                ("accepted_at", models.DateTimeField(blank=True, null=True, verbose_name="accepted")),
                ("withdrawn_at", models.DateTimeField(blank=True, null=True, verbose_name="withdrawn")),
                (
                    "person",
                    models.OneToOneField(
                        on_delete=models.deletion.CASCADE, related_name="invitation", to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
            options={"verbose_name": "invitation", "verbose_name_plural": "invitations"},
        ),
        migrations.RunSQL(_MAKE, "DROP TABLE IF EXISTS trepart_cache"),
    ]
