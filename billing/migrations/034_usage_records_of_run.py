from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    """The lines of a run can be read without the rest of its owner's ledger."""

    dependencies = [
        ("billing", "029_by_time"),
    ]

    operations = [
        migrations.AddIndex(
            model_name="usagerecord",
            index=models.Index(
                fields=["for_run"], condition=Q(for_run__isnull=False), name="usage_records_of_run"
            ),
        ),
    ]
