"""Plans, the ledger, and what Stripe told us."""

from typing import Any

from django.contrib.admin import display
from django.db.models import QuerySet
from django.http import HttpRequest

from accounts.models import User
from billing.models import Meter, StripeEvent, TierLimit, UsageRecord
from billing.stripe import mirror
from generation.models import Run
from staff.actions.catalogue import offered
from staff.admin.base import Filter, Screens
from staff.admin.cells import dollars, link, moment, state
from staff.admin.filters import When, by
from staff.admin.search import email_of, people, uuid_of


class Plans(Screens[TierLimit]):
    title = "Plans"
    list_display = ("tier", "price", "posts", "assists", "at_once", "costs", "requests")
    ordering = ("position",)
    screen_template = "staff/plan.html"

    def screen(self, plan: TierLimit, request: HttpRequest) -> dict[str, Any]:
        return {"title": f"Plan: {plan.tier}", "actions": offered(plan, request.user)}

    @display(description="Price a month, a year")
    def price(self, plan: TierLimit) -> str:
        return f"{dollars(plan.price_monthly_usd)}, {dollars(plan.price_yearly_usd)}"

    @display(description="Posts a month, a day")
    def posts(self, plan: TierLimit) -> str:
        return f"{_limit(plan.posts_per_month)}, {_limit(plan.posts_per_day)}"

    @display(description="Assists a month")
    def assists(self, plan: TierLimit) -> str:
        return _limit(plan.assists_per_month)

    @display(description="At once")
    def at_once(self, plan: TierLimit) -> int:
        return plan.concurrent_runs

    @display(description="Cost of a post, a month")
    def costs(self, plan: TierLimit) -> str:
        return f"{_dollars(plan.max_cost_usd)}, {_dollars(plan.monthly_cost_usd)}"

    @display(description="Requests a minute, an hour")
    def requests(self, plan: TierLimit) -> str:
        return f"{plan.requests_per_minute:,}, {plan.requests_per_hour:,}"


class Ledger(Screens[UsageRecord]):
    title = "Ledger"
    list_display = ("kind", "meter", "units", "account", "run", "cost", "reason", "made")
    list_filter = (by("kind", UsageRecord.Kind.choices), by("meter", Meter.choices), When)
    search_by = "Id of a run or user; or a whole email"

    def rows(self) -> QuerySet[UsageRecord]:
        return UsageRecord.objects.annotate(email=email_of("user_id"))

    def found(self, rows: QuerySet[UsageRecord], words: str) -> QuerySet[UsageRecord]:
        if number := uuid_of(words):
            owner = Run.objects.filter(pk=number).values_list("owner_id", flat=True).first()
            # There is an index by user alone.
            return rows.filter(user=owner, for_run=number) if owner else rows.filter(user=number)
        return rows.filter(user__in=people(words))

    @display(description="Account")
    def account(self, line: Any) -> str:
        return link(User(pk=line.user_id), line.email) if line.email else f"gone, {line.user_id}"

    @display(description="Run")
    def run(self, line: UsageRecord) -> str:
        return link(Run(pk=line.for_run), str(line.for_run)[:13]) if line.for_run else "–"

    @display(description="Cost")
    def cost(self, line: UsageRecord) -> str:
        return dollars(line.cost_usd)

    @display(description="Made (UTC)")
    def made(self, line: UsageRecord) -> str:
        return moment(line.created_at)


class Processed(Filter):
    title = "State"
    parameter_name = "state"
    offered = {"waiting": "Waiting", "done": "Done"}

    def narrowed(self, rows: QuerySet[Any], value: str) -> QuerySet[Any]:
        return rows.filter(processed_at__isnull=value == "waiting")


class Received(When):
    field = "received_at"


class StripeEvents(Screens[StripeEvent]):
    title = "Stripe events"
    list_display = ("id", "type", "customer_id", "state", "received")
    list_filter = (Processed, Received)
    ordering = ("-received_at", "-pk")
    search_by = "Id of an event, customer or user; or a whole email"
    screen_template = "staff/stripe_event.html"

    def rows(self) -> QuerySet[StripeEvent]:
        return StripeEvent.objects.defer("payload")

    def screen_rows(self) -> QuerySet[StripeEvent]:
        return StripeEvent.objects.all()

    def found(self, rows: QuerySet[StripeEvent], words: str) -> QuerySet[StripeEvent]:
        if words.startswith("evt_"):
            return rows.filter(pk=words)
        if words.startswith("cus_"):
            return rows.filter(customer_id=words)
        user = people(words).first()
        return rows.filter(customer_id__in=mirror.customers_of(user.pk)) if user else rows.none()

    def screen(self, event: StripeEvent, request: HttpRequest) -> dict[str, Any]:
        return {
            "title": f"Stripe event {event.type}",
            "actions": [],
            "owner_id": mirror.owner_of(event.customer_id),
        }

    @display(description="State")
    def state(self, event: StripeEvent) -> str:
        return state("done" if event.processed_at else "waiting")

    @display(description="Received (UTC)")
    def received(self, event: StripeEvent) -> str:
        return moment(event.received_at)


def _limit(number: int | None) -> str:
    return "unlimited" if number is None else f"{number:,}"


def _dollars(amount: Any) -> str:
    return "unlimited" if amount is None else dollars(amount)
