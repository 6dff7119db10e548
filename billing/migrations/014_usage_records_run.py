from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("billing", "008_stripe_integration"),
    ]

    operations = [
        migrations.AddField(
            model_name="usagerecord",
            name="for_run",
            field=models.UUIDField(null=True),
        ),
    ]
