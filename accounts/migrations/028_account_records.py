import django.db.models.deletion
import django.db.models.functions.datetime
import uuid_utils.compat
from django.conf import settings
from django.db import migrations, models

# An owner who could delete what tells of a thief would only help the thief. What is a year old may go, and
# everything goes with the account: then the row of the user is gone before the trigger looks.
APPEND_ONLY = """
CREATE FUNCTION security_events_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' AND (
        OLD.created_at < now() - interval '365 days'
        OR NOT EXISTS (SELECT FROM users WHERE users.id = OLD.user_id)
    ) THEN
        RETURN OLD;
    END IF;
    RAISE EXCEPTION 'Security events are append-only.' USING ERRCODE = 'restrict_violation';
END
$$;
CREATE TRIGGER security_events_append_only BEFORE UPDATE OR DELETE ON security_events
    FOR EACH ROW EXECUTE FUNCTION security_events_append_only();
"""
CHANGEABLE = """
DROP TRIGGER security_events_append_only ON security_events;
DROP FUNCTION security_events_append_only();
"""


class Migration(migrations.Migration):
    """What happened to each account in a year, archives of its data, and which accounts were erased."""

    dependencies = [
        ("accounts", "024_sessions_and_verified_email"),
    ]

    operations = [
        migrations.CreateModel(
            name="SecurityEvent",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid_utils.compat.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("kind", models.CharField(max_length=30)),
                (
                    "created_at",
                    models.DateTimeField(
                        db_default=django.db.models.functions.datetime.Now(), editable=False
                    ),
                ),
                ("address", models.CharField(blank=True, db_default="", max_length=45)),
                ("user_agent", models.CharField(blank=True, db_default="", max_length=300)),
                ("device", models.CharField(blank=True, db_default="", max_length=64)),
                ("answers", models.UUIDField(editable=False, null=True)),
                ("details", models.JSONField(db_default={}, default=dict)),
                (
                    "user",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.DB_CASCADE,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "db_table": "security_events",
                "indexes": [
                    models.Index(fields=["user", "-id"], name="security_events_newest"),
                    models.Index(fields=["created_at"], name="security_events_oldest"),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("answers__isnull", False)),
                        fields=("answers",),
                        name="security_events_answered_once",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="DataExport",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid_utils.compat.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("queued", "Queued"),
                            ("writing", "Writing"),
                            ("ready", "Ready"),
                            ("failed", "Failed"),
                            ("expired", "Expired"),
                        ],
                        db_default="queued",
                        default="queued",
                        max_length=10,
                    ),
                ),
                (
                    "created_at",
                    models.DateTimeField(
                        db_default=django.db.models.functions.datetime.Now(), editable=False
                    ),
                ),
                ("token", models.PositiveIntegerField(db_default=0)),
                ("lease_until", models.DateTimeField(null=True)),
                ("records", models.PositiveIntegerField(db_default=0)),
                ("file", models.CharField(blank=True, db_default="", max_length=100)),
                ("size", models.PositiveBigIntegerField(db_default=0)),
                ("finished_at", models.DateTimeField(null=True)),
                ("expires_at", models.DateTimeField(null=True)),
                (
                    "user",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "db_table": "data_exports",
                "indexes": [models.Index(fields=["user", "-id"], name="data_exports_newest")],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("state__in", ["queued", "writing"])),
                        fields=("user",),
                        name="data_exports_one_at_a_time",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Erasure",
            fields=[
                ("account_id", models.UUIDField(primary_key=True, serialize=False)),
                ("asked_at", models.DateTimeField(null=True)),
                ("erased_at", models.DateTimeField(null=True)),
                ("rows", models.JSONField(default=dict)),
            ],
            options={
                "db_table": "erasures",
            },
        ),
        migrations.RunSQL(APPEND_ONLY, CHANGEABLE),
    ]
