"""Plans, who has which plan, and how much of it they have used."""

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import BrinIndex
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from uuid_utils.compat import uuid7

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
    subscription_id = models.CharField(max_length=255, blank=True, db_default="")
    price_id = models.CharField(max_length=255, blank=True, db_default="")
    next_price_id = models.CharField(max_length=255, blank=True, db_default="")
    """The price from the next period on, where a change is scheduled."""
    anchor = models.DateTimeField(null=True)
    """The start of the first period paid for, from which months are counted."""
    free_anchor = models.DateTimeField(null=True)
    """From which the months of the free plan are counted, if not from the sign-up; see `CarriedUsage`."""
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
    """What is counted. A post is one of `posts`; anything else that asks a model is an assist."""

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
        # For those of this month. It names no counter, so that counting does not touch it.
        indexes = [models.Index(fields=["period_start"], name="user_quotas_by_month")]

    def __str__(self) -> str:
        return f"{self.user_id}, {self.meter}: {self.used} used, {self.reserved} reserved"


class UsageRecord(models.Model):
    """An entry of the append-only ledger: units reserved, settled or refunded for a run, or granted.

    Month and day are those of the reservation. A run has one reservation, and is settled or refunded at most
    once; `spend` is what its model calls cost after that, when it was stopped and continued. `carry` is what
    an earlier account with the same address used, and what that cost. The ledger outlives runs and accounts:
    neither id is a foreign key in the database, and the id of an account that is gone says nothing about the
    person.
    """

    class Kind(models.TextChoices):
        RESERVE = "reserve"
        SETTLE = "settle"
        REFUND = "refund"
        GRANT = "grant"
        SPEND = "spend"
        CARRY = "carry"

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
    """Of a grant: why, and by whom. One that returns a settled unit has that unit's `run_id`."""
    created_at = models.DateTimeField(db_default=Now(), editable=False)

    class Meta:
        db_table = "usage_records"
        indexes = [
            models.Index(fields=["user", "-id"], name="usage_records_newest"),
            models.Index(fields=["user", "period_start", "-id"], name="usage_records_month"),
            models.Index(fields=["for_run"], condition=Q(for_run__isnull=False), name="usage_records_of_run"),
            BrinIndex(fields=["created_at"], name="usage_records_by_time", autosummarize=True),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(units__gt=0) | Q(kind__in=["carry", "spend"], units=0), name="usage_records_units"
            ),
            models.UniqueConstraint(
                fields=["run_id"], condition=Q(kind="reserve"), name="usage_records_reserved_once"
            ),
            models.UniqueConstraint(
                fields=["run_id"],
                condition=Q(kind__in=["refund", "settle"]),
                name="usage_records_ended_once",
            ),
            models.UniqueConstraint(
                fields=["run_id"], condition=Q(kind="grant"), name="usage_records_returned_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.units} for {self.run_id}"


class CarriedUsage(models.Model):
    """What was used in a month of the free plan under an address that its account has given up.

    A new account with the address continues from there in that month. Only `billing.carry_over` uses this
    table, which knows no address, only its keyed hash, and that no longer than until the month ends.
    """

    address = models.CharField(max_length=64)
    meter = models.CharField(max_length=10, choices=Meter)
    anchor = models.DateTimeField()
    """From which the months are counted."""
    period_start = models.DateTimeField()
    period_end = models.DateTimeField()
    used = models.PositiveIntegerField()
    cost_usd = models.DecimalField(max_digits=12, decimal_places=6)
    day = models.DateField()
    day_used = models.PositiveIntegerField()

    class Meta:
        db_table = "carried_usage"
        constraints = [models.UniqueConstraint(fields=["address", "meter"], name="carried_usage_address")]

    def __str__(self) -> str:
        return f"{self.used} {self.meter} until {self.period_end}"


class Notice(models.Model):
    """A mail about somebody's plan. Only `billing.notices` uses this table.

    The row ensures that each is sent once: it exists before the mail goes out, and stays after.
    """

    class Kind(models.TextChoices):
        RECEIPT = "receipt"
        PAYMENT_FAILED = "payment_failed"
        POSTS_80 = "posts_80"
        POSTS_100 = "posts_100"
        ASSISTS_80 = "assists_80"
        ASSISTS_100 = "assists_100"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+", db_index=False)
    kind = models.CharField(max_length=20, choices=Kind)
    about = models.CharField(max_length=255)
    """The invoice, by Stripe's id; or the start of the month, in seconds since 1970."""
    facts = models.JSONField()
    """What Stripe said of the invoice. What somebody has used is looked up when the mail is written."""
    created_at = models.DateTimeField(db_default=Now(), editable=False)
    done_at = models.DateTimeField(null=True)
    """When it was sent, or when there was nothing to say any more."""

    class Meta:
        db_table = "billing_notices"
        constraints = [models.UniqueConstraint(fields=["user", "kind", "about"], name="billing_notices_once")]
        indexes = [
            models.Index(fields=["created_at"], condition=Q(done_at=None), name="billing_notices_waiting")
        ]

    def __str__(self) -> str:
        return f"{self.kind} for {self.user_id}"


class UsageNoticesOff(models.Model):
    """Who wants no mails about what they have used."""

    user = models.OneToOneField(User, on_delete=models.CASCADE, primary_key=True, related_name="+")
    since = models.DateTimeField(db_default=Now(), editable=False)

    class Meta:
        db_table = "usage_notices_off"

    def __str__(self) -> str:
        return f"{self.user_id}, since {self.since}"


class StripeEvent(models.Model):
    """An event that Stripe told us about, kept for 30 days. Only `billing.stripe.events` uses this table.

    An event names a customer whose subscription we look up; what it says itself is never trusted.
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


class CheckoutOrder(models.Model):
    """An order for a plan. Only `billing.stripe.orders` uses this table.

    Its id is the idempotency key of what is made for it at Stripe. A user has one open order at most, and so
    at most one page at Stripe on which they could pay.
    """

    class Status(models.TextChoices):
        OPEN = "open"
        PAID = "paid"
        CLOSED = "closed"

    class Interval(models.TextChoices):
        MONTH = "month"
        YEAR = "year"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="checkout_orders")
    tier = models.ForeignKey(TierLimit, on_delete=models.PROTECT, db_column="tier", related_name="+")
    interval = models.CharField(max_length=5, choices=Interval)
    price_id = models.CharField(max_length=255)
    status = models.CharField(max_length=6, choices=Status, db_default=Status.OPEN.value)
    session_id = models.CharField(max_length=255, blank=True, db_default="")
    """Stripe's, of the page on which it is paid; empty until there is one."""
    url = models.TextField(blank=True, db_default="")
    claimed_until = models.DateTimeField(null=True)
    """Until then one request alone talks to Stripe about it."""
    created_at = models.DateTimeField(db_default=Now(), editable=False)

    class Meta:
        db_table = "checkout_orders"
        constraints = [
            models.UniqueConstraint(
                fields=["user"], condition=Q(status="open"), name="checkout_orders_one_open"
            ),
            models.UniqueConstraint(
                fields=["session_id"], condition=~Q(session_id=""), name="checkout_orders_session"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.id}: {self.tier_id} by the {self.interval}, {self.status}"
