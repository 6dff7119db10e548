import django.contrib.postgres.indexes
from django.db import migrations


class Migration(migrations.Migration):
    """What happened on a day is found without reading the whole ledger."""

    dependencies = [
        ("billing", "028_staff"),
    ]

    operations = [
        migrations.AddIndex(
            model_name="usagerecord",
            index=django.contrib.postgres.indexes.BrinIndex(
                autosummarize=True, fields=["created_at"], name="usage_records_by_time"
            ),
        ),
    ]
