"""The newest first without sorting all of them, and search in words the database has worked out once (docs/performance.md)."""

from django.db import migrations, models

WORDS = """
ALTER TABLE proposals_proposal ADD COLUMN words tsvector GENERATED ALWAYS AS (
    to_tsvector('norwegian'::regconfig, coalesce(title, '') || ' ' || coalesce(what, '') || ' ' || coalesce(why, ''))
) STORED;
CREATE INDEX proposals_stored_words ON proposals_proposal USING gin (words);
"""
GONE = "DROP INDEX proposals_stored_words; ALTER TABLE proposals_proposal DROP COLUMN words;"


class Migration(migrations.Migration):
    """Brings an index and a column that Django does not know as a field, so that no page fetches it."""

    dependencies = [("proposals", "0008_draft_file_digest")]

    operations = [
        migrations.AddIndex(
            model_name="proposal",
            index=models.Index(fields=["-submitted_at", "-id"], name="proposals_newest"),
        ),
        migrations.RemoveIndex(model_name="proposal", name="proposals_words"),
        migrations.RunSQL(WORDS, GONE),
    ]
