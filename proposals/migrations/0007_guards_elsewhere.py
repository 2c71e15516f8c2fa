"""Guards of the database, again: the new edges, and no "belongs elsewhere" without the answer that says so (R18)."""

from django.db import migrations

from trepart.audit.operations import GuardStatus

FUNCTION = """
CREATE OR REPLACE FUNCTION proposals_guard_answer() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.status IN ({states})
       AND NOT EXISTS (
           SELECT 1 FROM proposals_feedback f WHERE f.proposal_id = NEW.id AND f.event_id = NEW.status_event_id
       ) THEN
        RAISE EXCEPTION 'proposal % cannot be % without an answer to the proposer', NEW.id, NEW.status
            USING ERRCODE = 'check_violation', CONSTRAINT = 'proposals_no_end_without_answer';
    END IF;
    RETURN NULL;
END $$;
"""
BEFORE = "'considered', 'awaiting_council', 'adopted', 'implemented', 'declined', 'merged'"


class Migration(migrations.Migration):
    """Edges written out: a test holds them against `proposals.states`."""

    dependencies = [("proposals", "0006_everybody_in"), ("forum", "0005_belongs_elsewhere")]

    operations = [
        GuardStatus("proposal", [("", "received"), ("adopted", "declined"), ("adopted", "implemented"), ("awaiting_council", "adopted"), ("awaiting_council", "awaiting_council"), ("awaiting_council", "declined"), ("considered", "adopted"), ("considered", "awaiting_council"), ("considered", "considered"), ("considered", "declined"), ("considered", "implemented"), ("considered", "in_treatment"), ("considered", "merged"), ("considered", "withdrawn"), ("in_treatment", "adopted"), ("in_treatment", "awaiting_council"), ("in_treatment", "considered"), ("in_treatment", "declined"), ("in_treatment", "elsewhere"), ("in_treatment", "implemented"), ("in_treatment", "in_treatment"), ("in_treatment", "merged"), ("in_treatment", "received"), ("in_treatment", "withdrawn"), ("received", "elsewhere"), ("received", "in_treatment"), ("received", "merged"), ("received", "received"), ("received", "withdrawn")]),
        migrations.RunSQL(FUNCTION.replace("{states}", f"{BEFORE}, 'elsewhere'"), FUNCTION.replace("{states}", BEFORE)),
    ]
