import django.db.models.functions.datetime
from django.db import migrations, models


class Migration(migrations.Migration):
    """The events that Stripe told us about."""

    dependencies = [
        ("billing", "015_plan_windows"),
        ("generation", "016_call_in_ledger"),
    ]

    operations = [
        migrations.CreateModel(
            name="StripeEvent",
            fields=[
                ("id", models.CharField(max_length=255, primary_key=True, serialize=False)),
                ("type", models.CharField(max_length=100)),
                ("created", models.DateTimeField()),
                ("customer_id", models.CharField(max_length=255)),
                (
                    "received_at",
                    models.DateTimeField(db_default=django.db.models.functions.datetime.Now()),
                ),
                ("processed_at", models.DateTimeField(null=True)),
                ("payload", models.JSONField()),
            ],
            options={
                "db_table": "stripe_events",
                "indexes": [
                    models.Index(
                        condition=models.Q(("processed_at", None)),
                        fields=["customer_id"],
                        name="stripe_events_unprocessed",
                    )
                ],
            },
        ),
    ]
