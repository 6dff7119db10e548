import django.db.models.deletion
import django.db.models.functions.text
import django.db.models.lookups
import uuid_utils.compat
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "__first__"),
        ("generation", "005_create_brand_profiles"),
    ]

    operations = [
        migrations.CreateModel(
            name="VoiceSample",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid_utils.compat.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("title", models.CharField(blank=True, max_length=200)),
                ("content", models.TextField()),
                ("content_type", models.CharField(blank=True, max_length=40)),
                ("source", models.CharField(blank=True, max_length=500)),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                (
                    "profile",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="samples",
                        to="generation.brandprofile",
                    ),
                ),
            ],
            options={
                "db_table": "voice_samples",
                "db_table_comment": "Texts that show how a brand writes. Empty: this version has no brand voice.",
            },
        ),
        migrations.CreateModel(
            name="VoiceFingerprint",
            fields=[
                (
                    "profile",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="fingerprint",
                        serialize=False,
                        to="generation.brandprofile",
                    ),
                ),
                ("measured", models.JSONField(default=dict)),
                ("sample_count", models.PositiveIntegerField()),
                ("trained_at", models.DateTimeField()),
            ],
            options={
                "db_table": "voice_fingerprints",
                "db_table_comment": "What training measured in a brand's samples. Empty: this version has no brand voice.",
            },
        ),
        migrations.CreateModel(
            name="VoiceScore",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid_utils.compat.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("vocabulary", models.FloatField()),
                ("tone", models.FloatField()),
                ("style", models.FloatField()),
                ("overall", models.FloatField()),
                ("causes", models.JSONField(default=list)),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                (
                    "post",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="generation.post",
                    ),
                ),
                (
                    "profile",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="scores",
                        to="generation.brandprofile",
                    ),
                ),
            ],
            options={
                "db_table": "voice_scores",
                "db_table_comment": "How close texts come to a brand's voice. Empty: this version has no brand voice.",
            },
        ),
        migrations.AddConstraint(
            model_name="voicesample",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    django.db.models.lookups.GreaterThanOrEqual(
                        django.db.models.functions.text.Length("content"), 50
                    ),
                    django.db.models.lookups.LessThanOrEqual(
                        django.db.models.functions.text.Length("content"), 50000
                    ),
                ),
                name="voice_samples_length",
            ),
        ),
    ]
