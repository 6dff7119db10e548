"""The pages about an account's security: second factors, connected accounts and sessions."""

from typing import Any, cast

from allauth.mfa.recovery_codes import views as recovery_codes
from allauth.mfa.totp import views as app
from allauth.mfa.webauthn import views as passkeys
from allauth.socialaccount.internal.flows.connect import disconnect
from allauth.socialaccount.models import SocialAccount
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.urls import reverse_lazy
from django.views.decorators.http import require_POST

from accounts import devices, reauthentication, security_events, sessions, ways_in
from accounts.entrance import LimitedForm, PasskeyForm
from accounts.models import User
from accounts.origins import origin_of
from accounts.security_events import Kind
from accounts.services import mail_address
from accounts.settings_page import back_to
from blogai.core.errors import Conflict, NotFound

SECURITY = reverse_lazy("mfa_index")


@login_required
@require_POST
def end_session(request: HttpRequest, handle: str) -> HttpResponse:
    session = sessions.session_for(cast(User, request.user), handle)
    reauthentication.require(request)
    sessions.end(session)
    messages.success(request, f"{devices.name_of(session.user_agent)} is signed out.")
    return back_to("sessions")


@login_required
@require_POST
def end_other_sessions(request: HttpRequest) -> HttpResponse:
    user = cast(User, request.user)
    reauthentication.require(request)
    sessions.end_others(user, request.session.session_key or "")
    security_events.record(user, Kind.SIGNED_OUT_EVERYWHERE, origin_of(request))
    messages.success(request, "You’re signed out everywhere else.")
    return back_to("sessions")


class OfAConfirmedAddress:
    """Adds a second factor only to an account whose address is confirmed.

    Somebody might have signed up with another person's address, and the factor would lock out its owner for
    good.
    """

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if request.user.is_authenticated and mail_address(request.user) is None:
            messages.error(request, "Confirm your email before you set up two-step sign-in.")
            return back_to("security")
        view: Any = super()
        return cast(HttpResponseBase, view.dispatch(request, *args, **kwargs))


class AddApp(OfAConfirmedAddress, LimitedForm, app.ActivateTOTPView):  # type: ignore[misc]
    limit = "second-factor"

    def whose(self, request: HttpRequest) -> str:
        return str(request.user.pk)


class RemoveApp(app.DeactivateTOTPView):  # type: ignore[misc]
    pass


class AddPasskey(OfAConfirmedAddress, LimitedForm, PasskeyForm, passkeys.AddWebAuthnView):  # type: ignore[misc]
    limit = "passkey"


class RenamePasskey(passkeys.EditWebAuthnView):  # type: ignore[misc]
    success_url = SECURITY


class RemovePasskey(passkeys.RemoveWebAuthnView):  # type: ignore[misc]
    success_url = SECURITY

    @transaction.atomic
    def form_valid(self, form: Any) -> HttpResponse:
        try:
            ways_in.require_another(cast(User, self.request.user), but=self.get_object())
        except Conflict as error:
            messages.error(self.request, error.detail)
            return back_to("security")
        response: HttpResponse = super().form_valid(form)
        return response


@login_required
@require_POST
def remove_account(request: HttpRequest, pk: int) -> HttpResponse:
    """Disconnect a provider's account, which can then no longer sign in."""
    user = cast(User, request.user)
    account = SocialAccount.objects.filter(user=user, pk=pk).first()
    if account is None:
        raise NotFound("We can’t find that account.")
    reauthentication.require(request)
    try:
        with transaction.atomic():
            ways_in.require_another(user, but=account)
            disconnect(request, account)
    except Conflict as error:
        messages.error(request, error.detail)
    return back_to("security")


class RecoveryCodes(recovery_codes.ViewRecoveryCodesView):  # type: ignore[misc]
    """Shows new codes, once."""


class NewRecoveryCodes(recovery_codes.GenerateRecoveryCodesView):  # type: ignore[misc]
    pass
