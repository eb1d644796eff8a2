"""The trigger that seals facts at commit, and the guards that keep facts and seals as they are."""

from django.db import migrations

SEAL = """
CREATE FUNCTION kernel_seal_fact() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE last record; next_hash bytea; next_sequence bigint;
BEGIN
    PERFORM pg_advisory_xact_lock(hashtextextended('kernel_factseal', NEW.partner_id));
    SELECT sequence, hash INTO last FROM kernel_factseal
        WHERE partner_id = NEW.partner_id ORDER BY sequence DESC LIMIT 1;
    next_sequence := COALESCE(last.sequence, 0) + 1;
    next_hash := sha256(COALESCE(last.hash, ''::bytea) || int8send(next_sequence) || NEW.body);
    INSERT INTO kernel_factseal (fact_id, partner_id, sequence, previous, hash)
        VALUES (NEW.id, NEW.partner_id, next_sequence, COALESCE(last.hash, ''::bytea), next_hash);
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER kernel_fact_sealed AFTER INSERT ON kernel_fact
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION kernel_seal_fact();

CREATE FUNCTION kernel_never_changed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% is never changed', TG_TABLE_NAME USING ERRCODE = 'insufficient_privilege';
END $$;
CREATE TRIGGER kernel_fact_kept BEFORE UPDATE OR DELETE ON kernel_fact
    FOR EACH STATEMENT EXECUTE FUNCTION kernel_never_changed();
CREATE TRIGGER kernel_factseal_kept BEFORE UPDATE OR DELETE ON kernel_factseal
    FOR EACH STATEMENT EXECUTE FUNCTION kernel_never_changed();
"""

UNDO = """
DROP TRIGGER kernel_factseal_kept ON kernel_factseal;
DROP TRIGGER kernel_fact_kept ON kernel_fact;
DROP FUNCTION kernel_never_changed();
DROP TRIGGER kernel_fact_sealed ON kernel_fact;
DROP FUNCTION kernel_seal_fact();
"""


class Migration(migrations.Migration):
    dependencies = [("kernel", "0001_facts")]

    operations = [migrations.RunSQL(SEAL, UNDO, hints={"home": "partner"})]
