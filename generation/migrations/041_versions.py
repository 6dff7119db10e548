import django.db.models.deletion
import django.db.models.functions.datetime
import uuid_utils.compat
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("generation", "040_search"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name="post",
            name="head",
            field=models.PositiveIntegerField(db_default=1, default=1),
        ),
        migrations.CreateModel(
            name="Proposal",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid_utils.compat.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("base", models.PositiveIntegerField()),
                ("part", models.CharField(blank=True, max_length=40)),
                ("start", models.PositiveIntegerField()),
                ("end", models.PositiveIntegerField()),
                ("original", models.TextField(blank=True)),
                ("body", models.TextField(blank=True)),
                ("instruction", models.TextField(blank=True)),
                (
                    "kind",
                    models.CharField(choices=[("model", "Model"), ("conflict", "Conflict")], max_length=10),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("open", "Open"),
                            ("accepted", "Accepted"),
                            ("dropped", "Dropped"),
                            ("stale", "Stale"),
                        ],
                        default="open",
                        max_length=10,
                    ),
                ),
                ("beside", models.PositiveIntegerField(null=True)),
                ("result", models.PositiveIntegerField(null=True)),
                (
                    "created_at",
                    models.DateTimeField(
                        db_default=django.db.models.functions.datetime.Now(), editable=False
                    ),
                ),
                ("decided_at", models.DateTimeField(null=True)),
                (
                    "owner",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "post",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to="generation.post"
                    ),
                ),
                (
                    "run",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to="generation.run",
                    ),
                ),
            ],
            options={
                "db_table": "proposals",
            },
        ),
        migrations.CreateModel(
            name="ContentVersion",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("number", models.PositiveIntegerField()),
                ("title", models.TextField()),
                ("body", models.TextField()),
                ("parts", models.JSONField(default=list)),
                (
                    "author",
                    models.CharField(
                        choices=[
                            ("person", "Person"),
                            ("model", "Model"),
                            ("merge", "Merge"),
                            ("restore", "Restore"),
                        ],
                        max_length=10,
                    ),
                ),
                ("base", models.PositiveIntegerField(null=True)),
                ("session", models.UUIDField(null=True)),
                ("note", models.CharField(blank=True, max_length=200)),
                (
                    "created_at",
                    models.DateTimeField(
                        db_default=django.db.models.functions.datetime.Now(), editable=False
                    ),
                ),
                (
                    "post",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="generation.post",
                    ),
                ),
                (
                    "run",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to="generation.run",
                    ),
                ),
            ],
            options={
                "db_table": "content_versions",
                "constraints": [
                    models.UniqueConstraint(fields=("post", "number"), name="content_versions_number")
                ],
            },
        ),
    ]
