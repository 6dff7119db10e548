"""The base class of the pages that wait for Stripe: they hold no thread and no connection while they do."""

from typing import Any

from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.views import View

from accounts.models import User
from blogai.core.db import in_database


class BillingPage(View):
    """An asynchronous view for a signed-in user, `self.user`. Others sign in first, then come to Billing."""

    user: User
    after_sign_in = "/billing"

    async def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:  # type: ignore[override]
        user = await in_database(_signed_in)(request)
        if user is None:
            return redirect_to_login(self.after_sign_in)
        self.user = user
        reply: HttpResponseBase = await super().dispatch(request, *args, **kwargs)  # type: ignore[misc]
        return reply

    async def render(self, template: str, context: dict[str, Any], status: int = 200) -> HttpResponse:
        """The page's frame says who is signed in, which may need the database."""
        return await in_database(render)(self.request, template, context, status=status)


def _signed_in(request: HttpRequest) -> User | None:
    return request.user if isinstance(request.user, User) else None
