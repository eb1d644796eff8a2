"""Authorization links, and the work list of those that near their end."""

import django.db.models.deletion
import tenantry.kernel.links
import tenantry.kernel.models.security
from django.db import migrations, models


# Takes links that are to be looked at, of all partners, off the list until a moment by which the look has set the next.
ENDING = """
CREATE FUNCTION customers_take_ending(moment timestamptz, again timestamptz, most integer)
RETURNS TABLE (partner_id bigint, link_id bigint)
LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS $$
  UPDATE customers_authorizationlink l SET mind_at = again FROM (
    SELECT id FROM customers_authorizationlink WHERE mind_at <= moment ORDER BY mind_at LIMIT most
    FOR UPDATE SKIP LOCKED) due
  WHERE l.id = due.id RETURNING l.partner_id, l.id
$$
"""


class Migration(migrations.Migration):

    dependencies = [
        ('customers', '0004_find_and_sort'),
    ]

    operations = [
        migrations.AddField(
            model_name='draft',
            name='pending_id',
            field=models.BigIntegerField(null=True),
        ),
        migrations.CreateModel(
            name='AuthorizationLink',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('partner_id', models.BigIntegerField(editable=False)),
                ('nonce', models.CharField(default=tenantry.kernel.links.new_nonce, max_length=32)),
                ('ends_at', models.DateTimeField()),
                ('used_at', models.DateTimeField(null=True)),
                ('email', models.EmailField(max_length=254)),
                ('made_by', models.BigIntegerField()),
                ('made_at', models.DateTimeField()),
                ('browser', models.CharField(blank=True, max_length=64)),
                ('opened_at', models.DateTimeField(null=True)),
                ('warned_at', models.DateTimeField(null=True)),
                ('mind_at', models.DateTimeField(null=True)),
                ('customer', models.OneToOneField(db_constraint=False, on_delete=django.db.models.deletion.CASCADE, related_name='link', to='customers.customer')),
                ('draft', models.OneToOneField(db_constraint=False, on_delete=django.db.models.deletion.CASCADE, related_name='link', to='customers.draft')),
            ],
            options={
                'abstract': False,
                'indexes': [models.Index(fields=['mind_at'], name='customers_link_mind')],
                'constraints': [models.UniqueConstraint(fields=('partner_id', 'id'), name='customers_authorizationlink_in_partner'), tenantry.kernel.models.security.RowSecurity(fence='', name='customers_authorizationlink_rls', verbs='ALL', version=1), tenantry.kernel.models.security.CompositeKey(field='customer', name='customers_authorizationlink_customer', to='customers_customer'), tenantry.kernel.models.security.CompositeKey(field='draft', name='customers_authorizationlink_draft', to='customers_draft')],
            },
        ),
        migrations.RunSQL(
            ENDING,
            "DROP FUNCTION customers_take_ending(timestamptz, timestamptz, integer)",
            hints={"home": "partner"},
        ),
    ]
