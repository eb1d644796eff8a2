import django.utils.timezone
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('people', '0004_second_factors'),
    ]

    operations = [
        migrations.RemoveField(model_name='invitation', name='sent_on'),
        migrations.AddField(
            model_name='invitation',
            name='sent_at',
            field=models.DateTimeField(default=django.utils.timezone.now),
            preserve_default=False,
        ),
        migrations.AlterField(
            model_name='person',
            name='state',
            field=models.CharField(
                choices=[('invited', 'Invited'), ('active', 'Active'), ('deactivated', 'Deactivated')],
                default='invited', max_length=12,
            ),
        ),
    ]
