"""Versions are kept for a time: partitions older than that are dropped whole, by a function of the tables' owner."""

from django.db import migrations

# Whatever is asked for, the last thirty days stay. A table that somebody reads is not waited for longer than two
# seconds: the next day comes again.
FORGET = """
CREATE FUNCTION inventory_forget(before date) RETURNS integer
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp SET lock_timeout = '2s' AS $body$
DECLARE
    latest date := least(before, current_date - 30); part record; dropped integer := 0;
BEGIN
    FOR part IN
        SELECT c.relname AS name, p.relname AS parent, c.relname ~ '_[0-9]{6}$' AS monthly
        FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid JOIN pg_class p ON p.oid = i.inhparent
        WHERE p.relnamespace = 'public'::regnamespace AND p.relname LIKE 'inventory\\_%version' ORDER BY 1
    LOOP
        IF NOT part.monthly THEN
            EXECUTE format('DELETE FROM %I WHERE until < %L', part.name, latest);
        ELSIF to_date(right(part.name, 6), 'YYYYMM') + interval '1 month' <= latest THEN
            EXECUTE format('DROP TABLE %I', part.name);
            dropped := dropped + 1;
        END IF;
    END LOOP;
    RETURN dropped;
END $body$
"""


class Migration(migrations.Migration):
    dependencies = [("inventory", "0007_how_people_sign_in")]

    operations = [
        migrations.RunSQL(FORGET, "DROP FUNCTION inventory_forget(date)", hints={"home": "partner"}),
    ]
