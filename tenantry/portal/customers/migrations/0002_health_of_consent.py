"""When an app profile is asked about next, since when Microsoft says nothing, and the work list of both."""

from django.db import migrations, models

# Takes due app profiles of all partners off the list until a moment by which their check has set the next one; ids only.
UNCHECKED = """
CREATE FUNCTION customers_take_unchecked(moment timestamptz, again timestamptz, most integer)
RETURNS TABLE (partner_id bigint, profile_id bigint)
LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS $$
  UPDATE customers_appprofile p SET check_at = again FROM (
    SELECT id FROM customers_appprofile WHERE check_at <= moment ORDER BY check_at LIMIT most
    FOR UPDATE SKIP LOCKED) due
  WHERE p.id = due.id RETURNING p.partner_id, p.id
$$
"""


class Migration(migrations.Migration):
    dependencies = [("customers", "0001_customers")]

    operations = [
        migrations.AddField("appprofile", "check_at", models.DateTimeField(null=True)),
        migrations.AddField("appprofile", "silent_since", models.DateTimeField(null=True)),
        migrations.AddIndex(
            "appprofile", models.Index(fields=["check_at"], name="customers_appprofile_check")
        ),
        migrations.RunSQL(
            UNCHECKED,
            "DROP FUNCTION customers_take_unchecked(timestamptz, timestamptz, integer)",
            hints={"home": "partner"},
        ),
    ]
