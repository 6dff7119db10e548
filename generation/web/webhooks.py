"""The page about webhooks: where the last ones went, a test event, and the secret that signs them."""

import uuid
from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.cache import add_never_cache_headers
from django.views import View

from accounts import webhook_secrets
from accounts.models import User
from billing import quotas
from blogai.core.db import in_database
from blogai.core.egress import AddressForbidden
from blogai.core.errors import Conflict
from blogai.core.form_errors import LENGTH
from generation.models import Notification
from generation.notifications import deliveries, trial, webhooks
from generation.notifications.deliveries import Delivery
from generation.notifications.trial import Trial
from generation.web.page import SignedInPage

SHOWN = 20
"""Deliveries on the page; the API lists all of them."""
EVENTS = {"run.completed": "Post finished", "run.failed": "Post failed", "run.cancelled": "Post stopped"}
"""What a webhook tells, by its type."""
ANSWERS = {
    "unreachable": "couldn’t be reached",
    "too_slow": "didn’t answer within ten seconds",
    "unreadable": "gave an answer that isn’t HTTP",
    "address_forbidden": "has an address we can’t send webhooks to",
}
"""What became of an attempt that got no answer, by its error code."""


class TrialForm(forms.Form):
    url = forms.CharField(
        max_length=webhooks.MAX_ADDRESS,
        label="Address",
        help_text="Such as https://example.org/hooks/blog-ai",
        widget=forms.TextInput(attrs={"inputmode": "url", "autocomplete": "off", "spellcheck": "false"}),
        error_messages={"required": "Enter an address.", **LENGTH},
    )

    def clean_url(self) -> str:
        url: str = self.cleaned_data["url"]
        try:
            webhooks.check(url)
        except AddressForbidden as error:
            raise forms.ValidationError(error.detail) from error
        return url


class Webhooks(SignedInPage):
    """`?state=failed` shows only those that were given up."""

    def get(self, request: HttpRequest) -> HttpResponse:
        return _page(request, self.user, TrialForm())


class RenewSecret(SignedInPage):
    http_method_names = ["post"]

    def post(self, request: HttpRequest) -> HttpResponse:
        webhook_secrets.renew(self.user)
        messages.success(request, "We now sign webhooks with a new secret. Give it to your server.")
        return redirect("settings-webhooks")


class RetryDelivery(SignedInPage):
    http_method_names = ["post"]

    def post(self, request: HttpRequest, delivery_id: uuid.UUID) -> HttpResponse:
        try:
            deliveries.retry(self.user, delivery_id)
        except Conflict as error:
            messages.warning(request, error.detail)
        else:
            messages.success(request, "We’re trying again. Reload this page to see the result.")
        return redirect("settings-webhooks")


class SendTestEvent(View):
    """Sends a test event and shows the result. Waits without a thread and a database connection."""

    async def get(self, request: HttpRequest) -> HttpResponse:
        return redirect("settings-webhooks")

    async def post(self, request: HttpRequest) -> HttpResponseBase:
        user = await in_database(_signed_in)(request)
        if user is None:
            return redirect_to_login(reverse("settings-webhooks"))
        form = TrialForm(request.POST)
        if not form.is_valid():
            return await in_database(_page)(request, user, form, status=422)
        await in_database(trial.count)(user)
        result = await trial.send(user, form.cleaned_data["url"])
        return await in_database(_page)(request, user, form, result=result)


def _signed_in(request: HttpRequest) -> User | None:
    return request.user if isinstance(request.user, User) else None


def _page(
    request: HttpRequest, user: User, form: TrialForm, *, result: Trial | None = None, status: int = 200
) -> HttpResponse:
    state = Notification.State.FAILED if request.GET.get("state") == Notification.State.FAILED else ""
    runs = deliveries.runs_with_delivery(user, state)[:SHOWN]
    usage = quotas.usage(user)
    context: dict[str, Any] = {
        "usage": usage,
        "included": "webhooks" in usage["features"],
        "form": form,
        "result": result,
        "result_answer": result and _answer(result.status, result.error.code if result.error else ""),
        "state": state,
        "deliveries": [
            (each, EVENTS[each.event], _last_answer(each))
            for each in deliveries.deliveries(run["delivery"] for run in runs)
        ],
        "secret": webhook_secrets.reveal(user),
    }
    response = render(request, "generation/webhooks.html", context, status=status)
    add_never_cache_headers(response)  # it shows the secret
    return response


def _last_answer(delivery: Delivery) -> str:
    """What the receiver did at the last attempt; empty before the first."""
    if delivery.last_status is None and not delivery.last_error:
        return ""
    return _answer(delivery.last_status, delivery.last_error)


def _answer(status: int | None, error: str) -> str:
    return f"answered {status}" if status is not None else ANSWERS.get(error, "didn’t accept it")
