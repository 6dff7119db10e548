"""The page with all plans: what each includes, what it costs, and how to get it. For everybody."""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts.models import User
from billing import quotas
from billing.models import TierLimit
from billing.stripe import catalogue
from billing.tiers import subscribed_tier
from billing.units import units_built

type Interval = Literal["month", "year"]
type Cell = str | bool
"""Of the comparison: words, or whether the plan has it."""


@dataclass(frozen=True, slots=True)
class Plan:
    """A plan as it is offered. `saved` is what a year costs less than twelve months."""

    name: str
    price: Decimal
    saved: Decimal
    posts: str
    for_sale: bool
    current: bool


@dataclass(frozen=True, slots=True)
class Row:
    """A line of the comparison, with a cell for each plan."""

    name: str
    about: str
    cells: tuple[Cell, ...]


@require_safe
def pricing(request: HttpRequest) -> HttpResponse:
    """`?interval=year` shows what a year costs."""
    interval: Interval = "year" if request.GET.get("interval") == "year" else "month"
    user = request.user if isinstance(request.user, User) else None
    usage = quotas.usage(user) if user else None
    plans = list(TierLimit.objects.all())
    sold = {(offer.tier, offer.interval) for offer in catalogue.for_sale()}
    offered = [offer(plan, interval, usage["tier"] if usage else "", sold) for plan in plans]
    context = {
        "interval": interval,
        "usage": usage,
        "plans": offered,
        "groups": compared(plans),
        "units": units_built(),
        "smallest": plans[0] if plans else None,
        "on_sale": bool(sold),
        "sold_this_way": any(plan.for_sale for plan in offered),
        "subscribed": subscribed_tier(user) if user else "",
        "tell_how": settings.DEVELOPMENT or (user is not None and user.is_staff),
    }
    return render(request, "billing/pricing.html", context)


def offer(
    plan: TierLimit, interval: Interval = "month", current: str = "", sold: Collection[tuple[str, str]] = ()
) -> Plan:
    """The plan as it is offered to whoever is on the plan `current`."""
    monthly, yearly = plan.price_monthly_usd, plan.price_yearly_usd
    return Plan(
        name=plan.tier,
        price=monthly if interval == "month" else yearly,
        saved=12 * monthly - yearly,
        posts="Unlimited" if plan.posts_per_month is None else f"{plan.posts_per_month:,}",
        for_sale=(plan.tier, interval) in sold,
        current=plan.tier == current,
    )


@dataclass(frozen=True, slots=True)
class Compared:
    """What is compared between the plans. Only what this version can do has a line."""

    name: str
    cell: Callable[[TierLimit], Cell]
    about: str = ""

    def of(self, plans: list[TierLimit]) -> Row:
        return Row(self.name, self.about, tuple(self.cell(plan) for plan in plans))


def _count(number: int | None) -> str:
    return "No limit" if number is None else f"{number:,}"


def _dollars(amount: Decimal | None) -> str:
    return "No limit" if amount is None else f"${amount:,.0f}" if amount == int(amount) else f"${amount:,.2f}"


def _always(plan: TierLimit) -> bool:
    return True


COMPARISON = (
    (
        "Writing",
        (
            Compared("Posts a month", lambda plan: _count(plan.posts_per_month)),
            Compared("Posts a day", lambda plan: _count(plan.posts_per_day)),
            Compared(
                "Assists a month",
                lambda plan: _count(plan.assists_per_month),
                "Each rewrites a passage your way.",
            ),
            Compared("Written at once", lambda plan: _count(plan.concurrent_runs), "The rest wait in line."),
            Compared("Outline review", _always, "Read and change it before we write the post."),
            Compared("Email when a post is ready", _always),
            Compared("Markdown, web page and JSON download", _always),
            Compared(
                "More formats",
                lambda plan: "export_formats" in plan.features,
                "Word, OpenDocument, PDF, EPUB and LaTeX.",
            ),
        ),
    ),
    (
        "Model costs",
        (
            Compared(
                "Included each month",
                lambda plan: _dollars(plan.monthly_cost_usd),
                "What the models may cost. It’s part of the price.",
            ),
            Compared(
                "For one post",
                lambda plan: _dollars(plan.max_cost_usd),
                "Unless you set a different limit. At the limit a post stops and keeps what’s finished.",
            ),
        ),
    ),
    (
        "For programs",
        (
            Compared("API, with live updates", _always),
            Compared("Posts started a minute", lambda plan: _count(plan.requests_per_minute)),
            Compared("Posts started an hour", lambda plan: _count(plan.requests_per_hour)),
            Compared(
                "Webhooks",
                lambda plan: "webhooks" in plan.features,
                "We tell your server when a post is ready. Test keys have them on every plan.",
            ),
        ),
    ),
)


def compared(plans: list[TierLimit]) -> list[tuple[str, list[Row]]]:
    """The comparison of these plans: titles, each with its rows."""
    return [(title, [row.of(plans) for row in rows]) for title, rows in COMPARISON]
