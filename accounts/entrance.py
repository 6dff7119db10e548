"""The forms with which somebody shows who they are, or a mail is sent: allauth's, with limits."""

import json
from typing import Any, cast

from allauth.account import views as allauth
from allauth.account.adapter import get_adapter
from allauth.account.utils import passthrough_next_redirect_url
from allauth.mfa.base import views as codes
from allauth.mfa.models import Authenticator
from allauth.mfa.webauthn import views as passkeys
from django.conf import settings
from django.contrib.auth import HASH_SESSION_KEY
from django.contrib.auth.decorators import login_required
from django.contrib.auth.views import redirect_to_login
from django.core.serializers.json import DjangoJSONEncoder
from django.db import IntegrityError, transaction
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.decorators import method_decorator

from accounts import form_limits, reauthentication, social
from accounts.addresses import folded, nobodys_address
from accounts.models import User
from accounts.services import unconfirmed_emails
from blogai.core.errors import RateLimited


class LimitedForm:
    """Counts each submission before it is validated, and so before a password is hashed.

    If it is refused, the form comes back as it was typed, without the password.
    """

    limit: str
    typed = ""
    """The field with the e-mail address, if there is one."""

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            self.count(request)
        except RateLimited as error:
            return self.refused(request, error)
        response: HttpResponse = super().post(request, *args, **kwargs)  # type: ignore[misc]
        return response

    def count(self, request: HttpRequest) -> None:
        if settings.RATE_LIMIT_ENABLED:
            form_limits.count(request, self.limit, self.whose(request))

    def whose(self, request: HttpRequest) -> str:
        """What it is counted by, besides the client's address: an e-mail address, or a user's id."""
        return request.POST.get(self.typed, "") if self.typed else ""

    def refused(self, request: HttpRequest, error: RateLimited) -> HttpResponse:
        view: Any = self
        initial = {self.typed: request.POST.get(self.typed, "")}
        kwargs = {**view.get_form_kwargs(), "data": None, "files": None, "initial": initial}
        form = view.get_form_class()(**kwargs)
        context = view.get_context_data(form=form, refusal=error)
        response: HttpResponse = view.render_to_response(context, status=429)
        return response


class PasskeyForm:
    """A page with what a browser needs to use a passkey, for the script that does it."""

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        view: Any = super()
        context: dict[str, Any] = view.get_context_data() | kwargs  # allauth's takes none
        return context | {"options": json.dumps(context["js_data"], cls=DjangoJSONEncoder)}


class WithProviders:
    """A page that offers to sign in with other providers, if any are set up."""

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        view: Any = super()
        context: dict[str, Any] = view.get_context_data(**kwargs)
        return context | {"providers": social.offered()}


class SignIn(LimitedForm, WithProviders, allauth.LoginView):  # type: ignore[misc]
    limit, typed = "sign-in", "login"


class SignInAgain(LimitedForm, allauth.ReauthenticateView):  # type: ignore[misc]
    limit = "sign-in"

    def whose(self, request: HttpRequest) -> str:
        return str(getattr(request.user, "email", ""))

    def form_valid(self, form: Any) -> HttpResponse:
        # The right password may just have been hashed anew, and this session was loaded before that.
        user = cast(User, self.request.user)
        user.refresh_from_db(fields=["password"])
        self.request.session[HASH_SESSION_KEY] = user.get_session_auth_hash()
        response: HttpResponse = super().form_valid(form)
        return response


class ChangePassword(LimitedForm, allauth.PasswordChangeView):  # type: ignore[misc]
    """Asks for the current password too."""

    limit = "sign-in"

    def whose(self, request: HttpRequest) -> str:
        return str(getattr(request.user, "email", ""))


class Email(allauth.EmailView):  # type: ignore[misc]
    """The account's address, and the one that it will change to."""

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context_data(**kwargs)
        return context | {"wanted": unconfirmed_emails(cast(User, self.request.user)).first()}

    def _action_remove(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse | None:
        """Only the one that was wanted: allauth would put it, unconfirmed, in the place of the account's."""
        address = self._get_email_address(request)
        if address is None or folded(address.email) == folded(cast(User, request.user).email):
            return None
        response: HttpResponse | None = super()._action_remove(request)
        return response

    def _action_primary(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        """There is one address. allauth would let an unconfirmed one take its place."""


class SetPassword(allauth.PasswordSetView):  # type: ignore[misc]
    """The first one of an account that is signed in to by other ways."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        # Before the form, and without keeping what was sent: it is a password.
        if request.user.is_authenticated and reauthentication.is_required(request):
            return redirect_to_login(request.path, reverse("account_reauthenticate"))
        response: HttpResponseBase = super().dispatch(request, *args, **kwargs)
        return response


class SignUp(LimitedForm, WithProviders, allauth.SignupView):  # type: ignore[misc]
    """The same answer, after the same work, whether the address has an account or not.

    For one that has, another is made as well, with an address that nobody has, and undone. Either way
    one mail is queued.
    """

    limit, typed = "sign-up", "email"

    @transaction.atomic
    def form_valid(self, form: Any) -> HttpResponse:
        email: str = form.cleaned_data["email"]
        made = None if form.account_already_exists else self._made(form)
        if made is not None:
            return made
        form.cleaned_data["email"] = nobodys_address()
        form.account_already_exists = False
        answer = self._made(form, undo=True)
        get_adapter().send_account_already_exists_mail(email)
        return cast(HttpResponse, answer)

    def _made(self, form: Any, *, undo: bool = False) -> HttpResponse | None:
        """The answer to a new account; None if another request has just made one with the same address."""
        try:
            with transaction.atomic():
                response: HttpResponse = super().form_valid(form)
                transaction.set_rollback(undo)
        except IntegrityError:
            return None
        return response


class VerificationSent(allauth.EmailVerificationSentView):  # type: ignore[misc]
    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context_data(**kwargs)
        return context | {"may_sign_in": settings.EMAIL_VERIFICATION == "optional"}


class ForgottenPassword(LimitedForm, allauth.PasswordResetView):  # type: ignore[misc]
    limit, typed = "password-reset", "email"


class SecondStep(LimitedForm, PasskeyForm, codes.AuthenticateView):  # type: ignore[misc]
    """Signing in, after the password: a code or a passkey."""

    stage: Any

    @property
    def limit(self) -> str:  # type: ignore[override]
        return "second-factor" if "code" in self.request.POST else "passkey"

    def whose(self, request: HttpRequest) -> str:
        return str(self.stage.login.user.pk)

    def refused(self, request: HttpRequest, error: RateLimited) -> HttpResponse:
        user = self.stage.login.user
        self.auth_form = self.get_form_class()(user=user)
        self.webauthn_form = self.get_webauthn_form_class()(user=user)
        response: HttpResponse = self.render_to_response(self.get_context_data(refusal=error), status=429)
        return response

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        passkeys_of_user = Authenticator.objects.filter(
            user=self.stage.login.user, type=Authenticator.Type.WEBAUTHN
        )
        return super().get_context_data(has_passkey=passkeys_of_user.exists(), **kwargs)


class PasskeySignIn(LimitedForm, passkeys.LoginWebAuthnView):  # type: ignore[misc]
    """Signing in with a passkey alone. Its form is on the page for signing in, and a script fills it in."""

    limit = "passkey"

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        self.count(request)  # each challenge is a row of the session's
        response: HttpResponse = super().get(request, *args, **kwargs)
        return response

    def refused(self, request: HttpRequest, error: RateLimited) -> HttpResponse:
        raise error

    def form_invalid(self, form: Any) -> HttpResponse:
        super().form_invalid(form)  # which says why
        return redirect(passthrough_next_redirect_url(self.request, reverse("account_login"), "next"))


class CodeAgain(LimitedForm, codes.ReauthenticateView):  # type: ignore[misc]
    limit = "second-factor"

    def whose(self, request: HttpRequest) -> str:
        return str(request.user.pk)


class PasskeyAgain(LimitedForm, PasskeyForm, passkeys.ReauthenticateWebAuthnView):  # type: ignore[misc]
    limit = "passkey"

    def form_invalid(self, form: Any) -> HttpResponse:
        super().form_invalid(form)  # which says why
        return redirect(self.passthrough_next_url(self.request.path))


@method_decorator(login_required, name="dispatch")
class ProviderAgain(allauth.BaseReauthenticateView):  # type: ignore[misc]
    """For an account that only Google or GitHub signs in: a button that leads there and back."""

    http_method_names = ("get", "head")
    form_class = Form
    template_name = "account/reauthenticate_provider.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context_data(**kwargs)
        return context | {"providers": social.linked(self.request.user)}
