"""New names in Python alone, and three columns that code of the version before leaves empty."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("generation", "0006_deliver_callbacks")]

    operations = [
        migrations.RenameModel("Notice", "Notification"),
        migrations.RenameModel("LlmTurns", "RateLimitWindow"),
        migrations.AlterField(
            "notification",
            "event",
            models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="notifications",
                to="generation.runevent",
            ),
        ),
        migrations.AlterField(
            "run", "fruitless", models.PositiveSmallIntegerField(db_column="fruitless", default=0)
        ),
        migrations.RenameField("run", "fruitless", "attempts_without_progress"),
        migrations.AddField(
            "run", "estimated_cost_usd", models.DecimalField(decimal_places=6, max_digits=12, null=True)
        ),
        migrations.AddField("runstep", "is_part", models.BooleanField(null=True)),
        migrations.AddField("runstep", "expected_calls", models.PositiveSmallIntegerField(null=True)),
    ]
