"""Guards of the database: no conclusion without an answer to the proposer (R18), no recommended case without the recommendation."""

from django.db import migrations

FUNCTIONS = """
CREATE FUNCTION proposals_guard_answer() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.status IN ('considered', 'awaiting_council', 'adopted', 'implemented', 'declined', 'merged')
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
           SELECT 1 FROM forum_referral r
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
CREATE CONSTRAINT TRIGGER guard_recommendation AFTER INSERT OR UPDATE OF outcome ON forum_referral
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION proposals_guard_recommendation();
"""

REVERSE = """
DROP TRIGGER guard_answer ON proposals_proposal;
DROP TRIGGER guard_recommendation ON forum_referral;
DROP FUNCTION proposals_guard_answer();
DROP FUNCTION proposals_guard_recommendation();
"""


class Migration(migrations.Migration):
    """What forms ask for, the database insists on."""

    dependencies = [("proposals", "0003_follow_up"), ("forum", "0001_initial")]

    operations = [migrations.RunSQL(FUNCTIONS, REVERSE)]
