import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from billing.tiers import fill_plans

TO_WINDOWS = """
UPDATE usage_records SET period_start = month::timestamp AT TIME ZONE 'UTC';
UPDATE user_quotas SET period_start = month::timestamp AT TIME ZONE 'UTC';
"""
# Subscriptions, assists, grants and later costs did not exist. The counters are the ledger's sums, as `billing.invariants` states them.
TO_CALENDAR_MONTHS = """
DELETE FROM entitlements WHERE given_tier IS NULL;
DELETE FROM usage_records WHERE meter = 'assists' OR kind IN ('grant', 'spend');
UPDATE usage_records SET month = date_trunc('month', day)::date;
DELETE FROM user_quotas;
INSERT INTO user_quotas
    (user_id, period_start, month, month_used, month_reserved, day, day_used, day_reserved)
SELECT user_id, month::timestamp AT TIME ZONE 'UTC', month,
    sum(used), sum(reserved), max(day), sum(used) FILTER (WHERE newest), sum(reserved) FILTER (WHERE newest)
FROM (
    SELECT user_id, month, day, day = max(day) OVER (PARTITION BY user_id, month) AS newest,
        CASE kind WHEN 'settle' THEN units ELSE 0 END AS used,
        CASE kind WHEN 'reserve' THEN units ELSE -units END AS reserved
    FROM usage_records
) AS lines
GROUP BY user_id, month;
"""


class Migration(migrations.Migration):
    """Months that start with the subscription or the sign-up, a second meter, costs and grants in the ledger.

    What is there was counted in calendar months and stays in them; everybody's current month starts anew.
    """

    dependencies = [
        ("billing", "014_usage_records_run"),
        ("generation", "013_runs_of_api_keys"),
    ]

    operations = [
        migrations.AddField("TierLimit", "assists_per_month", models.PositiveIntegerField(null=True)),
        migrations.AddField(
            "TierLimit", "monthly_cost_usd", models.DecimalField(decimal_places=2, max_digits=9, null=True)
        ),
        migrations.RunSQL(fill_plans("assists_per_month", "monthly_cost_usd"), migrations.RunSQL.noop),
        migrations.RenameField("Entitlement", "tier", "given_tier"),
        migrations.AlterField(
            "Entitlement",
            "given_tier",
            models.ForeignKey(
                db_column="given_tier",
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="billing.tierlimit",
            ),
        ),
        migrations.AddField("Entitlement", "given_until", models.DateTimeField(null=True)),
        migrations.AddField(
            "Entitlement",
            "given_by",
            models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            "Entitlement", "given_because", models.CharField(blank=True, db_default="", max_length=200)
        ),
        migrations.AddField(
            "Entitlement",
            "subscribed_tier",
            models.ForeignKey(
                db_column="subscribed_tier",
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="billing.tierlimit",
            ),
        ),
        migrations.AddField(
            "Entitlement",
            "status",
            models.CharField(
                blank=True,
                choices=[
                    ("incomplete", "Incomplete"),
                    ("incomplete_expired", "Incomplete Expired"),
                    ("trialing", "Trialing"),
                    ("active", "Active"),
                    ("past_due", "Past Due"),
                    ("unpaid", "Unpaid"),
                    ("paused", "Paused"),
                    ("canceled", "Canceled"),
                ],
                db_default="",
                max_length=20,
            ),
        ),
        migrations.AddField("Entitlement", "period_end", models.DateTimeField(null=True)),
        migrations.AddField("Entitlement", "cancel_at_period_end", models.BooleanField(db_default=False)),
        migrations.AddField("Entitlement", "past_due_since", models.DateTimeField(null=True)),
        migrations.AddField("Entitlement", "anchor", models.DateTimeField(null=True)),
        migrations.AddField("Entitlement", "fetched_at", models.DateTimeField(null=True)),
        migrations.AddField(
            "Entitlement",
            "cost_limit_usd",
            models.DecimalField(decimal_places=2, max_digits=9, null=True),
        ),
        migrations.AddField(
            "Entitlement",
            "own_cost_limit_usd",
            models.DecimalField(decimal_places=2, max_digits=9, null=True),
        ),
        *(
            operation
            for model in ("UsageRecord", "UserQuota")
            for operation in (
                migrations.AddField(
                    model,
                    "meter",
                    models.CharField(
                        choices=[("posts", "Posts"), ("assists", "Assists")],
                        db_default="posts",
                        max_length=10,
                    ),
                ),
                migrations.AddField(model, "period_start", models.DateTimeField(null=True)),
                migrations.AddField(
                    model,
                    "cost_usd",
                    models.DecimalField(db_default=0, decimal_places=6, max_digits=12),
                ),
                migrations.AlterField(
                    model,
                    "user",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            )
        ),
        migrations.AlterField("UsageRecord", "month", models.DateField(null=True)),
        migrations.AlterField("UserQuota", "month", models.DateField(null=True)),
        migrations.RunSQL(TO_WINDOWS, TO_CALENDAR_MONTHS),
        migrations.AlterField("UsageRecord", "period_start", models.DateTimeField()),
        migrations.AlterField("UserQuota", "period_start", models.DateTimeField()),
        migrations.RemoveConstraint("UserQuota", "user_quotas_month"),
        migrations.RemoveField("UserQuota", "month"),
        migrations.RemoveField("UsageRecord", "month"),
        migrations.AddConstraint(
            "UserQuota",
            models.UniqueConstraint(fields=["user", "period_start", "meter"], name="user_quotas_month"),
        ),
        migrations.RenameField("UserQuota", "month_used", "used"),
        migrations.RenameField("UserQuota", "month_reserved", "reserved"),
        migrations.AddField("UserQuota", "granted", models.PositiveIntegerField(db_default=0)),
        migrations.AddField("UsageRecord", "input_tokens", models.PositiveBigIntegerField(db_default=0)),
        migrations.AddField("UsageRecord", "output_tokens", models.PositiveBigIntegerField(db_default=0)),
        migrations.AddField(
            "UsageRecord", "reason", models.CharField(blank=True, db_default="", max_length=200)
        ),
        migrations.AddField("UsageRecord", "actor_id", models.UUIDField(null=True)),
        migrations.AlterField(
            "UsageRecord",
            "kind",
            models.CharField(
                choices=[
                    ("reserve", "Reserve"),
                    ("settle", "Settle"),
                    ("refund", "Refund"),
                    ("grant", "Grant"),
                    ("spend", "Spend"),
                ],
                max_length=10,
            ),
        ),
        migrations.RemoveConstraint("UsageRecord", "usage_records_units"),
        migrations.AddConstraint(
            "UsageRecord",
            models.CheckConstraint(
                condition=models.Q(
                    ("units__gt", 0), models.Q(("kind", "spend"), ("units", 0)), _connector="OR"
                ),
                name="usage_records_units",
            ),
        ),
    ]
