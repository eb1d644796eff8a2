"""When a customer was disconnected."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("customers", "0002_health_of_consent")]

    operations = [migrations.AddField("customer", "disconnected_at", models.DateTimeField(null=True))]
