"""The database's own part: statuses along legal edges only, versions that never change, words ready for search."""

from django.db import migrations

from trepart.audit.operations import AppendOnly, GuardStatus

#: Search in words the database has worked out once: agenda items and decisions (docs/performance.md). Columns that Django does not
#: know as fields, so that no page fetches them. What is said in a case is left out: it is no one's to find before the minutes are
#: published.
WORDS = """
ALTER TABLE forum_agendaitem ADD COLUMN words tsvector GENERATED ALWAYS AS (
    to_tsvector('norwegian'::regconfig, coalesce(title, '') || ' ' || coalesce(recommendation, ''))
) STORED;
CREATE INDEX forum_agendaitem_words ON forum_agendaitem USING gin (words);
ALTER TABLE forum_decision ADD COLUMN words tsvector GENERATED ALWAYS AS (
    to_tsvector('norwegian'::regconfig, coalesce(text, ''))
) STORED;
CREATE INDEX forum_decision_words ON forum_decision USING gin (words);
"""
GONE = """
DROP INDEX forum_decision_words;
ALTER TABLE forum_decision DROP COLUMN words;
DROP INDEX forum_agendaitem_words;
ALTER TABLE forum_agendaitem DROP COLUMN words;
"""


class Migration(migrations.Migration):
    """Edges written out: a test holds them against `forum.states`."""

    dependencies = [("forum", "0001_initial"), ("audit", "0002_guards")]

    operations = [
        migrations.RunSQL(WORDS, GONE),
        GuardStatus(
            "referral",
            [
                ("", "open"),
                ("open", "closed"), ("open", "resting"),
                ("resting", "closed"), ("resting", "open"), ("resting", "resting"),
            ],
        ),
        GuardStatus(
            "opinion",
            [
                ("", "asked"),
                ("asked", "answered"), ("asked", "declined"), ("asked", "lapsed"), ("asked", "withdrawn"),
            ],
        ),
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
        GuardStatus(
            "commission",
            [
                ("", "given"),
                ("accepted", "called_back"), ("accepted", "reported"), ("accepted", "sent_back"),
                ("given", "accepted"), ("given", "called_back"), ("given", "given"), ("given", "sent_back"),
                ("reported", "accepted"), ("reported", "concluded"),
                ("sent_back", "called_back"), ("sent_back", "given"),
            ],
        ),
        GuardStatus(
            "councilcase",
            [
                ("", "received"),
                ("decided", "decided"),
                ("received", "decided"), ("received", "treated"), ("received", "withdrawn"),
                ("treated", "decided"),
            ],
        ),
        AppendOnly("casepaperversion"),
        AppendOnly("councilsheet"),
        AppendOnly("decisionlist"),
        AppendOnly("followupnote"),
        AppendOnly("minutessignature"),
        AppendOnly("minutesversion"),
    ]
