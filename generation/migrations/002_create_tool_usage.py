import django.db.models.deletion
import uuid_utils.compat
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "__first__"),
        ("generation", "001_create_generated_content"),
    ]

    operations = [
        migrations.CreateModel(
            name="ToolUsage",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid_utils.compat.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("tool", models.CharField(max_length=60)),
                ("inputs", models.JSONField(default=dict)),
                ("output", models.TextField(blank=True)),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                (
                    "owner",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "db_table": "tool_usage",
                "db_table_comment": "Uses of writing tools. Empty: this version has no writing tools.",
            },
        ),
        migrations.AddIndex(
            model_name="toolusage",
            index=models.Index(fields=["owner", "-id"], name="tool_usage_newest"),
        ),
    ]
