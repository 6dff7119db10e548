import django.db.models.deletion
import uuid_utils.compat
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("accounts", "__first__"),
        ("blogai", "000_framework"),
    ]

    operations = [
        migrations.CreateModel(
            name="Post",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid_utils.compat.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("title", models.TextField()),
                ("slug", models.CharField(max_length=120)),
                ("description", models.TextField(blank=True)),
                ("tags", models.JSONField(default=list)),
                ("language", models.CharField(default="en", max_length=35)),
                ("content_markdown", models.TextField()),
                ("parts", models.JSONField()),
                ("faq", models.JSONField(default=list)),
                ("scores", models.JSONField(default=dict)),
                ("word_count", models.PositiveIntegerField()),
                ("provider", models.CharField(max_length=40)),
                ("model", models.CharField(max_length=200)),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("updated_at", models.DateTimeField(auto_now=True)),
                ("deleted_at", models.DateTimeField(null=True)),
                (
                    "owner",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "db_table": "generated_content",
            },
        ),
        migrations.AddIndex(
            model_name="post",
            index=models.Index(fields=["owner", "-id"], name="generated_content_newest"),
        ),
    ]
