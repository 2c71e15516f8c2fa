"""The database's own part: a proposal's status along legal edges only and never at an end without an answer, words ready for search."""

from django.db import migrations

from trepart.audit.operations import GuardStatus, KeepPast

#: No conclusion without an answer to the proposer (R18), no recommended case without the recommendation.
FUNCTIONS = """
CREATE FUNCTION proposals_guard_answer() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.status IN ('considered', 'awaiting_council', 'adopted', 'implemented', 'declined', 'merged', 'elsewhere')
       AND NOT EXISTS (
           SELECT 1 FROM proposals_feedback f WHERE f.proposal_id = NEW.id AND f.event_id = NEW.status_event_id
       ) THEN
        RAISE EXCEPTION 'proposal % cannot be % without an answer to the proposer', NEW.id, NEW.status
            USING ERRCODE = 'check_violation', CONSTRAINT = 'proposals_no_end_without_answer';
    END IF;
    RETURN NULL;
END $$;

CREATE FUNCTION proposals_guard_recommendation() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.outcome = 'recommended'
       AND EXISTS (SELECT 1 FROM proposals_proposal p WHERE p.case_id = NEW.case_id)
       AND NOT EXISTS (
           SELECT 1 FROM cases_referral r
           WHERE r.sent_by_id = NEW.id AND r.recommendation <> '' AND r.recommended_by_id = NEW.body_id
       ) THEN
        RAISE EXCEPTION 'referral % cannot be sent on with a recommendation that is not there', NEW.id
            USING ERRCODE = 'check_violation', CONSTRAINT = 'proposals_no_sending_without_recommendation';
    END IF;
    RETURN NULL;
END $$;

-- Looked at when the transaction ends: by then the step has written everything that belongs to it.
CREATE CONSTRAINT TRIGGER guard_answer AFTER INSERT OR UPDATE OF status, status_event_id ON proposals_proposal
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION proposals_guard_answer();
CREATE CONSTRAINT TRIGGER guard_recommendation AFTER INSERT OR UPDATE OF outcome ON cases_referral
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION proposals_guard_recommendation();
"""
REVERSE = """
DROP TRIGGER guard_answer ON proposals_proposal;
DROP TRIGGER guard_recommendation ON cases_referral;
DROP FUNCTION proposals_guard_answer();
DROP FUNCTION proposals_guard_recommendation();
"""

#: Search in words the database has worked out once (docs/performance.md), in a column that Django does not know as a field.
WORDS = """
ALTER TABLE proposals_proposal ADD COLUMN words tsvector GENERATED ALWAYS AS (
    to_tsvector('norwegian'::regconfig, coalesce(title, '') || ' ' || coalesce(what, '') || ' ' || coalesce(why, ''))
) STORED;
CREATE INDEX proposals_stored_words ON proposals_proposal USING gin (words);
"""
GONE = """
DROP INDEX proposals_stored_words;
ALTER TABLE proposals_proposal DROP COLUMN words;
"""


class Migration(migrations.Migration):
    """Edges written out: a test holds them against `proposals.states`."""

    dependencies = [("proposals", "0001_initial"), ("audit", "0002_guards"), ("cases", "0001_initial")]

    operations = [
        migrations.RunSQL(WORDS, GONE),
        migrations.RunSQL(FUNCTIONS, REVERSE),
        GuardStatus(
            "proposal",
            [
                ("", "received"),
                ("adopted", "declined"), ("adopted", "implemented"),
                ("awaiting_council", "adopted"), ("awaiting_council", "awaiting_council"),
                ("awaiting_council", "declined"),
                ("considered", "adopted"), ("considered", "awaiting_council"), ("considered", "considered"),
                ("considered", "declined"), ("considered", "implemented"), ("considered", "in_treatment"),
                ("considered", "merged"), ("considered", "withdrawn"),
                ("in_treatment", "adopted"), ("in_treatment", "awaiting_council"), ("in_treatment", "considered"),
                ("in_treatment", "declined"), ("in_treatment", "elsewhere"), ("in_treatment", "implemented"),
                ("in_treatment", "in_treatment"), ("in_treatment", "merged"), ("in_treatment", "received"),
                ("in_treatment", "withdrawn"),
                ("received", "elsewhere"), ("received", "in_treatment"), ("received", "merged"),
                ("received", "received"), ("received", "withdrawn"),
            ],
        ),
        GuardStatus(
            "conclusion",
            [
                ("", "provisional"),
                ("provisional", "dropped"), ("provisional", "sent_up"), ("provisional", "stands"),
            ],
        ),
        *map(KeepPast, (
            "historicalconclusion", "historicalfeedback", "historicalheardword", "historicalintake",
            "historicalletter", "historicalpartialityanswer", "historicalposition",
            "historicalprogressreport", "historicalproposal", "historicalstance",
        )),
        KeepPast("historicalpapersender", "address", "erased_at", "telephone"),
    ]
