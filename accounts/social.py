"""Signing in with Google or GitHub, where their variables are set (SIGN_IN_PROVIDERS).

Only an address that the provider has confirmed counts: it creates an account, or links to the one that has it
confirmed here too. An account that never confirmed it may be a stranger's, so it is not linked: the address
gets the mail that says that there is one.
"""

import logging
from typing import Any, cast
from urllib.parse import urlencode

import requests
from allauth.account.internal.flows.login import record_authentication
from allauth.account.internal.flows.reauthentication import resume_request
from allauth.account.models import EmailAddress
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from allauth.socialaccount.helpers import render_authentication_error
from allauth.socialaccount.models import SocialAccount, SocialApp, SocialLogin
from allauth.socialaccount.providers.base import AuthProcess
from allauth.socialaccount.providers.github.views import GitHubOAuth2Adapter
from allauth.socialaccount.providers.google.views import GoogleOAuth2Adapter
from allauth.socialaccount.providers.oauth2.views import OAuth2Adapter, OAuth2CallbackView, OAuth2LoginView
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.db import IntegrityError
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from redis.exceptions import RedisError

from accounts import form_limits
from accounts.models import User
from blogai.core.db import release_connections

logger = logging.getLogger(__name__)

UNUSABLE = (ValueError, KeyError, TypeError, AttributeError, IntegrityError, RedisError)
"""What a reply raises that is not as the provider documents it, or a form that was sent twice at once."""


class SocialAdapter(DefaultSocialAccountAdapter):  # type: ignore[misc]
    error_messages = DefaultSocialAccountAdapter.error_messages | {
        "connected_other": "It’s already connected to another account here.",
    }

    def list_apps(
        self, request: HttpRequest, provider: str | None = None, client_id: str | None = None
    ) -> list[SocialApp]:
        """From the settings alone: allauth would ask a table of its own too, where secrets lie open."""
        return [
            SocialApp(provider=name, name=TITLES[name], client_id=app_id, secret=secret)
            for name, (app_id, secret) in settings.SIGN_IN_PROVIDERS.items()
            if provider in (None, name) and client_id in (None, app_id)
        ]

    def get_app(self, request: HttpRequest, provider: str, client_id: str | None = None) -> SocialApp:
        apps = self.list_apps(request, provider=provider, client_id=client_id)
        if not apps:
            raise Http404
        return apps[0]

    def populate_user(self, request: HttpRequest, sociallogin: SocialLogin, data: dict[str, Any]) -> Any:
        """Keeps only a name and an address of what the provider sends."""
        user = super().populate_user(request, sociallogin, data)
        parts = (data.get("first_name"), data.get("last_name"))
        user.name = str(data.get("name") or " ".join(part for part in parts if part))[:150]
        sociallogin.account.extra_data = {"email": data.get("email") or ""}
        return user

    def authenticate_by_email(self, sociallogin: SocialLogin) -> tuple[User, str] | None:
        for address in sociallogin.email_addresses:
            user = User.objects.with_email(address.email) if address.verified else None
            if user is not None and user.has_verified_email:
                return user, address.email
        return None

    def pre_social_login(self, request: HttpRequest, sociallogin: SocialLogin) -> None:
        """Raises ImmediateHttpResponse, with a sentence, where no account can be made.

        allauth has left out the addresses that no account may have. With `process=redirect` nobody signs in:
        whoever is signed in shows that it is they.
        """
        if sociallogin.state.get("process") == AuthProcess.REDIRECT:
            raise ImmediateHttpResponse(_shown_again(request, sociallogin))
        if sociallogin.is_existing or sociallogin.state.get("process") == AuthProcess.CONNECT:
            return
        confirmed = next((each for each in sociallogin.email_addresses if each.verified), None)
        if confirmed is None:
            raise _refusal(request, sociallogin)
        confirmed.primary = True
        sociallogin.email_addresses = [confirmed]
        cast(User, sociallogin.user).email = confirmed.email
        # Somebody who only wants to have the address has to look for another one.
        pending = EmailAddress.objects.filter(email=confirmed.email, verified=False)
        pending.exclude(user__email__iexact=confirmed.email).delete()

    def get_connect_redirect_url(self, request: HttpRequest, socialaccount: SocialAccount) -> str:
        return reverse("mfa_index")

    def get_requests_session(self) -> requests.Session:
        """One with a timeout. No database connection is held while waiting for a provider."""
        release_connections()
        session: requests.Session = super().get_requests_session()
        return session


class Callback(OAuth2CallbackView):  # type: ignore[misc]
    """Where a provider sends people back to."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            response: HttpResponse = super().dispatch(request, *args, **kwargs)
        except UNUSABLE as error:
            # Not what it says, which may be a part of what was sent.
            logger.warning("%s sent what is of no use: %s", self.adapter.provider_id, type(error).__name__)
            response = render_authentication_error(request, self.adapter.get_provider(), exception=error)
        return response


TITLES = {"google": "Google", "github": "GitHub"}
ADAPTERS: dict[str, type[OAuth2Adapter]] = {"google": GoogleOAuth2Adapter, "github": GitHubOAuth2Adapter}


def begin(request: HttpRequest, provider: str) -> HttpResponse:
    """To the provider, from a form. A link shows a form first: no other site is to send people there."""
    if request.method == "POST" and settings.RATE_LIMIT_ENABLED:
        form_limits.count(request, "provider")
    return cast(HttpResponse, OAuth2LoginView.adapter_view(ADAPTERS[provider])(request))


def back(request: HttpRequest, provider: str) -> HttpResponse:
    return cast(HttpResponse, Callback.adapter_view(ADAPTERS[provider])(request))


def offered() -> dict[str, str]:
    """The providers that are set up, by the names in addresses, with their titles."""
    return {name: TITLES[name] for name in settings.SIGN_IN_PROVIDERS}


def linked(user: Any) -> dict[str, str]:
    """Of those, the ones that sign the user in."""
    if not user.is_authenticated:
        return {}
    names = set(SocialAccount.objects.filter(user=user).values_list("provider", flat=True))
    return {name: title for name, title in offered().items() if name in names}


def _shown_again(request: HttpRequest, sociallogin: SocialLogin) -> HttpResponse:
    """Back into the request that asked for it, or to the page that does if it was another person."""
    account, following = sociallogin.account, sociallogin.state.get("next") or ""
    if not sociallogin.is_existing or sociallogin.user != request.user:
        messages.error(request, f"That {TITLES[account.provider]} account doesn’t sign you in here.")
        return redirect_to_login(following, reverse("reauthenticate-provider"))
    record_authentication(
        request,
        sociallogin.user,
        "socialaccount",
        provider=account.provider,
        uid=account.uid,
        reauthenticated=True,
    )
    request.GET = QueryDict(urlencode({"next": following}))  # where allauth looks for it
    return resume_request(request) or redirect(settings.LOGIN_REDIRECT_URL)


def _refusal(request: HttpRequest, sociallogin: SocialLogin) -> ImmediateHttpResponse:
    context = {"refused_by": sociallogin.provider}
    return ImmediateHttpResponse(
        render(request, "socialaccount/authentication_error.html", context, status=422)
    )
