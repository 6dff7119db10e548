"""allauth's adapter: where links in mails lead, and the texts of some errors."""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse

from blogai.core.client_address import client_address


class Adapter(DefaultAccountAdapter):  # type: ignore[misc]
    """Links in mails lead to PUBLIC_URL, whatever the Host header of the request says."""

    error_messages = DefaultAccountAdapter.error_messages | {
        "email_password_mismatch": "There is no account with this email and password. Check both.",
        "email_taken": "There is already an account with this email. Sign in, or reset its password.",
        "enter_current_password": "This is not your current password.",
        "incorrect_password": "This is not your password.",
    }

    def get_email_confirmation_url(self, request: HttpRequest, emailconfirmation: Any) -> str:
        return _public(reverse("account_confirm_email", args=[emailconfirmation.key]))

    def get_reset_password_from_key_url(self, key: str) -> str:
        user, _, token = key.partition("-")
        return _public(reverse("account_reset_password_from_key", kwargs={"uidb36": user, "key": token}))

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """allauth's own addresses of these two pages have the host of the request."""
        if "signup_url" in context:
            context["signup_url"] = _public(reverse("account_signup"))
        if template_prefix == "account/email/account_already_exists":
            context["password_reset_url"] = _public(reverse("account_reset_password"))
        super().send_mail(template_prefix, email, context)

    def get_client_ip(self, request: HttpRequest) -> str:
        return client_address(request)

    def format_email_subject(self, subject: str) -> str:
        return subject


def _public(path: str) -> str:
    return settings.PUBLIC_URL.rstrip("/") + path
