"""The plans as they are seeded, and which user has which."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.db import transaction
from django.db.models import Q, QuerySet
from django.db.models.expressions import RawSQL
from django.db.models.functions import Now
from psycopg import sql

from accounts.models import User
from billing.entitlements import SUBSCRIBED, plan_of
from billing.models import Entitlement, TierLimit
from blogai.core.errors import Conflict

_FREE = ["blog_generation", "basic_tools"]
_STARTER = [*_FREE, "research_mode", "book_generation", "export_formats", "webhooks"]
_PRO = [*_STARTER, "bulk_generation", "all_tools", "brand_voice", "remix", "priority_support"]
_BUSINESS = [
    *_PRO,
    "api_access",
    "batch_processing",
    "custom_integrations",
    "dedicated_support",
    "team_collaboration",
]


@dataclass(frozen=True, kw_only=True)
class Seed:
    """One row of `tier_limits`, field for field. None: unlimited."""

    tier: str
    position: int
    posts_per_month: int | None
    posts_per_day: int | None
    concurrent_runs: int
    price_monthly_usd: Decimal
    price_yearly_usd: Decimal
    max_cost_usd: Decimal
    assists_per_month: int | None
    monthly_cost_usd: Decimal | None
    requests_per_minute: int
    requests_per_hour: int
    features: list[str]


SEEDS = [
    Seed(
        tier="free",
        position=0,
        posts_per_month=5,
        posts_per_day=2,
        concurrent_runs=2,
        price_monthly_usd=Decimal(0),
        price_yearly_usd=Decimal(0),
        max_cost_usd=Decimal(2),
        assists_per_month=30,
        monthly_cost_usd=Decimal(5),
        requests_per_minute=10,
        requests_per_hour=100,
        features=_FREE,
    ),
    Seed(
        tier="starter",
        position=1,
        posts_per_month=50,
        posts_per_day=10,
        concurrent_runs=3,
        price_monthly_usd=Decimal(19),
        price_yearly_usd=Decimal(190),
        max_cost_usd=Decimal(5),
        assists_per_month=300,
        monthly_cost_usd=Decimal(25),
        requests_per_minute=30,
        requests_per_hour=500,
        features=_STARTER,
    ),
    Seed(
        tier="pro",
        position=2,
        posts_per_month=200,
        posts_per_day=50,
        concurrent_runs=5,
        price_monthly_usd=Decimal(49),
        price_yearly_usd=Decimal(490),
        max_cost_usd=Decimal(10),
        assists_per_month=2_000,
        monthly_cost_usd=Decimal(100),
        requests_per_minute=60,
        requests_per_hour=2_000,
        features=_PRO,
    ),
    Seed(
        tier="business",
        position=3,
        posts_per_month=1_000,
        posts_per_day=None,
        concurrent_runs=20,
        price_monthly_usd=Decimal(149),
        price_yearly_usd=Decimal(1_490),
        max_cost_usd=Decimal(20),
        assists_per_month=10_000,
        monthly_cost_usd=Decimal(500),
        requests_per_minute=120,
        requests_per_hour=10_000,
        features=_BUSINESS,
    ),
]


def tiers_of(user: User) -> QuerySet[TierLimit]:
    """A queryset with the user's plan, as `billing.entitlements` decides it; empty if nothing was seeded."""
    tier = RawSQL(f"SELECT tier FROM ({plan_of('%s')}) AS plan", [user.pk])  # noqa: S608, S611 (constants)
    return TierLimit.objects.filter(tier=tier)


def tier_for(user: User) -> TierLimit:
    """The user's plan. One query."""
    tier = tiers_of(user).first()
    if tier is None:
        raise no_tiers()
    return tier


def subscribed_tier(user: User) -> str:
    """The plan that the user's subscription gives now; empty without one. One query."""
    tier = RawSQL(SUBSCRIBED, [])  # noqa: S611 (a constant)
    found = Entitlement.objects.filter(user=user).values_list(tier, flat=True).first()
    return found or ""


def no_tiers() -> ImproperlyConfigured:
    """The error for a database that has not been seeded."""
    return ImproperlyConfigured("There are no plans yet. Run `manage.py seed_tiers`.")


def pricing_url() -> str:
    """The page for somebody who needs a larger plan."""
    return f"{settings.PUBLIC_URL.rstrip('/')}/pricing"


def insert_plans(*columns: str) -> str:
    """The SQL that inserts the plans of SEEDS, for the migration that creates their table.

    `columns` are those that the table has at that point. A plan that exists stays as it is.
    """
    rows = (sql.SQL(", ").join(getattr(seed, column) for column in columns) for seed in SEEDS)
    statement = sql.SQL("INSERT INTO tier_limits ({}) VALUES\n    ({})\nON CONFLICT DO NOTHING").format(
        sql.SQL(", ").join(map(sql.Identifier, columns)), sql.SQL("),\n    (").join(rows)
    )
    return statement.as_string()


def fill_plans(*columns: str) -> str:
    """The SQL that fills new columns of `tier_limits` from SEEDS, for the migration that adds them."""
    return ";\n".join(
        sql.SQL("UPDATE tier_limits SET {} WHERE tier = {}")
        .format(
            sql.SQL(", ").join(
                sql.SQL("{} = {}").format(sql.Identifier(column), getattr(seed, column)) for column in columns
            ),
            seed.tier,
        )
        .as_string()
        for seed in SEEDS
    )


@transaction.atomic
def seed_tiers(*, force: bool = False) -> list[str]:
    """Insert the plans of SEEDS that are missing; returns a line for each change.

    What staff have changed stays as it is, unless `force` makes the table equal to SEEDS.
    """
    stored = TierLimit.objects.select_for_update().in_bulk()
    changes = changed_plans() if force else []
    for seed in SEEDS:
        if seed.tier not in stored:
            TierLimit.objects.create(**asdict(seed))
            changes.append(f"{seed.tier}: added")
        elif force:
            TierLimit.objects.filter(tier=seed.tier).update(**asdict(seed))
    return changes


def changed_plans() -> list[str]:
    """A line for each value in which a stored plan differs from its seed: plan, field, stored → seed."""
    stored = TierLimit.objects.in_bulk()
    return [line for seed in SEEDS if seed.tier in stored for line in _differences(stored[seed.tier], seed)]


@transaction.atomic
def change_plan(*, tier: str, values: Mapping[str, Any]) -> list[str]:
    """Change what a plan includes; returns a line for each change. Raises TierLimit.DoesNotExist."""
    stored = TierLimit.objects.select_for_update().get(tier=tier)
    changed = {name: value for name, value in values.items() if getattr(stored, name) != value}
    if changed:
        TierLimit.objects.filter(tier=tier).update(**changed)
    return [f"{name} {_shown(getattr(stored, name))} → {_shown(value)}" for name, value in changed.items()]


def set_tier(
    *, user: User, tier: str, until: datetime | None = None, by: User | None = None, because: str = ""
) -> TierLimit:
    """Give the user a plan without payment, until then or further notice. Raises TierLimit.DoesNotExist.

    A subscription to a higher plan still counts.
    """
    limit = TierLimit.objects.get(tier=tier)
    given = {"given_tier": limit, "given_until": until, "given_by": by, "given_because": because}
    Entitlement.objects.update_or_create(user=user, defaults=given)
    return limit


def end_given_tier(*, user: User) -> None:
    """Take back the plan that was given. Raises Conflict if none is in effect."""
    in_effect = Q(given_until=None) | Q(given_until__gt=Now())
    given = Entitlement.objects.filter(in_effect, user=user).exclude(given_tier=None)
    if not given.update(given_tier=None, given_until=None, given_by=None, given_because="", updated_at=Now()):
        raise Conflict("No plan was given to this account.")


def set_cost_limit(*, user: User, usd: Decimal | None) -> None:
    """Set what the user's model calls may cost in a month instead of their plan's limit. None: the plan's."""
    Entitlement.objects.update_or_create(user=user, defaults={"cost_limit_usd": usd})


def _differences(stored: TierLimit, seed: Seed) -> list[str]:
    return [
        f"{seed.tier}: {field} {_shown(getattr(stored, field))} → {_shown(value)}"
        for field, value in asdict(seed).items()
        if getattr(stored, field) != value
    ]


def _shown(value: object) -> str:
    if isinstance(value, list):
        return ", ".join(value)
    return "unlimited" if value is None else str(value)
