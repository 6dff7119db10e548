import django.contrib.postgres.fields
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("generation", "009_runs"),
    ]

    operations = [
        migrations.CreateModel(
            name="RateLimitWindow",
            fields=[
                ("name", models.TextField(primary_key=True, serialize=False)),
                ("taken", django.contrib.postgres.fields.ArrayField(base_field=models.DateTimeField())),
            ],
            options={
                "db_table": "llm_turns",
            },
        ),
    ]
