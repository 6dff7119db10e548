"""Users: the list with who is on which plan, and the one screen that answers a support question."""

from typing import Any

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.contrib.admin import display
from django.db.models import Exists, OuterRef, QuerySet
from django.db.models.expressions import RawSQL
from django.http import HttpRequest

from accounts import security_events, sessions
from accounts.devices import name_of
from accounts.models import ApiKey, User
from billing import quotas
from billing.entitlements import SUBSCRIBED, tier_of
from billing.models import Entitlement, StripeEvent
from billing.standing import standing_of
from billing.stripe.drift import compare
from generation.models import Notification, Post, Run
from generation.models.run import asked
from staff import notes
from staff.access import may
from staff.actions.catalogue import offered
from staff.admin.base import Filter, Screens
from staff.admin.cells import moment, state
from staff.admin.filters import When
from staff.admin.posts import TEXTS
from staff.admin.record import button_of, details_of, named
from staff.admin.search import users_found
from staff.models import StaffAction

PLAN = RawSQL(tier_of('"users"."id"'), [])  # noqa: S611 (constants)
PAYING = RawSQL(f"SELECT user_id FROM entitlements WHERE ({SUBSCRIBED}) IS NOT NULL", [])  # noqa: S611, S608
MOST_SHOWN = 10
"""Rows of each kind on a user's screen; their lists have the rest."""
NEWEST_RUNS = 200
PASSKEY = Authenticator.Type.WEBAUTHN
FACTORS = {
    Authenticator.Type.TOTP: "Authenticator app",
    PASSKEY: "Passkey",
    Authenticator.Type.RECOVERY_CODES: "Recovery codes",
}


class PlanNow(Filter):
    title = "Plan"
    parameter_name = "plan"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [(plan, plan.capitalize()) for plan in ("free", "starter", "pro", "business")]

    def narrowed(self, rows: QuerySet[Any], value: str) -> QuerySet[Any]:
        if value != "free":  # of all users, only those with a fact have another plan
            rows = rows.filter(entitlement__isnull=False)
        return rows.filter(tier=value)


class Account(Filter):
    title = "Account"
    parameter_name = "account"
    offered = {"open": "Open", "closed": "Closed", "paying": "Paying", "staff": "On the staff"}

    def narrowed(self, rows: QuerySet[Any], value: str) -> QuerySet[Any]:
        if value == "paying":
            return rows.filter(pk__in=PAYING)
        return rows.filter(is_staff=True) if value == "staff" else rows.filter(is_active=value == "open")


class Joined(When):
    title = "Joined"
    field = "date_joined"


class Wrote(Filter):
    """Whether they have a finished post, which one of a test key is not."""

    title = "Finished a post"
    parameter_name = "wrote"
    offered = {"yes": "Yes", "no": "No"}

    def narrowed(self, rows: QuerySet[Any], value: str) -> QuerySet[Any]:
        finished = Run.objects.of_posts().filter(
            owner=OuterRef("pk"), status=Run.Status.COMPLETED, test=False
        )
        return rows.filter(Exists(finished) if value == "yes" else ~Exists(finished))


class Users(Screens[User]):
    title = "Users"
    list_display = ("email", "name", "plan", "state", "joined", "seen")
    list_filter = (PlanNow, Account, Wrote, Joined)
    search_by = "Email, name, customer id of Stripe, start of a key, or id of anything of theirs"
    screen_template = "staff/user.html"

    def rows(self) -> QuerySet[User]:
        return User.objects.annotate(tier=PLAN)

    def screen_rows(self) -> QuerySet[User]:
        return User.objects.select_related("entitlement__given_by")

    def found(self, rows: QuerySet[User], words: str) -> QuerySet[User]:
        return users_found(rows, words)

    def screen(self, user: User, request: HttpRequest) -> dict[str, Any]:
        entitlement: Entitlement | None = getattr(user, "entitlement", None)
        stripe = compare(user, entitlement)
        actions = offered(user, request.user)
        shown: dict[str, Any] = {
            "title": user.email,
            "actions": actions,
            "standing": standing_of(user),
            "entitlement": entitlement,
            "usage": quotas.usage(user),
            "addresses": EmailAddress.objects.filter(user=user).order_by("-primary", "email"),
            "groups": user.groups.order_by("name") if user.is_staff else [],
            "stripe": stripe,
            "notes": notes.notes_of(user)[:MOST_SHOWN],
            "record": [
                {"did": button_of(done), "entered": details_of(done), "row": done}
                for done in named(StaffAction.objects.filter(subject=user)).order_by("-pk")[:MOST_SHOWN]
            ],
        }
        allowed = {
            "runs": ("generation.view_run", _runs),
            "posts": ("generation.view_post", _posts),
            "keys": ("accounts.view_apikey", _keys),
            "notifications": ("generation.view_notification", _notifications),
        }
        for name, (permission, rows) in allowed.items():
            if may(request.user, permission):
                shown[name] = rows(user)
        if may(request.user, "accounts.view_securityevent"):
            shown |= _security(user)
            if not shown["factors"]:
                shown["actions"] = [each for each in actions if each.name != "reset_second_factors"]
        if may(request.user, "billing.view_stripeevent"):
            events = StripeEvent.objects.filter(customer_id__in=stripe.customer_ids)
            shown["stripe_events"] = events.order_by("-received_at")[:MOST_SHOWN]
        if may(request.user, "billing.view_usagerecord"):
            shown["ledger"] = quotas.records_of(user).order_by("-pk")[:MOST_SHOWN]
        return shown

    @display(description="Plan")
    def plan(self, user: Any) -> str:
        return str(user.tier)

    @display(description="Account")
    def state(self, user: User) -> str:
        return state("active" if user.is_active else "closed")

    @display(description="Joined (UTC)")
    def joined(self, user: User) -> str:
        return moment(user.date_joined)

    @display(description="Last sign-in (UTC)")
    def seen(self, user: User) -> str:
        return moment(user.last_login)


def _security(user: User) -> dict[str, Any]:
    signed_in = sessions.sessions_of(user)
    newest = signed_in[:MOST_SHOWN]
    events = security_events.events_of(user)[:MOST_SHOWN]
    return {
        "factors": [
            {"kind": FACTORS[each.type], "name": str(each) if each.type == PASSKEY else "", "row": each}
            for each in Authenticator.objects.filter(user=user).order_by("pk")
        ],
        "sessions": [{"device": name_of(each.user_agent), "row": each} for each in newest],
        "session_count": len(signed_in),
        "events": [
            {
                "title": security_events.title_of(event),
                "facts": security_events.facts(event),
                "device": name_of(event.user_agent) if event.user_agent else "",
                "row": event,
            }
            for event in events
        ],
    }


def _runs(user: User) -> list[Any]:
    """Each with what became of its `unit`."""
    shown = Run.objects.filter(owner=user).annotate(about=asked())
    runs: list[Any] = list(shown.defer("brief", "outline").order_by("-pk")[:MOST_SHOWN])
    units = quotas.states_of([run.reservation for run in runs])
    for run in runs:
        run.unit = units.get(run.reservation, "none")
    return runs


def _posts(user: User) -> QuerySet[Post]:
    return Post.objects.filter(owner=user, is_sample=False).defer(*TEXTS).order_by("-pk")[:MOST_SHOWN]


def _keys(user: User) -> QuerySet[ApiKey]:
    return ApiKey.objects.filter(owner=user).defer("digest").order_by("-pk")[:MOST_SHOWN]


def _notifications(user: User) -> QuerySet[Notification]:
    """Of the newest runs, or somebody with many and no notification would wait for all to be read."""
    newest = Run.objects.filter(owner=user).order_by("-pk").values("pk")[:NEWEST_RUNS]
    sent = Notification.objects.filter(event__run__in=newest).select_related("event")
    return sent.defer("event__data").order_by("-pk")[:MOST_SHOWN]
