"""The table that the limits on sign-in are counted in."""

from django.db import migrations

# Django's DatabaseCache, as `createcachetable` makes it. Unlogged: what is counted here for some minutes is in no backup, and may be lost.
TABLE = """
CREATE UNLOGGED TABLE IF NOT EXISTS trepart_cache (
    cache_key varchar(255) NOT NULL PRIMARY KEY,
    value text NOT NULL,
    expires timestamp with time zone NOT NULL
);
CREATE INDEX IF NOT EXISTS trepart_cache_expires ON trepart_cache (expires);
"""


class Migration(migrations.Migration):
    """Brings a table that no model stands for."""

    dependencies = [("access", "0001_initial")]

    operations = [migrations.RunSQL(TABLE, "DROP TABLE IF EXISTS trepart_cache")]
