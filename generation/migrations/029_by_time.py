import django.contrib.postgres.indexes
from django.db import migrations


class Migration(migrations.Migration):
    """What happened on a day is found without reading all runs and calls."""

    dependencies = [
        ("generation", "016_call_in_ledger"),
    ]

    operations = [
        migrations.AddIndex(
            model_name="llmcall",
            index=django.contrib.postgres.indexes.BrinIndex(
                autosummarize=True, fields=["created_at"], name="llm_calls_by_time"
            ),
        ),
        migrations.AddIndex(
            model_name="run",
            index=django.contrib.postgres.indexes.BrinIndex(
                autosummarize=True, fields=["created_at"], name="runs_by_time"
            ),
        ),
    ]
