import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models

# Sessions begin anew in their own table. What was confirmed so far stays so.
END_OLD_SESSIONS = "DELETE FROM django_session"
COPY_VERIFIED = """
UPDATE users SET verified_email = account_emailaddress.email
FROM account_emailaddress
WHERE account_emailaddress.user_id = users.id
  AND account_emailaddress.verified
  AND lower(account_emailaddress.email) = lower(users.email)
"""


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "023_second_factors"),
        ("account", "0009_emailaddress_unique_primary_email"),
        ("sessions", "0001_initial"),
    ]

    operations = [
        migrations.AddField(
            model_name="user",
            name="verified_email",
            field=models.EmailField(blank=True, db_default="", default="", editable=False, max_length=254),
        ),
        migrations.CreateModel(
            name="Session",
            fields=[
                (
                    "session_key",
                    models.CharField(
                        max_length=40, primary_key=True, serialize=False, verbose_name="session key"
                    ),
                ),
                ("session_data", models.TextField(verbose_name="session data")),
                ("expire_date", models.DateTimeField(db_index=True, verbose_name="expire date")),
                ("user_agent", models.CharField(blank=True, db_default="", default="", max_length=300)),
                ("address", models.CharField(blank=True, db_default="", default="", max_length=45)),
                ("signed_in_at", models.DateTimeField(null=True)),
                ("last_seen_at", models.DateTimeField(default=django.utils.timezone.now)),
                (
                    "user",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="sessions",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name": "session",
                "verbose_name_plural": "sessions",
                "db_table": "sessions",
                "abstract": False,
            },
        ),
        migrations.RunSQL(COPY_VERIFIED, migrations.RunSQL.noop),
        migrations.RunSQL(END_OLD_SESSIONS, migrations.RunSQL.noop),
    ]
