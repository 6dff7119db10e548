"""The forms with which a password is guessed or a mail is sent: allauth's, with limits."""

from typing import Any

from allauth.account import views as allauth
from django.conf import settings
from django.http import HttpRequest, HttpResponse

from accounts import form_limits
from blogai.core.errors import RateLimited


class LimitedForm:
    """Counts each submission before it is looked at, above all before a password is hashed.

    A refused one gets its form back, as it was typed but for the password.
    """

    limit: str
    typed = ""
    """The field with the e-mail address, if there is one."""

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        email = request.POST.get(self.typed, "") if self.typed else ""
        if settings.RATE_LIMIT_ENABLED:
            try:
                form_limits.count(request, self.limit, email)
            except RateLimited as error:
                return self._refused(email, error)
        response: HttpResponse = super().post(request, *args, **kwargs)  # type: ignore[misc]
        return response

    def _refused(self, email: str, error: RateLimited) -> HttpResponse:
        view: Any = self
        kwargs = {**view.get_form_kwargs(), "data": None, "files": None, "initial": {self.typed: email}}
        form = view.get_form_class()(**kwargs)
        context = view.get_context_data(form=form, refusal=error)
        response: HttpResponse = view.render_to_response(context, status=429)
        return response


class SignIn(LimitedForm, allauth.LoginView):  # type: ignore[misc]
    limit, typed = "sign-in", "login"


class SignInAgain(LimitedForm, allauth.ReauthenticateView):  # type: ignore[misc]
    limit = "sign-in"


class ChangePassword(LimitedForm, allauth.PasswordChangeView):  # type: ignore[misc]
    """Asks for the current password too."""

    limit = "sign-in"


class SignUp(LimitedForm, allauth.SignupView):  # type: ignore[misc]
    limit, typed = "sign-up", "email"


class ForgottenPassword(LimitedForm, allauth.PasswordResetView):  # type: ignore[misc]
    limit, typed = "password-reset", "email"
