"""What somebody may do: the plans, who has which, and how much of theirs is taken."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

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
    max_cost_usd = models.DecimalField(max_digits=9, decimal_places=4, null=True)
    """What the model calls of one run may cost, where the caller sets no limit of their own."""
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


class UserQuota(models.Model):
    """What somebody has taken of a month, and of the newest day in it on which they took anything (UTC).

    Month and day share a row, so that one conditional update takes a unit of both or of neither. Only
    `billing.quotas` writes here; `UsageRecord` says how each number came about.
    """

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+", db_index=False)
    month = models.DateField()
    """Its first day."""
    month_used = models.PositiveIntegerField()
    month_reserved = models.PositiveIntegerField()
    day = models.DateField()
    day_used = models.PositiveIntegerField()
    day_reserved = models.PositiveIntegerField()

    class Meta:
        db_table = "user_quotas"
        constraints = [models.UniqueConstraint(fields=["user", "month"], name="user_quotas_month")]

    def __str__(self) -> str:
        return f"{self.user_id} in {self.month:%Y-%m}: {self.month_used} used, {self.month_reserved} reserved"


class UsageRecord(models.Model):
    """A line of the ledger, never changed: units reserved for a run, or what became of them.

    `month` and `day` are those of the reservation, in which the units count. A run has one reservation and at
    most one end.
    """

    class Kind(models.TextChoices):
        RESERVE = "reserve"
        SETTLE = "settle"
        REFUND = "refund"

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+", db_index=False)
    run_id = models.UUIDField()
    """What the caller of `billing.quotas` knows it by. No foreign key: the ledger outlives the run."""
    kind = models.CharField(max_length=10, choices=Kind)
    units = models.PositiveIntegerField()
    month = models.DateField()
    day = models.DateField()
    created_at = models.DateTimeField(db_default=Now(), editable=False)

    class Meta:
        db_table = "usage_records"
        indexes = [models.Index(fields=["user", "-id"], name="usage_records_newest")]
        constraints = [
            models.CheckConstraint(condition=Q(units__gt=0), name="usage_records_units"),
            models.UniqueConstraint(
                fields=["run_id"], condition=Q(kind="reserve"), name="usage_records_reserved_once"
            ),
            models.UniqueConstraint(
                fields=["run_id"],
                condition=Q(kind__in=["refund", "settle"]),
                name="usage_records_ended_once",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.units} for {self.run_id}"
