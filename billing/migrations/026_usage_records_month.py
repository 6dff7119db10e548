from django.db import migrations, models


class Migration(migrations.Migration):
    """A month of somebody's ledger can be read without the rest of it."""

    dependencies = [
        ("billing", "025_webhooks_from_starter"),
    ]

    operations = [
        migrations.AddIndex(
            model_name="usagerecord",
            index=models.Index(fields=["user", "period_start", "-id"], name="usage_records_month"),
        ),
    ]
