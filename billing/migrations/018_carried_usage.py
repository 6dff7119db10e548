from django.contrib.postgres.operations import AddConstraintNotValid
from django.db import migrations, models

# The counters are the ledger's sums, as `billing.invariants` states them; here without the lines that go.
FORGET_CARRIED = """
WITH carried AS (
    DELETE FROM usage_records WHERE kind = 'carry' RETURNING user_id, meter, period_start
), lines AS (
    SELECT user_id, meter, period_start, day, cost_usd,
        day = coalesce(max(day) FILTER (WHERE kind <> 'grant') OVER month, max(day) OVER month) AS newest,
        CASE kind WHEN 'settle' THEN units ELSE 0 END AS used,
        CASE kind WHEN 'reserve' THEN units WHEN 'grant' THEN 0 ELSE -units END AS reserved
    FROM usage_records
    WHERE kind <> 'carry' AND (user_id, meter, period_start) IN (SELECT * FROM carried)
    WINDOW month AS (PARTITION BY user_id, meter, period_start)
), sums AS (
    SELECT user_id, meter, period_start, sum(used) AS used, sum(cost_usd) AS cost_usd,
        max(day) FILTER (WHERE newest) AS day, sum(used) FILTER (WHERE newest) AS day_used,
        sum(reserved) FILTER (WHERE newest) AS day_reserved
    FROM lines GROUP BY user_id, meter, period_start
), corrected AS (
    UPDATE user_quotas AS quota SET
        used = sums.used,
        cost_usd = sums.cost_usd,
        day = sums.day,
        day_used = sums.day_used,
        day_reserved = sums.day_reserved
    FROM sums
    WHERE (quota.user_id, quota.meter, quota.period_start) = (sums.user_id, sums.meter, sums.period_start)
)
DELETE FROM user_quotas
WHERE (user_id, meter, period_start) IN (SELECT * FROM carried)
    AND (user_id, meter, period_start) NOT IN (SELECT user_id, meter, period_start FROM sums);
"""


class Migration(migrations.Migration):
    """What was used under an address that its account has left, until the month ends."""

    dependencies = [("billing", "017_stripe_events")]

    operations = [
        migrations.CreateModel(
            name="CarriedUsage",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("address", models.CharField(max_length=64)),
                (
                    "meter",
                    models.CharField(choices=[("posts", "Posts"), ("assists", "Assists")], max_length=10),
                ),
                ("anchor", models.DateTimeField()),
                ("period_start", models.DateTimeField()),
                ("period_end", models.DateTimeField()),
                ("used", models.PositiveIntegerField()),
                ("cost_usd", models.DecimalField(decimal_places=6, max_digits=12)),
                ("day", models.DateField()),
                ("day_used", models.PositiveIntegerField()),
            ],
            options={
                "db_table": "carried_usage",
                "constraints": [
                    models.UniqueConstraint(fields=("address", "meter"), name="carried_usage_address")
                ],
            },
        ),
        migrations.AddField("Entitlement", "free_anchor", models.DateTimeField(null=True)),
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
                    ("carry", "Carry"),
                ],
                max_length=10,
            ),
        ),
        # It allows what it did before, and more, so that rows that are there need not be looked at.
        migrations.RemoveConstraint("UsageRecord", "usage_records_units"),
        AddConstraintNotValid(
            "UsageRecord",
            models.CheckConstraint(
                condition=models.Q(
                    ("units__gt", 0),
                    models.Q(("kind__in", ["carry", "spend"]), ("units", 0)),
                    _connector="OR",
                ),
                name="usage_records_units",
            ),
        ),
        migrations.RunSQL(migrations.RunSQL.noop, FORGET_CARRIED),
    ]
