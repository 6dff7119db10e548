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
    assists_per_month = models.PositiveIntegerField(null=True)
    monthly_cost_usd = models.DecimalField(max_digits=9, decimal_places=2, null=True)
    """The most that the model calls of all runs of a month may cost."""
    requests_per_minute = models.PositiveIntegerField()
    requests_per_hour = models.PositiveIntegerField()
    features = ArrayField(models.CharField(max_length=40))

    class Meta:
        db_table = "tier_limits"
        ordering = ["position"]

    def __str__(self) -> str:
        return self.tier


class Entitlement(models.Model):
    """The facts that decide about a user's plan; `billing.entitlements` has the rules. No row: the free plan.

    Stripe's words for its own facts; `fetched_at` is when they were asked for, on Postgres' clock.
    """

    class Status(models.TextChoices):
        INCOMPLETE = "incomplete"
        INCOMPLETE_EXPIRED = "incomplete_expired"
        TRIALING = "trialing"
        ACTIVE = "active"
        PAST_DUE = "past_due"
        UNPAID = "unpaid"
        PAUSED = "paused"
        CANCELED = "canceled"

    user = models.OneToOneField(User, on_delete=models.CASCADE, related_name="entitlement")
    subscribed_tier = models.ForeignKey(
        TierLimit, on_delete=models.PROTECT, null=True, db_column="subscribed_tier", related_name="+"
    )
    status = models.CharField(max_length=20, choices=Status, blank=True, db_default="")
    period_end = models.DateTimeField(null=True)
    cancel_at_period_end = models.BooleanField(db_default=False)
    past_due_since = models.DateTimeField(null=True)
    anchor = models.DateTimeField(null=True)
    """The start of the first period paid for, from which months are counted."""
    fetched_at = models.DateTimeField(null=True)
    given_tier = models.ForeignKey(
        TierLimit, on_delete=models.PROTECT, null=True, db_column="given_tier", related_name="+"
    )
    """A plan that staff gave, without payment."""
    given_until = models.DateTimeField(null=True)
    given_by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, related_name="+")
    given_because = models.CharField(max_length=200, blank=True, db_default="")
    cost_limit_usd = models.DecimalField(max_digits=9, decimal_places=2, null=True)
    """Set by staff in place of the plan's `monthly_cost_usd`."""
    own_cost_limit_usd = models.DecimalField(max_digits=9, decimal_places=2, null=True)
    """Set by the user; only ever lowers the limit."""
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        db_table = "entitlements"

    def __str__(self) -> str:
        return f"{self.user_id}: subscribed {self.subscribed_tier_id}, given {self.given_tier_id}"


class Meter(models.TextChoices):
    """What is counted. A post costs one of `posts`; everything else that asks a model is an assist."""

    POSTS = "posts"
    ASSISTS = "assists"


class UserQuota(models.Model):
    """What a user has used and reserved in a month, and on the newest day of it with any usage (UTC).

    Month and day share a row, so that one conditional UPDATE changes both or neither. Only `billing.quotas`
    writes to this table. The numbers are sums over the ledger, `UsageRecord`.
    """

    user = models.ForeignKey(
        User, on_delete=models.DO_NOTHING, related_name="+", db_index=False, db_constraint=False
    )
    meter = models.CharField(max_length=10, choices=Meter, db_default=Meter.POSTS.value)
    period_start = models.DateTimeField()
    """The start of the month, as `billing.entitlements` counts months."""
    used = models.PositiveIntegerField()
    reserved = models.PositiveIntegerField()
    granted = models.PositiveIntegerField(db_default=0)
    """Units that staff added to the plan's, in this month only."""
    cost_usd = models.DecimalField(max_digits=12, decimal_places=6, db_default=0)
    """What the model calls of ended runs cost."""
    day = models.DateField()
    day_used = models.PositiveIntegerField()
    day_reserved = models.PositiveIntegerField()

    class Meta:
        db_table = "user_quotas"
        constraints = [
            models.UniqueConstraint(fields=["user", "period_start", "meter"], name="user_quotas_month")
        ]

    def __str__(self) -> str:
        return f"{self.user_id}, {self.meter}: {self.used} used, {self.reserved} reserved"


class UsageRecord(models.Model):
    """An entry of the append-only ledger: units reserved, settled or refunded for a run, or granted.

    Month and day are those of the reservation. A run has one reservation, and is settled or refunded at most
    once; `spend` is what its model calls cost after that, when it was stopped and went on. The ledger
    outlives runs and accounts: neither id is a foreign key in the database, and the id of an account that is
    gone says nothing about the person.
    """

    class Kind(models.TextChoices):
        RESERVE = "reserve"
        SETTLE = "settle"
        REFUND = "refund"
        GRANT = "grant"
        SPEND = "spend"

    user = models.ForeignKey(
        User, on_delete=models.DO_NOTHING, related_name="+", db_index=False, db_constraint=False
    )
    run_id = models.UUIDField()
    """The id that was passed to `billing.quotas`. A run that is retried after a refund has another."""
    for_run = models.UUIDField(null=True)
    """The run itself. Null in rows of an earlier version."""
    kind = models.CharField(max_length=10, choices=Kind)
    meter = models.CharField(max_length=10, choices=Meter, db_default=Meter.POSTS.value)
    units = models.PositiveIntegerField()
    period_start = models.DateTimeField()
    day = models.DateField()
    input_tokens = models.PositiveBigIntegerField(db_default=0)
    output_tokens = models.PositiveBigIntegerField(db_default=0)
    cost_usd = models.DecimalField(max_digits=12, decimal_places=6, db_default=0)
    """Tokens and cost of the run's model calls, in the line that ends it."""
    reason = models.CharField(max_length=200, blank=True, db_default="")
    actor_id = models.UUIDField(null=True)
    """Of a grant: why, and by whom."""
    created_at = models.DateTimeField(db_default=Now(), editable=False)

    class Meta:
        db_table = "usage_records"
        indexes = [models.Index(fields=["user", "-id"], name="usage_records_newest")]
        constraints = [
            models.CheckConstraint(
                condition=Q(units__gt=0) | Q(kind="spend", units=0), name="usage_records_units"
            ),
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


class StripeEvent(models.Model):
    """An event that Stripe told us about, kept for 30 days. Only `billing.stripe.events` uses this table.

    An event names a customer whose subscription is to be looked up; what it says itself is never believed.
    """

    id = models.CharField(max_length=255, primary_key=True)
    """Stripe's own: the same event comes more than once."""
    type = models.CharField(max_length=100)
    created = models.DateTimeField()
    """Stripe's clock; the others are on Postgres'."""
    customer_id = models.CharField(max_length=255)
    received_at = models.DateTimeField(db_default=Now())
    processed_at = models.DateTimeField(null=True)
    payload = models.JSONField()
    """What helps to find a mistake. Nothing about a card or a person is in it."""

    class Meta:
        db_table = "stripe_events"
        indexes = [
            models.Index(
                fields=["customer_id"], condition=Q(processed_at=None), name="stripe_events_unprocessed"
            )
        ]

    def __str__(self) -> str:
        return f"{self.id}: {self.type}"
