"""What waits for its seal, kept by the database; and a status guard that lets no event be used twice."""

import django.db.models.deletion
from django.db import migrations, models

FUNCTIONS = """
CREATE FUNCTION audit_wait_for_seal() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO audit_unsealed (event_id) VALUES (NEW.id);
    RETURN NULL;
END $$;

CREATE FUNCTION audit_guard_unsealed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' AND EXISTS (SELECT 1 FROM audit_sealentry s WHERE s.event_id = OLD.event_id) THEN
        RETURN OLD;
    END IF;
    RAISE EXCEPTION '% on % is refused: an event waits until it is sealed', TG_OP, TG_TABLE_NAME
        USING ERRCODE = 'restrict_violation';
END $$;

CREATE TRIGGER wait_for_seal AFTER INSERT ON audit_event FOR EACH ROW EXECUTE FUNCTION audit_wait_for_seal();
CREATE TRIGGER guard_unsealed BEFORE UPDATE OR DELETE ON audit_unsealed
    FOR EACH ROW EXECUTE FUNCTION audit_guard_unsealed();
CREATE TRIGGER guard_unsealed_truncate BEFORE TRUNCATE ON audit_unsealed
    FOR EACH STATEMENT EXECUTE FUNCTION audit_refuse();

INSERT INTO audit_unsealed (event_id)
    SELECT e.id FROM audit_event e WHERE NOT EXISTS (SELECT 1 FROM audit_sealentry s WHERE s.event_id = e.id);

-- As before, and: the event is newer than the one the status stands on (an event of this transaction cannot be used twice), and it was written
-- since this transaction began (a number of a transaction from before the database was moved says nothing).
CREATE OR REPLACE FUNCTION audit_guard_status() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    before text := '';
    said audit_event%ROWTYPE;
BEGIN
    IF TG_OP = 'UPDATE' THEN
        IF NEW.id <> OLD.id THEN
            RAISE EXCEPTION 'the id of % % cannot change', TG_ARGV[0], OLD.id USING ERRCODE = 'check_violation';
        END IF;
        IF NEW.status = OLD.status AND NEW.status_event_id = OLD.status_event_id THEN
            RETURN NEW;
        END IF;
        IF NEW.status_event_id <= OLD.status_event_id THEN
            RAISE EXCEPTION '% % cannot go from "%" to "%" without an event of its own',
                TG_ARGV[0], NEW.id, OLD.status, NEW.status USING ERRCODE = 'check_violation';
        END IF;
        before := OLD.status;
    END IF;
    SELECT * INTO said FROM audit_event WHERE id = NEW.status_event_id;
    IF NOT FOUND
       OR said.xact IS DISTINCT FROM pg_current_xact_id()::text::bigint
       OR said.recorded_at < transaction_timestamp()
       OR said.subject_type <> TG_ARGV[0] OR said.subject_id <> NEW.id
       OR said.from_state <> before OR said.to_state <> NEW.status THEN
        RAISE EXCEPTION '% % cannot go from "%" to "%": no event of this transaction says so',
            TG_ARGV[0], NEW.id, before, NEW.status USING ERRCODE = 'check_violation';
    END IF;
    IF NOT (before || ':' || NEW.status) = ANY (TG_ARGV) THEN
        RAISE EXCEPTION '% % cannot go from "%" to "%": there is no such edge',
            TG_ARGV[0], NEW.id, before, NEW.status USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
"""

REVERSE = """
DROP TRIGGER wait_for_seal ON audit_event;
DROP TRIGGER guard_unsealed ON audit_unsealed;
DROP TRIGGER guard_unsealed_truncate ON audit_unsealed;
DROP FUNCTION audit_wait_for_seal();
DROP FUNCTION audit_guard_unsealed();
"""


class Migration(migrations.Migration):
    """See above."""

    dependencies = [("audit", "0002_guards")]

    operations = [
        migrations.CreateModel(
            name="Unsealed",
            fields=[
                (
                    "event",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        primary_key=True,
                        related_name="+",
                        serialize=False,
                        to="audit.event",
                    ),
                ),
            ],
            options={
                "verbose_name": "event that waits for its seal",
                "verbose_name_plural": "events that wait for their seal",
            },
        ),
        migrations.RunSQL(FUNCTIONS, REVERSE),
    ]
