"""The trail's own guards: the database stamps every event and refuses to change one, keeps what waits for its seal, and lets a
status follow an event only."""

from django.db import migrations

from trepart.audit.operations import AppendOnly

FUNCTIONS = """
CREATE FUNCTION audit_stamp() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    NEW.recorded_at := clock_timestamp();
    NEW.xact := pg_current_xact_id()::text::bigint;
    RETURN NEW;
END $$;

CREATE FUNCTION audit_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% on % is refused: the table is append-only', TG_OP, TG_TABLE_NAME
        USING ERRCODE = 'restrict_violation';
END $$;

CREATE FUNCTION audit_guard_content() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' AND EXISTS (
        SELECT 1 FROM audit_event e
        WHERE e.action = 'audit.content_erased' AND e.subject_type = 'audit.event' AND e.subject_id = OLD.event_id
          AND e.xact = pg_current_xact_id()::text::bigint
    ) THEN
        RETURN OLD;
    END IF;
    RAISE EXCEPTION '% on % is refused: words are erased only under an event of their own', TG_OP, TG_TABLE_NAME
        USING ERRCODE = 'restrict_violation';
END $$;

-- A row of a history stays. What may be erased of it (the arguments; R31) goes under an event of this transaction, and
-- `audit_rewritten` names for this very row; nothing else of the row changes with it.
CREATE FUNCTION audit_keep_past() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    erasable text[] := coalesce(TG_ARGV, '{}');
BEGIN
    IF TG_OP = 'UPDATE' AND to_jsonb(OLD) - erasable = to_jsonb(NEW) - erasable AND EXISTS (
        SELECT 1 FROM audit_rewritten r JOIN audit_event e ON e.id = r.event_id
        WHERE r."table" = TG_TABLE_NAME AND r."row" = OLD.history_id
          AND e.xact = pg_current_xact_id()::text::bigint AND e.recorded_at >= transaction_timestamp()
    ) THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION '% on % is refused: a past is added to, and erased only under an event', TG_OP, TG_TABLE_NAME
        USING ERRCODE = 'restrict_violation';
END $$;

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

CREATE FUNCTION audit_view_waits_for_seal() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO audit_unsealedview (view_id) VALUES (NEW.id);
    RETURN NULL;
END $$;

CREATE FUNCTION audit_guard_unsealed_view() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' AND EXISTS (SELECT 1 FROM audit_viewentry s WHERE s.view_id = OLD.view_id) THEN
        RETURN OLD;
    END IF;
    RAISE EXCEPTION '% on % is refused: a viewing waits until it is sealed', TG_OP, TG_TABLE_NAME
        USING ERRCODE = 'restrict_violation';
END $$;

-- The event is newer than the one the status stands on (an event of this transaction cannot be used twice), and it was written
-- since this transaction began (a number of a transaction from before the database was moved says nothing).
CREATE FUNCTION audit_guard_status() RETURNS trigger LANGUAGE plpgsql AS $$
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

CREATE TRIGGER stamp BEFORE INSERT ON audit_event FOR EACH ROW EXECUTE FUNCTION audit_stamp();
CREATE TRIGGER guard_content BEFORE UPDATE OR DELETE ON audit_eventcontent
    FOR EACH ROW EXECUTE FUNCTION audit_guard_content();
CREATE TRIGGER guard_content_truncate BEFORE TRUNCATE ON audit_eventcontent
    FOR EACH STATEMENT EXECUTE FUNCTION audit_refuse();
CREATE TRIGGER wait_for_seal AFTER INSERT ON audit_event FOR EACH ROW EXECUTE FUNCTION audit_wait_for_seal();
CREATE TRIGGER guard_unsealed BEFORE UPDATE OR DELETE ON audit_unsealed
    FOR EACH ROW EXECUTE FUNCTION audit_guard_unsealed();
CREATE TRIGGER guard_unsealed_truncate BEFORE TRUNCATE ON audit_unsealed
    FOR EACH STATEMENT EXECUTE FUNCTION audit_refuse();
CREATE TRIGGER wait_for_seal AFTER INSERT ON audit_viewlog FOR EACH ROW EXECUTE FUNCTION audit_view_waits_for_seal();
CREATE TRIGGER guard_unsealed BEFORE UPDATE OR DELETE ON audit_unsealedview
    FOR EACH ROW EXECUTE FUNCTION audit_guard_unsealed_view();
CREATE TRIGGER guard_unsealed_truncate BEFORE TRUNCATE ON audit_unsealedview
    FOR EACH STATEMENT EXECUTE FUNCTION audit_refuse();
"""

REVERSE = """
DROP TRIGGER stamp ON audit_event;
DROP TRIGGER wait_for_seal ON audit_event;
DROP TRIGGER guard_content ON audit_eventcontent;
DROP TRIGGER guard_content_truncate ON audit_eventcontent;
DROP TRIGGER guard_unsealed ON audit_unsealed;
DROP TRIGGER guard_unsealed_truncate ON audit_unsealed;
DROP TRIGGER wait_for_seal ON audit_viewlog;
DROP TRIGGER guard_unsealed ON audit_unsealedview;
DROP TRIGGER guard_unsealed_truncate ON audit_unsealedview;
DROP FUNCTION audit_guard_unsealed_view();
DROP FUNCTION audit_view_waits_for_seal();
DROP FUNCTION audit_guard_status();
DROP FUNCTION audit_guard_unsealed();
DROP FUNCTION audit_wait_for_seal();
DROP FUNCTION audit_keep_past();
DROP FUNCTION audit_guard_content();
DROP FUNCTION audit_refuse();
DROP FUNCTION audit_stamp();
"""


class Migration(migrations.Migration):
    """Functions and triggers behind `trepart.audit.operations`."""

    dependencies = [("audit", "0001_initial")]

    operations = [
        migrations.RunSQL(FUNCTIONS, REVERSE),
        AppendOnly("Event"),
        AppendOnly("Seal"),
        AppendOnly("SealEntry"),
        AppendOnly("ViewLog"),
        AppendOnly("ViewEntry"),
        AppendOnly("Rewritten"),
    ]
