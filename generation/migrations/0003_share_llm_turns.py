import django.contrib.postgres.fields
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("generation", "0002_delete_posts_with_undo"),
    ]

    operations = [
        migrations.CreateModel(
            name="LlmTurns",
            fields=[
                ("name", models.TextField(primary_key=True, serialize=False)),
                (
                    "taken",
                    django.contrib.postgres.fields.ArrayField(base_field=models.DateTimeField(), size=None),
                ),
            ],
            options={
                "db_table": "llm_turns",
            },
        ),
    ]
