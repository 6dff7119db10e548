from django.db import migrations, models


class Migration(migrations.Migration):
    """Which calls the ledger has. Calls of runs that ended before are not in it, and stay out."""

    dependencies = [
        ("generation", "013_runs_of_api_keys"),
        ("billing", "015_plan_windows"),
    ]

    operations = [
        migrations.AddField("LlmCall", "in_ledger", models.BooleanField(db_default=True)),
        migrations.AlterField("LlmCall", "in_ledger", models.BooleanField(db_default=False)),
    ]
