"""Search in words the database has worked out once: agenda items and decisions (docs/performance.md). What is said in a case is left out: it is no one's to find before the minutes are published."""

from django.db import migrations

WORDS = """
ALTER TABLE forum_agendaitem ADD COLUMN words tsvector GENERATED ALWAYS AS (
    to_tsvector('norwegian'::regconfig, coalesce(title, '') || ' ' || coalesce(recommendation, ''))
) STORED;
CREATE INDEX forum_agendaitem_words ON forum_agendaitem USING gin (words);
ALTER TABLE forum_decision ADD COLUMN words tsvector GENERATED ALWAYS AS (to_tsvector('norwegian'::regconfig, coalesce(text, ''))) STORED;
CREATE INDEX forum_decision_words ON forum_decision USING gin (words);
"""
GONE = """
DROP INDEX forum_decision_words; ALTER TABLE forum_decision DROP COLUMN words;
DROP INDEX forum_agendaitem_words; ALTER TABLE forum_agendaitem DROP COLUMN words;
"""


class Migration(migrations.Migration):
    """Brings columns and indexes that Django does not know as fields, so that no page fetches them."""

    dependencies = [("forum", "0015_follow_up")]

    operations = [migrations.RunSQL(WORDS, GONE)]
