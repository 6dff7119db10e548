"""allauth's adapter: which addresses are accepted, how mails go out, and the texts of some errors."""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.models import EmailAddress
from allauth.core.exceptions import ReauthenticationRequired
from django.contrib import messages
from django.db import IntegrityError, transaction
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme

from accounts import addresses, reauthentication, social
from accounts.closing_pages import offer_to_keep
from accounts.models import User
from accounts.send_later import send_later
from blogai.core.client_address import client_address


class Adapter(DefaultAccountAdapter):  # type: ignore[misc]
    """Mails are jobs: a request neither waits for a mail server nor tells by its time that one was sent."""

    error_messages = DefaultAccountAdapter.error_messages | {
        "email_password_mismatch": "That email and password don’t match. Check both and try again.",
        "email_taken": "You already have an account with this email. Sign in, or reset your password.",
        "enter_current_password": "That isn’t your current password.",
        "incorrect_password": "That isn’t your password.",
    }

    def clean_email(self, email: str) -> str:
        return addresses.accepted(email)

    def save_user(self, request: HttpRequest, user: User, form: Any, commit: bool = True) -> User:
        user.time_zone = form.cleaned_data.get("time_zone", user.time_zone)
        saved: User = super().save_user(request, user, form, commit)
        return saved

    def confirm_email(self, request: HttpRequest, email_address: EmailAddress) -> bool:
        """False, with a message, if another account has the address: the database knows."""
        try:
            with transaction.atomic():
                return bool(super().confirm_email(request, email_address))
        except IntegrityError:
            failed = "account/messages/email_confirmation_failed.txt"
            self.add_message(request, messages.ERROR, failed, {"email": email_address.email})
            return False

    def get_login_stages(self) -> list[str]:
        ours = {"allauth.account.stages.EmailVerificationStage": "accounts.stages.EmailVerification"}
        return [ours.get(stage, stage) for stage in super().get_login_stages()]

    def get_reauthentication_methods(self, user: Any) -> list[dict[str, Any]]:
        """allauth's or, for an account that has none of them, the providers that sign it in."""
        methods: list[dict[str, Any]] = super().get_reauthentication_methods(user)
        if methods or not social.linked(user):
            return methods
        return [{"id": "provider", "description": "", "url": reverse("reauthenticate-provider")}]

    def is_reauthentication_required(self, *, app: str, **kwargs: Any) -> bool:
        """Raises ReauthenticationRequired where allauth would then find nothing to ask for."""
        if reauthentication.signed_in_just_now(self.request):
            return False
        if [each["id"] for each in self.get_reauthentication_methods(self.request.user)] == ["provider"]:
            raise ReauthenticationRequired
        return True

    def is_safe_url(self, url: str) -> bool:
        """Only this site: allauth takes ALLOWED_ORIGINS too, whose scripts may call the API."""
        return url_has_allowed_host_and_scheme(
            url, allowed_hosts={self.request.get_host()}, require_https=self.request.is_secure()
        )

    def send_confirmation_mail(self, request: HttpRequest, emailconfirmation: Any, signup: bool) -> None:
        address = emailconfirmation.email_address
        if not addresses.is_nobodys(address.email):
            send_later("mail_confirmation", address_id=address.pk)

    def send_account_already_exists_mail(self, email: str) -> None:
        send_later("mail_account_exists", email=email)

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        raise NotImplementedError(f"{template_prefix} must be a job: see accounts.send_later")

    def respond_user_inactive(self, request: HttpRequest, user: User) -> HttpResponse:
        """Whoever closed the account themselves is offered to keep it."""
        response: HttpResponse = offer_to_keep(request, user) or super().respond_user_inactive(request, user)
        return response

    def get_client_ip(self, request: HttpRequest) -> str:
        return client_address(request)
