import django.contrib.postgres.fields
import django.db.models.deletion
import uuid_utils.compat
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "__first__"),
        ("generation", "004_create_templates"),
    ]

    operations = [
        migrations.CreateModel(
            name="BrandProfile",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid_utils.compat.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("name", models.CharField(max_length=100)),
                ("slug", models.SlugField(db_index=False, max_length=120)),
                (
                    "tone_keywords",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=40), default=list
                    ),
                ),
                ("writing_style", models.TextField(blank=True)),
                ("example_content", models.TextField(blank=True)),
                ("industry", models.CharField(blank=True, max_length=100)),
                ("target_audience", models.TextField(blank=True)),
                (
                    "preferred_words",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=80), default=list
                    ),
                ),
                (
                    "avoid_words",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=80), default=list
                    ),
                ),
                (
                    "brand_values",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=200), default=list
                    ),
                ),
                (
                    "content_themes",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=200), default=list
                    ),
                ),
                ("is_default", models.BooleanField(db_default=False, default=False)),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("updated_at", models.DateTimeField(auto_now=True)),
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
                "db_table": "brand_profiles",
                "db_table_comment": "How a brand writes. Empty: this version has no brand voice.",
            },
        ),
        migrations.AddConstraint(
            model_name="brandprofile",
            constraint=models.UniqueConstraint(fields=("owner", "slug"), name="brand_profiles_owner_slug"),
        ),
        migrations.AddConstraint(
            model_name="brandprofile",
            constraint=models.UniqueConstraint(
                condition=models.Q(("is_default", True)), fields=("owner",), name="brand_profiles_one_default"
            ),
        ),
    ]
