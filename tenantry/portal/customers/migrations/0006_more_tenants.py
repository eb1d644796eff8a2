"""Links and drafts that add a tenant or consent to a connected customer."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('customers', '0005_authorization_links'),
    ]

    operations = [
        migrations.AddField(
            model_name='authorizationlink',
            name='revoked_at',
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name='draft',
            name='joins_id',
            field=models.BigIntegerField(null=True),
        ),
        migrations.AddField(
            model_name='draft',
            name='label',
            field=models.CharField(blank=True, max_length=120),
        ),
        migrations.AddField(
            model_name='draft',
            name='sharepoint_admin',
            field=models.URLField(blank=True),
        ),
        migrations.AlterField(
            model_name='authorizationlink',
            name='customer',
            field=models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.CASCADE, related_name='links', to='customers.customer'),
        ),
    ]
