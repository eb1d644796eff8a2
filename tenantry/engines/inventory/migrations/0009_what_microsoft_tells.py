"""Subscriptions at Microsoft, and the list of tenants whose subscriptions are to be looked after."""

import django.db.models.deletion
import tenantry.kernel.models.security
from django.db import migrations, models

# Takes tenants of all partners off the list until a moment by which their task has set the next one; ids only.
DUE = """
CREATE FUNCTION inventory_take_unheard(moment timestamptz, again timestamptz, most integer)
RETURNS TABLE (partner_id bigint, source_id bigint)
LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS $$
  UPDATE inventory_source s SET listen_at = again FROM (
    SELECT id FROM inventory_source
    WHERE NOT paused AND first_read_at IS NOT NULL AND (listen_at IS NULL OR listen_at <= moment)
    ORDER BY listen_at NULLS FIRST LIMIT most FOR UPDATE SKIP LOCKED) due
  WHERE s.id = due.id RETURNING s.partner_id, s.id
$$
"""


class Migration(migrations.Migration):

    dependencies = [
        ('inventory', '0008_forget_old_versions'),
    ]

    operations = [
        migrations.AddField(
            model_name='kindstate',
            name='told_at',
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name='source',
            name='listen_at',
            field=models.DateTimeField(null=True),
        ),
        migrations.CreateModel(
            name='Subscription',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('partner_id', models.BigIntegerField(editable=False)),
                ('customer_id', models.BigIntegerField()),
                ('kind', models.CharField(max_length=40)),
                ('remote_id', models.CharField(blank=True, max_length=64)),
                ('url', models.CharField(blank=True, max_length=400)),
                ('expires_at', models.DateTimeField(null=True)),
                ('renew_at', models.DateTimeField(null=True)),
                ('heard_at', models.DateTimeField(null=True)),
                ('reason', models.CharField(blank=True, max_length=24)),
                ('source', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.CASCADE, related_name='subscriptions', to='inventory.source')),
            ],
            options={
                'abstract': False,
                'constraints': [models.UniqueConstraint(fields=('partner_id', 'id'), name='inventory_subscription_in_partner'), tenantry.kernel.models.security.RowSecurity(fence='customer_id', name='inventory_subscription_rls', verbs='ALL', version=1), tenantry.kernel.models.security.CompositeKey(field='source', name='inventory_subscription_source_key', to='inventory_source'), models.UniqueConstraint(fields=('partner_id', 'source', 'kind'), name='inventory_subscription_once')],
            },
        ),
        migrations.RunSQL(
            DUE, "DROP FUNCTION inventory_take_unheard(timestamptz, timestamptz, integer)", hints={"home": "partner"}
        ),
    ]
