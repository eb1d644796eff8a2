"""The work list of due sources, and the search that a trigram index can serve."""

from django.db import migrations

# Takes due sources of all partners off the list until a moment by which their cycle has set the next one; ids only.
DUE = """
CREATE FUNCTION inventory_take_due(moment timestamptz, again timestamptz, most integer)
RETURNS TABLE (partner_id bigint, source_id bigint)
LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS $$
  UPDATE inventory_source s SET due_at = again FROM (
    SELECT id FROM inventory_source WHERE NOT paused AND due_at <= moment ORDER BY due_at LIMIT most
    FOR UPDATE SKIP LOCKED) due
  WHERE s.id = due.id RETURNING s.partner_id, s.id
$$
"""

# Under row security the planner may not use a trigram index, so this looks as the owner and compares partner and
# customer itself. `words` is a LIKE pattern without its outer percent signs.
SEARCH = """
CREATE FUNCTION inventory_search(words text, most integer, customers bigint[])
RETURNS SETOF bigint
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
  SELECT id FROM inventory_searchtext
  WHERE partner_id = NULLIF(current_setting('app.partner', true), '')::bigint
    AND (NULLIF(current_setting('app.customer', true), '')::bigint IS NULL
         OR customer_id = NULLIF(current_setting('app.customer', true), '')::bigint)
    AND (customers IS NULL OR customer_id = ANY (customers))
    AND text LIKE '%' || words || '%'
  ORDER BY text LIKE words || '%' DESC, length(text), id LIMIT least(most, 100)
$$
"""


def on_partners(forwards, backwards):
    return migrations.RunSQL(forwards, backwards, hints={"home": "partner"})


class Migration(migrations.Migration):
    dependencies = [("inventory", "0001_sources_and_observations")]

    operations = [
        on_partners(DUE, "DROP FUNCTION inventory_take_due(timestamptz, timestamptz, integer)"),
        on_partners(SEARCH, "DROP FUNCTION inventory_search(text, integer, bigint[])"),
    ]
