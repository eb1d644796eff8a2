"""What the sweeper and the server's commands ask over all partners; ids only."""

from django.db import migrations

UNHANDED = """
CREATE FUNCTION durable_unhanded(moment timestamptz, most integer)
RETURNS TABLE (partner_id bigint, work_id bigint)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
  SELECT partner_id, id FROM durable_work
  WHERE state = 'queued' AND handed_at IS NULL AND asked_at < moment ORDER BY asked_at LIMIT most
$$
"""

FIND = """
CREATE FUNCTION durable_find(states text[], number bigint, most integer)
RETURNS TABLE (partner_id bigint, work_id bigint)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
  SELECT partner_id, id FROM durable_work
  WHERE state = ANY (states) AND (number IS NULL OR id = number) ORDER BY made_at DESC, id DESC LIMIT most
$$
"""

ERASE = """
CREATE FUNCTION durable_erase_old(finished timestamptz, parked timestamptz) RETURNS void
LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS $$
  DELETE FROM durable_work
  WHERE (state IN ('done', 'cancelled') AND ended_at < finished) OR (state = 'parked' AND ended_at < parked)
$$
"""


def on_partners(forwards, backwards):
    return migrations.RunSQL(forwards, backwards, hints={"home": "partner"})


class Migration(migrations.Migration):
    dependencies = [("durable", "0001_tasks_that_people_see")]

    operations = [
        on_partners(UNHANDED, "DROP FUNCTION durable_unhanded(timestamptz, integer)"),
        on_partners(FIND, "DROP FUNCTION durable_find(text[], bigint, integer)"),
        on_partners(ERASE, "DROP FUNCTION durable_erase_old(timestamptz, timestamptz)"),
    ]
