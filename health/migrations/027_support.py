import django.core.validators
import django.db.models.deletion
import django.utils.timezone
import uuid_utils.compat
from django.db import migrations, models


class Migration(migrations.Migration):
    """Incidents that staff post on /status."""

    initial = True

    dependencies = [("blogai", "000_framework")]

    operations = [
        migrations.CreateModel(
            name="Incident",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid_utils.compat.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("title", models.CharField(max_length=120)),
                (
                    "component",
                    models.CharField(
                        choices=[
                            ("web", "Website and API"),
                            ("writing", "Writing posts"),
                            ("database", "Database"),
                            ("payments", "Payments"),
                            ("email", "Email"),
                        ],
                        max_length=10,
                    ),
                ),
                (
                    "impact",
                    models.CharField(
                        choices=[
                            ("maintenance", "Maintenance"),
                            ("degraded", "Limited"),
                            ("outage", "Outage"),
                        ],
                        max_length=12,
                    ),
                ),
                ("started_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("resolved_at", models.DateTimeField(blank=True, null=True)),
            ],
            options={
                "db_table": "incidents",
                "ordering": ["-started_at"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("resolved_at", None),
                            ("resolved_at__gte", models.F("started_at")),
                            _connector="OR",
                        ),
                        name="incidents_end_after_they_start",
                        violation_error_message="An incident ends after it has started.",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="IncidentUpdate",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid_utils.compat.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                (
                    "text",
                    models.TextField(
                        max_length=2000, validators=[django.core.validators.MaxLengthValidator(2000)]
                    ),
                ),
                ("posted_at", models.DateTimeField(default=django.utils.timezone.now)),
                (
                    "incident",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="updates",
                        to="health.incident",
                    ),
                ),
            ],
            options={
                "db_table": "incident_updates",
                "ordering": ["-posted_at"],
            },
        ),
    ]
