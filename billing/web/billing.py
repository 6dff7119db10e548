"""The pages about a paid plan: seeing, buying, changing and canceling it, and its invoices."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect
from django.utils import timezone

from accounts.models import User
from billing.models import Entitlement, TierLimit
from billing.stripe import catalogue, changes, checkout, invoices, mirror, orders, portal
from billing.stripe.subscriptions import PAYING
from billing.subscription import Subscription, subscription_of
from billing.tiers import tier_for
from billing.web.page import BillingPage
from blogai.core.db import in_database
from blogai.core.errors import Conflict, NotFound, Unavailable

LOOKS, LOOK_EVERY, ASK_EVERY = 60, 2, 5
"""How often the page after a payment looks for it, after how many seconds, and which looks ask Stripe."""


@dataclass(frozen=True, slots=True)
class Standing:
    """Everything that the billing page says about a user's plan."""

    limits: TierLimit
    """The plan in effect."""
    subscription: Subscription | None
    """One that has not ended."""
    ended: Subscription | None
    customer: bool
    """Whether Stripe knows the user."""
    for_sale: bool
    tell_how: bool
    """Whether to say how plans are put up for sale."""

    @property
    def can_change(self) -> bool:
        """To another plan; one whose payment is open is paid first."""
        return self.subscription is None or self.subscription.status in PAYING

    @property
    def ended_at(self) -> datetime | None:
        """With its period; None if it ended before."""
        end = self.ended and self.ended.period_end
        return end if end and end <= timezone.now() else None

    @property
    def days_left(self) -> int:
        """Of the grace for a payment that failed; 0 when it is over."""
        until = self.subscription and self.subscription.grace_ends_at
        return max(0, -((timezone.now() - until) // timedelta(days=1))) if until else 0


class Billing(BillingPage):
    async def get(self, request: HttpRequest) -> HttpResponse:
        standing = await in_database(_standing)(self.user)
        return await self.render("billing/billing.html", {"billing": standing})


class Checkout(BillingPage):
    """Sends a buyer to Stripe, and a subscriber to Stripe's page that confirms a change of plan."""

    http_method_names = ["post"]
    after_sign_in = "/pricing"

    async def post(self, request: HttpRequest) -> HttpResponse:
        tier, interval = request.POST.get("tier", ""), request.POST.get("interval", "")
        try:
            return _to_stripe(await checkout.buy_or_change(self.user, tier=tier, interval=interval))
        except Conflict as error:
            messages.warning(request, error.detail)
            return redirect("billing")


class CheckoutSuccess(BillingPage):
    """Where Stripe sends buyers back: waits until the payment is confirmed. It gives nobody anything."""

    async def get(self, request: HttpRequest) -> HttpResponse:
        session_id = request.GET.get("session_id", "")
        order = await in_database(orders.order_of)(self.user, session_id)
        if order is None:
            raise NotFound("We can’t find that order.")
        looks = _number(request.GET.get("looks", ""))
        state = await checkout.state_of(self.user, order, ask=looks % ASK_EVERY == 0)
        context = {
            "order": order,
            "state": state,
            "tier": (await in_database(tier_for)(self.user)).tier,
            "looks": looks + 1,
            "again": looks < LOOKS,
            "seconds": LOOK_EVERY,
        }
        fragment = "HX-Request" in request.headers
        return await self.render("billing/_outcome.html" if fragment else "billing/success.html", context)


class Portal(BillingPage):
    http_method_names = ["post"]

    async def post(self, request: HttpRequest) -> HttpResponse:
        try:
            return _to_stripe(await portal.open_portal(self.user))
        except Conflict as error:
            messages.warning(request, error.detail)
            return redirect("billing")


class Return(BillingPage):
    """Where the portal sends people back. Their changes show right away."""

    async def get(self, request: HttpRequest) -> HttpResponse:
        await changes.refresh(self.user)
        return redirect("billing")


class Cancel(BillingPage):
    """Asks whether to cancel, and does it."""

    async def get(self, request: HttpRequest) -> HttpResponse:
        standing = await in_database(_standing)(self.user)
        if standing.subscription is None or standing.subscription.cancel_at_period_end:
            return redirect("billing")
        return await self.render("billing/cancel.html", {"billing": standing})

    async def post(self, request: HttpRequest) -> HttpResponse:
        try:
            await changes.cancel(self.user)
        except Conflict as error:
            messages.warning(request, error.detail)
        else:
            messages.success(request, "Your plan is canceled.")
        return redirect("billing")


class Resume(BillingPage):
    http_method_names = ["post"]

    async def post(self, request: HttpRequest) -> HttpResponse:
        try:
            await changes.resume(self.user)
        except Conflict as error:
            messages.warning(request, error.detail)
        else:
            messages.success(request, "Your plan will continue.")
        return redirect("billing")


class Invoices(BillingPage):
    """The list that the billing page loads, and a page of its own where no script does that."""

    async def get(self, request: HttpRequest) -> HttpResponse:
        context: dict[str, object] = {"away": False, "invoices": []}
        try:
            context["invoices"] = await invoices.invoices_of(self.user)
        except Unavailable:
            context["away"] = True
        fragment = "HX-Request" in request.headers
        return await self.render("billing/_invoices.html" if fragment else "billing/invoices.html", context)


class Pay(BillingPage):
    """To the open invoice at Stripe, where it is paid and, if the bank asks for that, confirmed."""

    async def get(self, request: HttpRequest) -> HttpResponse:
        invoice = await invoices.due_invoice(self.user)
        if invoice is None:
            messages.info(request, "You have no open invoice.")
            return redirect("billing-return")
        return _to_stripe(invoice.url)


def _to_stripe(url: str) -> HttpResponseRedirect:
    return HttpResponseRedirect(url, status=303)


def _standing(user: User) -> Standing:
    subscription = subscription_of(user)
    over = {Entitlement.Status.CANCELED, Entitlement.Status.INCOMPLETE_EXPIRED}
    ended = subscription if subscription and subscription.status in over else None
    return Standing(
        limits=tier_for(user),
        subscription=None if ended else subscription,
        ended=ended,
        customer=bool(settings.STRIPE_SECRET_KEY and mirror.paying_customer_of(user.pk)),
        for_sale=bool(settings.STRIPE_SECRET_KEY and catalogue.for_sale()),
        tell_how=settings.DEVELOPMENT or user.is_staff,
    )


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 5 else 0
