"""The five functions by which the application reaches the directory; it holds no right on a table.

Each looks for temporary tables last: else the application could put one of the same name before the directory's.
"""

from django.db import migrations

FUNCTIONS = """
CREATE FUNCTION claim(a_kind text, a_hash text, a_version int, a_partner bigint, a_region text, a_now timestamptz,
                      lapsed timestamptz, denied_by bigint, OUT confirmed boolean, OUT holder bigint,
                      OUT held_in text, OUT stale boolean)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE held residency_claim%ROWTYPE;
BEGIN
    INSERT INTO residency_claim (kind, hash, key_version, partner_id, region, claimed_at)
        VALUES (a_kind, a_hash, a_version, a_partner, a_region, a_now) ON CONFLICT (kind, hash) DO NOTHING;
    SELECT * INTO held FROM residency_claim WHERE kind = a_kind AND hash = a_hash FOR UPDATE;
    stale := held.confirmed_at IS NULL AND held.claimed_at <= lapsed;
    IF held.partner_id = a_partner OR (stale AND held.partner_id = denied_by) THEN
        UPDATE residency_claim SET partner_id = a_partner, region = a_region, key_version = a_version,
            claimed_at = CASE WHEN confirmed_at IS NULL THEN a_now ELSE claimed_at END
            WHERE id = held.id RETURNING * INTO held;
    END IF;
    confirmed := held.confirmed_at IS NOT NULL;
    holder := held.partner_id;
    held_in := held.region;
END $$;

CREATE FUNCTION confirm(a_kind text, a_hash text, a_partner bigint, a_now timestamptz) RETURNS boolean
LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS $$
    UPDATE residency_claim SET confirmed_at = COALESCE(confirmed_at, a_now)
        WHERE kind = a_kind AND hash = a_hash AND partner_id = a_partner RETURNING true;
$$;

CREATE FUNCTION release(a_kind text, a_hash text, a_partner bigint) RETURNS boolean
LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS $$
    DELETE FROM residency_claim WHERE kind = a_kind AND hash = a_hash AND partner_id = a_partner RETURNING true;
$$;

CREATE FUNCTION route(a_kind text, a_key text, OUT partner bigint, OUT region text) RETURNS SETOF record
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT partner_id, region FROM residency_route WHERE kind = a_kind AND key = a_key
    UNION ALL
    SELECT partner_id, region FROM residency_claim
        WHERE kind = a_kind AND hash = a_key AND confirmed_at IS NOT NULL
    LIMIT 1;
$$;

CREATE FUNCTION count_attempt(a_hash text, a_window timestamptz) RETURNS integer
LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS $$
    DELETE FROM residency_attempt WHERE "window" < a_window - interval '1 day';
    INSERT INTO residency_attempt (hash, "window", count) VALUES (a_hash, a_window, 1)
        ON CONFLICT (hash, "window") DO UPDATE SET count = residency_attempt.count + 1 RETURNING count;
$$;
"""

UNDO = """
DROP FUNCTION count_attempt(text, timestamptz);
DROP FUNCTION route(text, text);
DROP FUNCTION release(text, text, bigint);
DROP FUNCTION confirm(text, text, bigint, timestamptz);
DROP FUNCTION claim(text, text, int, bigint, text, timestamptz, timestamptz, bigint);
"""


class Migration(migrations.Migration):
    dependencies = [("residency", "0001_directory")]

    operations = [migrations.RunSQL(FUNCTIONS, UNDO, hints={"home": "directory"})]
