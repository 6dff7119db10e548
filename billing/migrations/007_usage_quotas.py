import django.contrib.postgres.fields
import django.db.models.deletion
import django.db.models.functions.datetime
from django.conf import settings
from django.db import migrations, models

from billing.tiers import insert_plans


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("accounts", "__first__"),
    ]

    operations = [
        migrations.CreateModel(
            name="TierLimit",
            fields=[
                ("tier", models.CharField(max_length=20, primary_key=True, serialize=False)),
                ("position", models.PositiveSmallIntegerField()),
                ("posts_per_month", models.PositiveIntegerField(null=True)),
                ("posts_per_day", models.PositiveIntegerField(null=True)),
                ("concurrent_runs", models.PositiveIntegerField()),
                ("price_monthly_usd", models.DecimalField(decimal_places=2, max_digits=8)),
                ("price_yearly_usd", models.DecimalField(decimal_places=2, max_digits=8)),
                ("max_cost_usd", models.DecimalField(decimal_places=4, max_digits=9, null=True)),
                ("requests_per_minute", models.PositiveIntegerField()),
                ("requests_per_hour", models.PositiveIntegerField()),
                (
                    "features",
                    django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=40)),
                ),
            ],
            options={
                "db_table": "tier_limits",
                "ordering": ["position"],
            },
        ),
        migrations.RunSQL(
            insert_plans(
                "tier",
                "position",
                "posts_per_month",
                "posts_per_day",
                "concurrent_runs",
                "price_monthly_usd",
                "price_yearly_usd",
                "max_cost_usd",
                "requests_per_minute",
                "requests_per_hour",
                "features",
            ),
            migrations.RunSQL.noop,
        ),
        migrations.CreateModel(
            name="Entitlement",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("updated_at", models.DateTimeField(auto_now=True)),
                (
                    "user",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="entitlement",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "tier",
                    models.ForeignKey(
                        db_column="tier", on_delete=django.db.models.deletion.PROTECT, to="billing.tierlimit"
                    ),
                ),
            ],
            options={
                "db_table": "entitlements",
            },
        ),
        migrations.CreateModel(
            name="UserQuota",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("month", models.DateField()),
                ("month_used", models.PositiveIntegerField()),
                ("month_reserved", models.PositiveIntegerField()),
                ("day", models.DateField()),
                ("day_used", models.PositiveIntegerField()),
                ("day_reserved", models.PositiveIntegerField()),
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
                "db_table": "user_quotas",
                "constraints": [models.UniqueConstraint(fields=("user", "month"), name="user_quotas_month")],
            },
        ),
        migrations.CreateModel(
            name="UsageRecord",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("run_id", models.UUIDField()),
                (
                    "kind",
                    models.CharField(
                        choices=[("reserve", "Reserve"), ("settle", "Settle"), ("refund", "Refund")],
                        max_length=10,
                    ),
                ),
                ("units", models.PositiveIntegerField()),
                ("month", models.DateField()),
                ("day", models.DateField()),
                (
                    "created_at",
                    models.DateTimeField(
                        db_default=django.db.models.functions.datetime.Now(), editable=False
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
                "db_table": "usage_records",
                "indexes": [models.Index(fields=["user", "-id"], name="usage_records_newest")],
                "constraints": [
                    models.CheckConstraint(condition=models.Q(("units__gt", 0)), name="usage_records_units"),
                    models.UniqueConstraint(
                        condition=models.Q(("kind", "reserve")),
                        fields=("run_id",),
                        name="usage_records_reserved_once",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("kind__in", ["refund", "settle"])),
                        fields=("run_id",),
                        name="usage_records_ended_once",
                    ),
                ],
            },
        ),
    ]
