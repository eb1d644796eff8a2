"""A search whose cost does not grow with how common the words are.

The function of 0002 ranked every row that holds the words: of five million rows, seconds for a first name. This one
takes names that begin with the words in the order of an index, and fills up with at most 500 that hold them anywhere.
Its statements are made for each call, since only a plan that sees the words knows whether the trigram index or a scan
that ends early is cheaper. Words without three letters or digits in a row have no trigram: they are looked for among
the first 20,000 rows besides those that begin with them.
"""

from django.db import migrations, models

# By an expression, whose operator class Django knows only with an app of its own.
BEGINS = """
CREATE INDEX inventory_searchtext_begins
  ON inventory_searchtext (partner_id, (left(text, 32)) text_pattern_ops)
"""

SEARCH = """
CREATE OR REPLACE FUNCTION inventory_search(words text, most integer, customers bigint[])
RETURNS SETOF bigint
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
  wanted integer := least(most, 100);
  one bigint := NULLIF(current_setting('app.customer', true), '')::bigint;
  ours text := format('partner_id = %L::bigint', NULLIF(current_setting('app.partner', true), '')::bigint);
  looked text := 'inventory_searchtext';
  begins bigint[] := '{}';
  inside bigint[] := '{}';
BEGIN
  IF one IS NOT NULL THEN ours := ours || format(' AND customer_id = %L::bigint', one); END IF;
  IF customers IS NOT NULL THEN ours := ours || format(' AND customer_id = ANY (%L::bigint[])', customers); END IF;
  IF length(words) <= 32 THEN
    EXECUTE format('SELECT array(SELECT id FROM inventory_searchtext WHERE %s AND left(text, 32) LIKE %L'
                   ' ORDER BY left(text, 32) USING ~<~ LIMIT %s)', ours, words || '%', wanted) INTO begins;
  END IF;
  IF cardinality(begins) < wanted THEN
    IF words !~ '[[:alnum:]]{3}' THEN
      looked := format('(SELECT id, text, partner_id, customer_id FROM inventory_searchtext WHERE %s'
                       ' LIMIT 20000) few', ours);
    END IF;
    EXECUTE format('SELECT array(SELECT id FROM %s WHERE %s AND text LIKE %L LIMIT 500)',
                   looked, ours, '%' || words || '%') INTO inside;
  END IF;
  RETURN QUERY SELECT id FROM inventory_searchtext WHERE id = ANY (begins || inside)
    ORDER BY array_position(begins, id), length(text), id LIMIT wanted;
END $$
"""

BEFORE = """
CREATE OR REPLACE FUNCTION inventory_search(words text, most integer, customers bigint[])
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
    dependencies = [("inventory", "0005_since_when_a_kind_is_known")]

    operations = [
        migrations.AddIndex(
            model_name="searchtext",
            index=models.Index(fields=["partner_id", "customer_id"], name="inventory_searchtext_of"),
        ),
        on_partners(BEGINS, "DROP INDEX inventory_searchtext_begins"),
        on_partners(SEARCH, BEFORE),
    ]
