import django.db.models.deletion
import django.db.models.functions.datetime
import uuid_utils.compat
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    """Mails about somebody's plan, and who wants none about their usage."""

    dependencies = [
        ("accounts", "012_api_key_limits"),
        ("billing", "019_checkout_orders"),
    ]

    operations = [
        migrations.CreateModel(
            name="Notice",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid_utils.compat.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("receipt", "Receipt"),
                            ("payment_failed", "Payment Failed"),
                            ("posts_80", "Posts 80"),
                            ("posts_100", "Posts 100"),
                            ("assists_80", "Assists 80"),
                            ("assists_100", "Assists 100"),
                        ],
                        max_length=20,
                    ),
                ),
                ("about", models.CharField(max_length=255)),
                ("facts", models.JSONField()),
                (
                    "created_at",
                    models.DateTimeField(
                        db_default=django.db.models.functions.datetime.Now(), editable=False
                    ),
                ),
                ("done_at", models.DateTimeField(null=True)),
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
                "db_table": "billing_notices",
                "constraints": [
                    models.UniqueConstraint(fields=("user", "kind", "about"), name="billing_notices_once")
                ],
                "indexes": [
                    models.Index(
                        condition=models.Q(("done_at", None)),
                        fields=["created_at"],
                        name="billing_notices_waiting",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="UsageNoticesOff",
            fields=[
                (
                    "user",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="+",
                        serialize=False,
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "since",
                    models.DateTimeField(
                        db_default=django.db.models.functions.datetime.Now(), editable=False
                    ),
                ),
            ],
            options={"db_table": "usage_notices_off"},
        ),
        migrations.AddIndex("UserQuota", models.Index(fields=["period_start"], name="user_quotas_by_month")),
    ]
