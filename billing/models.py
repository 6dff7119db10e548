"""Plans, who has which plan, and how much of it they have used."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from accounts.models import User


class TierLimit(models.Model):
    """A plan. Its migration inserts `billing.tiers.SEEDS`. Null means unlimited."""

    tier = models.CharField(max_length=20, primary_key=True)
    position = models.PositiveSmallIntegerField()
    posts_per_month = models.PositiveIntegerField(null=True)
    posts_per_day = models.PositiveIntegerField(null=True)
    concurrent_runs = models.PositiveIntegerField()
    price_monthly_usd = models.DecimalField(max_digits=8, decimal_places=2)
    price_yearly_usd = models.DecimalField(max_digits=8, decimal_places=2)
    max_cost_usd = models.DecimalField(max_digits=9, decimal_places=4, null=True)
    """The most that the model calls of one run may cost, unless the caller sets another limit."""
    requests_per_minute = models.PositiveIntegerField()
    requests_per_hour = models.PositiveIntegerField()
    features = ArrayField(models.CharField(max_length=40))

    class Meta:
        db_table = "tier_limits"
        ordering = ["position"]

    def __str__(self) -> str:
        return self.tier


class Entitlement(models.Model):
    """The plan of a user. A user without a row has the free plan."""

    user = models.OneToOneField(User, on_delete=models.CASCADE, related_name="entitlement")
    tier = models.ForeignKey(TierLimit, on_delete=models.PROTECT, db_column="tier")
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        db_table = "entitlements"

    def __str__(self) -> str:
        return f"{self.user_id}: {self.tier_id}"


class UserQuota(models.Model):
    """What a user has used and reserved in a month, and on the newest day of it with any usage (UTC).

    Month and day share a row, so that one conditional UPDATE changes both or neither. Only `billing.quotas`
    writes to this table. The numbers are sums over the ledger, `UsageRecord`.
    """

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+", db_index=False)
    month = models.DateField()
    """The first day of the month."""
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
    """An entry of the append-only ledger: units reserved for a run, or settled, or refunded.

    `month` and `day` are those of the reservation. A run has one reservation, and is settled or refunded at
    most once.
    """

    class Kind(models.TextChoices):
        RESERVE = "reserve"
        SETTLE = "settle"
        REFUND = "refund"

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+", db_index=False)
    run_id = models.UUIDField()
    """The id that was passed to `billing.quotas`. A run that is retried after a refund has another."""
    for_run = models.UUIDField(null=True)
    """The run itself. Not a foreign key: the ledger outlives it. Null in rows of an earlier version."""
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
