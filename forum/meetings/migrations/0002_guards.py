"""The database's own part: statuses along legal edges only, versions that never change, words ready for search."""

from django.db import migrations

from trepart.audit.operations import AppendOnly, GuardStatus, KeepPast

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

#: A person votes once in a ballot, and no more vote than there were seats (koml §§ 8-1, 11-9; R5, R11), whoever writes.
ONE_VOTE = """
CREATE FUNCTION meetings_one_vote() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (
        SELECT 1 FROM meetings_vote v
        JOIN organisation_membership m ON m.id = v.membership_id
        JOIN meetings_ballot b ON b.id = v.ballot_id
        WHERE v.ballot_id IN (SELECT ballot_id FROM written)
        GROUP BY v.ballot_id, b.seats
        HAVING count(*) > b.seats OR count(DISTINCT m.person_id) < count(*)
    ) THEN
        RAISE EXCEPTION 'somebody votes twice, or more vote than there are seats' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER one_vote AFTER INSERT ON meetings_vote REFERENCING NEW TABLE AS written
    FOR EACH STATEMENT EXECUTE FUNCTION meetings_one_vote();
CREATE TRIGGER one_vote_changed AFTER UPDATE ON meetings_vote REFERENCING NEW TABLE AS written
    FOR EACH STATEMENT EXECUTE FUNCTION meetings_one_vote();
"""
NO_GUARD = """
DROP TRIGGER one_vote_changed ON meetings_vote;
DROP TRIGGER one_vote ON meetings_vote;
DROP FUNCTION meetings_one_vote();
"""


class Migration(migrations.Migration):
    """Edges written out: a test holds them against `forum.meetings.states`."""

    dependencies = [("meetings", "0001_initial"), ("audit", "0002_guards")]

    operations = [
        migrations.RunSQL(WORDS, GONE),
        migrations.RunSQL(ONE_VOTE, NO_GUARD),
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
        *map(KeepPast, (
            "historicalabsence", "historicaladdition", "historicalagendaitem", "historicalattendance",
            "historicalattendee", "historicalballot", "historicalcandidate", "historicalcasepaper",
            "historicalconflictreport", "historicalcount", "historicaldayoff", "historicaldecision",
            "historicaldemand", "historicaldemandsupport", "historicaldeputycall",
            "historicaldoorperiod", "historicalelection", "historicalfollowup", "historicallateitem",
            "historicallegalityrequest", "historicalmeeting", "historicalminutes",
            "historicalminutessigner", "historicalmotion", "historicalmovement", "historicalobjection",
            "historicalpostponementdemand", "historicalquestion", "historicalrecordingrequest",
            "historicalrecusal", "historicalround", "historicalstandingorder", "historicalvoice",
            "historicalvote", "historicalwrittenanswer", "historicalyearplan",
        )),
    ]
