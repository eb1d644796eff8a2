"""Since when a kind is known; of what was read before this, the end of the tenant's first read is taken."""

from django.db import migrations, models

FILL = """
UPDATE inventory_kindstate k SET first_at = coalesce(s.first_read_at, k.read_at) FROM inventory_source s
WHERE s.partner_id = k.partner_id AND s.id = k.source_id AND k.read_at IS NOT NULL
"""


class Migration(migrations.Migration):
    dependencies = [("inventory", "0004_no_index_of_the_source_alone")]

    operations = [
        migrations.AddField("kindstate", "first_at", models.DateTimeField(null=True)),
        migrations.RunSQL(FILL, migrations.RunSQL.noop, hints={"home": "partner"}),
    ]
