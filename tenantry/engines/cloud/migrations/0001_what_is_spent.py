"""One row for each budget; not logged, since a crash may forget it."""

from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="Spending",
            fields=[
                ("key", models.BinaryField(primary_key=True, serialize=False)),
                ("state", models.BinaryField(default=b"")),
                ("used_at", models.DateTimeField()),
            ],
        ),
        migrations.RunSQL(
            "ALTER TABLE cloud_spending SET UNLOGGED", "ALTER TABLE cloud_spending SET LOGGED",
            hints={"home": "partner"},
        ),
    ]
