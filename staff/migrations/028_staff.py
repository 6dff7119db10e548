import django.db.models.deletion
import django.db.models.functions.datetime
from django.conf import settings
from django.db import migrations, models

APPEND_ONLY = """
CREATE FUNCTION staff_actions_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'staff_actions is append-only: what was done stays on record';
END
$$;
CREATE TRIGGER staff_actions_append_only BEFORE UPDATE OR DELETE ON staff_actions
    FOR EACH ROW EXECUTE FUNCTION staff_actions_append_only();
"""
CHANGEABLE = """
DROP TRIGGER staff_actions_append_only ON staff_actions;
DROP FUNCTION staff_actions_append_only();
"""


class Migration(migrations.Migration):
    """What staff did and noted. The table of Django's admin comes along, and stays empty."""

    initial = True

    dependencies = [
        ("admin", "0003_logentry_add_action_flag_choices"),
        ("accounts", "024_sessions_and_verified_email"),
    ]

    operations = [
        migrations.CreateModel(
            name="StaffAction",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("action", models.CharField(max_length=40)),
                ("object_type", models.CharField(max_length=20)),
                ("object_id", models.CharField(max_length=64)),
                ("reason", models.CharField(max_length=200)),
                ("details", models.JSONField(default=dict)),
                ("request_id", models.CharField(max_length=100)),
                ("form_id", models.UUIDField(unique=True)),
                (
                    "created_at",
                    models.DateTimeField(
                        db_default=django.db.models.functions.datetime.Now(), editable=False
                    ),
                ),
                (
                    "actor",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "subject",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "db_table": "staff_actions",
                "permissions": [
                    ("retry_run", "Try a run again"),
                    ("cancel_run", "Stop a run"),
                    ("return_unit", "Return the unit of a run"),
                    ("grant_units", "Add posts or assists to a month"),
                    ("give_plan", "Give a plan"),
                    ("end_given_plan", "End a plan that was given"),
                    ("set_cost_limit", "Change the limit on model costs"),
                    ("change_plan", "Change what a plan includes"),
                    ("look_at_stripe", "Look a customer up at Stripe"),
                    ("revoke_key", "Revoke an API key"),
                    ("confirm_email", "Confirm an email address"),
                    ("close_account", "Close an account"),
                    ("reopen_account", "Open an account again"),
                    ("resend_notification", "Send a notification again"),
                    ("read_post", "Read a customer's post"),
                    ("add_note", "Add a note"),
                    ("set_role", "Say who is staff, and in which groups"),
                ],
                "default_permissions": ("view",),
                "indexes": [models.Index(fields=["subject", "-id"], name="staff_actions_newest")],
            },
        ),
        migrations.CreateModel(
            name="StaffNote",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("text", models.CharField(max_length=2000)),
                (
                    "created_at",
                    models.DateTimeField(
                        db_default=django.db.models.functions.datetime.Now(), editable=False
                    ),
                ),
                (
                    "author",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
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
                "db_table": "staff_notes",
                "default_permissions": (),
                "indexes": [models.Index(fields=["user", "-id"], name="staff_notes_newest")],
            },
        ),
        migrations.RunSQL(APPEND_ONLY, CHANGEABLE),
    ]
