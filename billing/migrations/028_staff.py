from django.db import migrations, models


class Migration(migrations.Migration):
    """A grant that gives a run's units back has their id, so that it is made once."""

    dependencies = [
        ("billing", "026_usage_records_month"),
    ]

    operations = [
        migrations.AddConstraint(
            model_name="usagerecord",
            constraint=models.UniqueConstraint(
                condition=models.Q(("kind", "grant")), fields=("run_id",), name="usage_records_returned_once"
            ),
        ),
    ]
