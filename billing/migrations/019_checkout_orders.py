import django.db.models.deletion
import django.db.models.functions.datetime
import uuid_utils.compat
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    """Orders of plans, and which subscription and price an entitlement comes from."""

    dependencies = [
        ("billing", "018_carried_usage"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name="entitlement",
            name="subscription_id",
            field=models.CharField(blank=True, db_default="", max_length=255),
        ),
        migrations.AddField(
            model_name="entitlement",
            name="price_id",
            field=models.CharField(blank=True, db_default="", max_length=255),
        ),
        migrations.AddField(
            model_name="entitlement",
            name="next_price_id",
            field=models.CharField(blank=True, db_default="", max_length=255),
        ),
        migrations.CreateModel(
            name="CheckoutOrder",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid_utils.compat.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                (
                    "interval",
                    models.CharField(choices=[("month", "Month"), ("year", "Year")], max_length=5),
                ),
                ("price_id", models.CharField(max_length=255)),
                (
                    "status",
                    models.CharField(
                        choices=[("open", "Open"), ("paid", "Paid"), ("closed", "Closed")],
                        db_default="open",
                        max_length=6,
                    ),
                ),
                ("session_id", models.CharField(blank=True, db_default="", max_length=255)),
                ("url", models.TextField(blank=True, db_default="")),
                ("claimed_until", models.DateTimeField(null=True)),
                (
                    "created_at",
                    models.DateTimeField(
                        db_default=django.db.models.functions.datetime.Now(), editable=False
                    ),
                ),
                (
                    "tier",
                    models.ForeignKey(
                        db_column="tier",
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="billing.tierlimit",
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="checkout_orders",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "db_table": "checkout_orders",
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("status", "open")),
                        fields=("user",),
                        name="checkout_orders_one_open",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("session_id", ""), _negated=True),
                        fields=("session_id",),
                        name="checkout_orders_session",
                    ),
                ],
            },
        ),
    ]
