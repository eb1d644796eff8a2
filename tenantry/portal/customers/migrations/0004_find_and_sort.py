"""A search that trigram indexes can serve, and indexes for the orders of the customers page."""

from django.db import migrations, models

TEXTS = """
CREATE INDEX customers_customer_words ON customers_customer
  USING gin (partner_id int8_ops, lower(organisation || E'\\n' || email) gin_trgm_ops);
CREATE INDEX customers_tenant_words ON customers_tenant
  USING gin (partner_id int8_ops, lower(name || E'\\n' || default_domain || E'\\n' || tenant_id) gin_trgm_ops)
"""

# Under row security the planner may not use a trigram index, so this looks as the owner and compares the partner
# itself; who asks narrows what it finds to the own customers. `words` is a LIKE pattern without its outer percent signs.
SEARCH = """
CREATE FUNCTION customers_search(words text, wanted integer)
RETURNS SETOF bigint
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp ROWS 200 AS $$
  SELECT id FROM customers_customer
  WHERE partner_id = NULLIF(current_setting('app.partner', true), '')::bigint
    AND lower(organisation || E'\\n' || email) LIKE '%' || words || '%'
  UNION
  SELECT customer_id FROM customers_tenant
  WHERE partner_id = NULLIF(current_setting('app.partner', true), '')::bigint
    AND lower(name || E'\\n' || default_domain || E'\\n' || tenant_id) LIKE '%' || words || '%'
  UNION
  SELECT id FROM customers_customer
  WHERE partner_id = NULLIF(current_setting('app.partner', true), '')::bigint AND number = wanted
$$
"""


def on_partners(forwards, backwards):
    return migrations.RunSQL(forwards, backwards, hints={"home": "partner"})


def sorted_by(field, name):
    return migrations.AddIndex("customer", models.Index(fields=["partner_id", field, "id"], name=name))


class Migration(migrations.Migration):
    dependencies = [("customers", "0003_disconnection")]

    operations = [
        sorted_by("email", "customers_customer_email"),
        sorted_by("onboarded_at", "customers_customer_onboarded"),
        on_partners(TEXTS, "DROP INDEX customers_customer_words; DROP INDEX customers_tenant_words"),
        on_partners(SEARCH, "DROP FUNCTION customers_search(text, integer)"),
    ]
