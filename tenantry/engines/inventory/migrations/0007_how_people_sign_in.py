"""How people sign in: their activity, what they registered, and what tenants allow."""

import django.contrib.postgres.fields
import django.db.models.deletion
import tenantry.kernel.models.security
from django.db import migrations, models

from tenantry.engines.postgres.partitions import CreatePartitioned


class Migration(migrations.Migration):

    dependencies = [
        ('inventory', '0006_search_of_common_words'),
    ]

    operations = [
        migrations.AddField(
            model_name='figures',
            name='members_registered',
            field=models.PositiveIntegerField(null=True),
        ),
        migrations.AddField(
            model_name='figures',
            name='members_unregistered',
            field=models.PositiveIntegerField(null=True),
        ),
        migrations.CreateModel(
            name='MethodsPolicy',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('partner_id', models.BigIntegerField(editable=False)),
                ('customer_id', models.BigIntegerField()),
                ('object_id', models.CharField(max_length=254)),
                ('hash', models.BinaryField()),
                ('body', models.TextField()),
                ('changed_at', models.DateTimeField()),
                ('display_name', models.CharField(max_length=256)),
                ('allowed', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=60), default=list, size=None)),
                ('source', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='inventory.source')),
            ],
            options={
                'abstract': False,
                'indexes': [models.Index(fields=['partner_id', 'customer_id'], name='inventory_methodspolicy_of')],
                'constraints': [models.UniqueConstraint(fields=('partner_id', 'id'), name='inventory_methodspolicy_in_partner'), tenantry.kernel.models.security.RowSecurity(fence='customer_id', name='inventory_methodspolicy_rls', verbs='ALL', version=1), models.UniqueConstraint(fields=('partner_id', 'source', 'object_id'), name='inventory_methodspolicy_once'), tenantry.kernel.models.security.CompositeKey(field='source', name='inventory_methodspolicy_source_key', to='inventory_source')],
            },
        ),
        CreatePartitioned(
            name='MethodsPolicyVersion',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('partner_id', models.BigIntegerField(editable=False)),
                ('customer_id', models.BigIntegerField()),
                ('object_id', models.CharField(max_length=254)),
                ('hash', models.BinaryField()),
                ('body', models.TextField()),
                ('since', models.DateTimeField()),
                ('until', models.DateTimeField()),
                ('removed', models.BooleanField(default=False)),
                ('source', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='inventory.source')),
            ],
            options={
                'abstract': False,
                'indexes': [models.Index(fields=['partner_id', 'source', 'object_id', 'until'], name='methodspolicyversion_of')],
                'constraints': [models.UniqueConstraint(fields=('partner_id', 'id', 'until'), name='inventory_methodspolicyversion_in_partner'), tenantry.kernel.models.security.RowSecurity(fence='customer_id', name='inventory_methodspolicyversion_rls', verbs='ALL', version=1)],
            },
            column='until',
        ),
        migrations.CreateModel(
            name='Registration',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('partner_id', models.BigIntegerField(editable=False)),
                ('customer_id', models.BigIntegerField()),
                ('object_id', models.CharField(max_length=254)),
                ('hash', models.BinaryField()),
                ('body', models.TextField()),
                ('changed_at', models.DateTimeField()),
                ('display_name', models.CharField(max_length=256)),
                ('sort_key', models.TextField(db_collation='C')),
                ('upn', models.CharField(max_length=254)),
                ('guest', models.BooleanField(default=False)),
                ('admin', models.BooleanField(null=True)),
                ('capable', models.BooleanField(null=True)),
                ('passwordless', models.BooleanField(null=True)),
                ('methods', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=60), default=list, size=None)),
                ('source', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='inventory.source')),
            ],
            options={
                'abstract': False,
                'indexes': [models.Index(fields=['partner_id', 'customer_id', 'sort_key', 'id'], name='inventory_registered_sorted')],
                'constraints': [models.UniqueConstraint(fields=('partner_id', 'id'), name='inventory_registration_in_partner'), tenantry.kernel.models.security.RowSecurity(fence='customer_id', name='inventory_registration_rls', verbs='ALL', version=1), models.UniqueConstraint(fields=('partner_id', 'source', 'object_id'), name='inventory_registration_once'), tenantry.kernel.models.security.CompositeKey(field='source', name='inventory_registration_source_key', to='inventory_source')],
            },
        ),
        CreatePartitioned(
            name='RegistrationVersion',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('partner_id', models.BigIntegerField(editable=False)),
                ('customer_id', models.BigIntegerField()),
                ('object_id', models.CharField(max_length=254)),
                ('hash', models.BinaryField()),
                ('body', models.TextField()),
                ('since', models.DateTimeField()),
                ('until', models.DateTimeField()),
                ('removed', models.BooleanField(default=False)),
                ('source', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='inventory.source')),
            ],
            options={
                'abstract': False,
                'indexes': [models.Index(fields=['partner_id', 'source', 'object_id', 'until'], name='registrationversion_of')],
                'constraints': [models.UniqueConstraint(fields=('partner_id', 'id', 'until'), name='inventory_registrationversion_in_partner'), tenantry.kernel.models.security.RowSecurity(fence='customer_id', name='inventory_registrationversion_rls', verbs='ALL', version=1)],
            },
            column='until',
        ),
        migrations.CreateModel(
            name='SignInActivity',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('partner_id', models.BigIntegerField(editable=False)),
                ('customer_id', models.BigIntegerField()),
                ('object_id', models.CharField(max_length=254)),
                ('hash', models.BinaryField()),
                ('body', models.TextField()),
                ('changed_at', models.DateTimeField()),
                ('last', models.DateTimeField(null=True)),
                ('quiet', models.DateTimeField(null=True)),
                ('succeeded', models.DateTimeField(null=True)),
                ('source', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='inventory.source')),
            ],
            options={
                'abstract': False,
                'indexes': [models.Index(fields=['partner_id', 'customer_id', 'last', 'id'], name='inventory_activity_last')],
                'constraints': [models.UniqueConstraint(fields=('partner_id', 'id'), name='inventory_signinactivity_in_partner'), tenantry.kernel.models.security.RowSecurity(fence='customer_id', name='inventory_signinactivity_rls', verbs='ALL', version=1), models.UniqueConstraint(fields=('partner_id', 'source', 'object_id'), name='inventory_signinactivity_once'), tenantry.kernel.models.security.CompositeKey(field='source', name='inventory_signinactivity_source_key', to='inventory_source')],
            },
        ),
        CreatePartitioned(
            name='SignInActivityVersion',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('partner_id', models.BigIntegerField(editable=False)),
                ('customer_id', models.BigIntegerField()),
                ('object_id', models.CharField(max_length=254)),
                ('hash', models.BinaryField()),
                ('body', models.TextField()),
                ('since', models.DateTimeField()),
                ('until', models.DateTimeField()),
                ('removed', models.BooleanField(default=False)),
                ('source', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='inventory.source')),
            ],
            options={
                'abstract': False,
                'indexes': [models.Index(fields=['partner_id', 'source', 'object_id', 'until'], name='signinactivityversion_of')],
                'constraints': [models.UniqueConstraint(fields=('partner_id', 'id', 'until'), name='inventory_signinactivityversion_in_partner'), tenantry.kernel.models.security.RowSecurity(fence='customer_id', name='inventory_signinactivityversion_rls', verbs='ALL', version=1)],
            },
            column='until',
        ),
        migrations.CreateModel(
            name='TenantPolicy',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('partner_id', models.BigIntegerField(editable=False)),
                ('customer_id', models.BigIntegerField()),
                ('object_id', models.CharField(max_length=254)),
                ('hash', models.BinaryField()),
                ('body', models.TextField()),
                ('changed_at', models.DateTimeField()),
                ('display_name', models.CharField(max_length=256)),
                ('on', models.BooleanField(null=True)),
                ('source', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='inventory.source')),
            ],
            options={
                'abstract': False,
                'indexes': [models.Index(fields=['partner_id', 'customer_id'], name='inventory_tenantpolicy_of')],
                'constraints': [models.UniqueConstraint(fields=('partner_id', 'id'), name='inventory_tenantpolicy_in_partner'), tenantry.kernel.models.security.RowSecurity(fence='customer_id', name='inventory_tenantpolicy_rls', verbs='ALL', version=1), models.UniqueConstraint(fields=('partner_id', 'source', 'object_id'), name='inventory_tenantpolicy_once'), tenantry.kernel.models.security.CompositeKey(field='source', name='inventory_tenantpolicy_source_key', to='inventory_source')],
            },
        ),
        CreatePartitioned(
            name='TenantPolicyVersion',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('partner_id', models.BigIntegerField(editable=False)),
                ('customer_id', models.BigIntegerField()),
                ('object_id', models.CharField(max_length=254)),
                ('hash', models.BinaryField()),
                ('body', models.TextField()),
                ('since', models.DateTimeField()),
                ('until', models.DateTimeField()),
                ('removed', models.BooleanField(default=False)),
                ('source', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='inventory.source')),
            ],
            options={
                'abstract': False,
                'indexes': [models.Index(fields=['partner_id', 'source', 'object_id', 'until'], name='tenantpolicyversion_of')],
                'constraints': [models.UniqueConstraint(fields=('partner_id', 'id', 'until'), name='inventory_tenantpolicyversion_in_partner'), tenantry.kernel.models.security.RowSecurity(fence='customer_id', name='inventory_tenantpolicyversion_rls', verbs='ALL', version=1)],
            },
            column='until',
        ),
    ]
