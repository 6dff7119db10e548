"""What somebody may do: the plans, and who has which."""

from django.contrib.postgres.fields import ArrayField
from django.db import models

from accounts.models import User


class TierLimit(models.Model):
    """A plan. The table, filled by `manage.py seed_tiers`, is their only source. Null: unlimited."""

    tier = models.CharField(max_length=20, primary_key=True)
    position = models.PositiveSmallIntegerField()
    posts_per_month = models.PositiveIntegerField(null=True)
    posts_per_day = models.PositiveIntegerField(null=True)
    concurrent_runs = models.PositiveIntegerField()
    price_monthly_usd = models.DecimalField(max_digits=8, decimal_places=2)
    price_yearly_usd = models.DecimalField(max_digits=8, decimal_places=2)
    requests_per_minute = models.PositiveIntegerField()
    requests_per_hour = models.PositiveIntegerField()
    features = ArrayField(models.CharField(max_length=40))

    class Meta:
        db_table = "tier_limits"
        ordering = ["position"]

    def __str__(self) -> str:
        return self.tier


class Entitlement(models.Model):
    """Which plan somebody has; nobody's row means free."""

    user = models.OneToOneField(User, on_delete=models.CASCADE, related_name="entitlement")
    tier = models.ForeignKey(TierLimit, on_delete=models.PROTECT, db_column="tier")
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        db_table = "entitlements"

    def __str__(self) -> str:
        return f"{self.user_id}: {self.tier_id}"
