"""The database's own part: statuses along legal edges only, versions that never change, words ready for search."""

from django.db import migrations

from trepart.audit.operations import AppendOnly, GuardStatus

#: Search in words the database has worked out once: agenda items and decisions (docs/performance.md). Columns that Django does not
#: know as fields, so that no page fetches them. What is said in a case is left out: it is no one's to find before the minutes are
#: published.
WORDS = """
ALTER TABLE meetings_agendaitem ADD COLUMN words tsvector GENERATED ALWAYS AS (
    to_tsvector('norwegian'::regconfig, coalesce(title, '') || ' ' || coalesce(recommendation, ''))
) STORED;
CREATE INDEX meetings_agendaitem_words ON meetings_agendaitem USING gin (words);
ALTER TABLE meetings_decision ADD COLUMN words tsvector GENERATED ALWAYS AS (
    to_tsvector('norwegian'::regconfig, coalesce(text, ''))
) STORED;
CREATE INDEX meetings_decision_words ON meetings_decision USING gin (words);
"""
GONE = """
DROP INDEX meetings_decision_words;
ALTER TABLE meetings_decision DROP COLUMN words;
DROP INDEX meetings_agendaitem_words;
ALTER TABLE meetings_agendaitem DROP COLUMN words;
"""


class Migration(migrations.Migration):
    """Edges written out: a test holds them against `forum.meetings.states`."""

    dependencies = [("meetings", "0001_initial"), ("audit", "0002_guards")]

    operations = [
        migrations.RunSQL(WORDS, GONE),
        GuardStatus(
            "meeting",
            [
                ("", "ended"), ("", "planned"),
                ("called", "called"), ("called", "cancelled"), ("called", "in_session"), ("called", "planned"),
                ("in_session", "ended"),
                ("planned", "called"), ("planned", "cancelled"), ("planned", "planned"),
            ],
        ),
        GuardStatus(
            "minutes",
            [
                ("", "draft"),
                ("approved", "published"),
                ("draft", "published"),
                ("published", "approved"), ("published", "published"),
            ],
        ),
        AppendOnly("casepaperversion"),
        AppendOnly("decisionlist"),
        AppendOnly("followupnote"),
        AppendOnly("minutessignature"),
        AppendOnly("minutesversion"),
        AppendOnly("recordcorrection"),
        AppendOnly("remarkreply"),
    ]
