"""The mails of an account. They are written when they are sent, and so are the links in them."""

from collections.abc import Mapping
from urllib.parse import urlsplit
from uuid import UUID

from allauth.account.forms import default_token_generator
from allauth.account.models import EmailAddress, EmailConfirmationHMAC
from django.conf import settings
from django.core.mail import EmailMessage
from django.template.loader import render_to_string
from django.urls import reverse

from accounts import closing, securing, security_events
from accounts.devices import name_of
from accounts.models import DataExport, SecurityEvent, User
from accounts.security_events import Kind
from accounts.services import mail_address

EVENTS: Mapping[str, tuple[str, str]] = {
    Kind.NEW_DEVICE: (
        "New sign-in to your Blog AI account",
        "Someone signed in to your account on a device or network we haven’t seen before.",
    ),
    Kind.PASSWORD_CHANGED: ("Your password was changed", "Your account’s password was changed."),
    Kind.PASSWORD_SET: ("Your password was set", "Your account now has a password."),
    Kind.PASSWORD_RESET: (
        "Your password was reset",
        "Your password was replaced, using the link in our email about a forgotten password.",
    ),
    Kind.EMAIL_CHANGED: (
        "Your email address was changed",
        "Your account now uses another email address. You can’t sign in with this one anymore.",
    ),
    Kind.APP_ADDED: (
        "An authenticator app was set up",
        "Your account now has an authenticator app. You’ll need a code from it to sign in.",
    ),
    Kind.APP_REMOVED: (
        "Your authenticator app was removed",
        "Your account’s authenticator app was removed. Its codes no longer work.",
    ),
    Kind.PASSKEY_ADDED: (
        "A passkey was added",
        "Your account has a new passkey, which can sign you in.",
    ),
    Kind.PASSKEY_REMOVED: (
        "A passkey was removed",
        "One of your account’s passkeys was removed. It can’t sign you in anymore.",
    ),
    Kind.RECOVERY_CODES_MADE: (
        "New recovery codes were made",
        "Your account has new recovery codes. The old ones no longer work.",
    ),
    Kind.LOGIN_LINKED: (
        "You can now sign in with {provider}",
        "Your {provider} account is connected, so you can sign in with it.",
    ),
    Kind.LOGIN_UNLINKED: (
        "You can’t sign in with {provider} anymore",
        "Your {provider} account is disconnected, so you can’t sign in with it anymore.",
    ),
    Kind.APP_CONNECTED: (
        "An app is connected to your account",
        "Somebody signed in to an app through Supabase with your email address. The app can now write "
        "posts and read yours.",
    ),
    Kind.KEY_MADE: (
        "Your Blog AI account has a new API key",
        "Someone created an API key. Any program that has it can use Blog AI as you.",
    ),
    Kind.KEY_ROTATED: (
        "One of your API keys was replaced",
        "A new API key replaced an old one. Any program that has it can use Blog AI as you.",
    ),
}
"""Subject and first sentence of the mails that end with "Wasn't it you?"."""
BY_STAFF: Mapping[str, str] = {
    Kind.ACCOUNT_CLOSED: "We closed your Blog AI account",
    Kind.ACCOUNT_REOPENED: "Your Blog AI account is open again",
}
"""The subject of each; its template has the name of its kind."""


def confirmation_mail(mail_id: str, address_id: int) -> EmailMessage | None:
    """The link that confirms an address; None if it is confirmed, or given up."""
    address = EmailAddress.objects.filter(pk=address_id, verified=False).first()
    if address is None:
        return None
    link = _public("account_confirm_email", EmailConfirmationHMAC(address).key)
    return _written(mail_id, address.email, "account/email/email_confirmation", activate_url=link)


def account_exists_mail(mail_id: str, email: str) -> EmailMessage:
    """To the owner of an account, when somebody signs up with its address."""
    reset = _public("account_reset_password")
    return _written(mail_id, email, "account/email/account_already_exists", password_reset_url=reset)


def password_reset_mail(mail_id: str, email: str) -> EmailMessage:
    """The link to a new password; for a closed account the way back; for an unknown address that it is."""
    user = User.objects.with_email(email)
    if user is not None and closing.may_be_kept().filter(pk=user.pk).exists():
        keep = _public("keep-account", closing.token_for(user))
        return _written(mail_id, user.email, "account/email/closed_account", keep_url=keep)
    if user is None or not user.is_active:
        sign_up = _public("account_signup")
        return _written(mail_id, email, "account/email/unknown_account", signup_url=sign_up)
    # To the address of the account and not to the one that was typed, however alike they are.
    link = _new_password(user)
    return _written(mail_id, user.email, "account/email/password_reset_key", password_reset_url=link)


def security_mail(event_id: UUID) -> EmailMessage | None:
    """The mail about the event; None if its account is gone, or has no confirmed address."""
    event = SecurityEvent.objects.select_related("user").filter(pk=event_id).first()
    if event is None:
        return None
    if event.kind == Kind.DELETION_REQUESTED:
        return _deletion_mail(event)
    if event.kind == Kind.ACCOUNT_SECURED:
        return _secured_mail(event)
    if event.kind in BY_STAFF:
        url = _public("contact" if event.kind == Kind.ACCOUNT_CLOSED else "account_login")
        return _about(event, BY_STAFF[event.kind], event.kind, url=url)
    subject, sentence = (text.format(**event.details) for text in EVENTS[event.kind])
    link = _public("secure-account", securing.token_for(event))
    # A new address may be a thief's, so this mail goes to the old one.
    return _about(
        event,
        subject,
        "security_event",
        to=event.details.get("before", ""),
        sentence=sentence,
        url=link,
        days=securing.LINK_LIFETIME.days,
    )


def export_mail(export_id: UUID) -> EmailMessage | None:
    """The mail that says that an export is ready; None if there is nothing to download any more."""
    export = DataExport.objects.filter(pk=export_id, user__is_active=True).select_related("user").first()
    to = mail_address(export.user) if export else None
    if export is None or not export.is_ready or export.expires_at is None or to is None:
        return None
    until, url = export.user.local_time(export.expires_at), _public("download-export", str(export.pk))
    body = render_to_string("accounts/mails/export_ready.txt", {"url": url, "until": until})
    return _mail(str(export.pk), to, "Your data is ready to download", body)


def _deletion_mail(event: SecurityEvent) -> EmailMessage | None:
    """None if the owner has changed their mind meanwhile."""
    user = event.user
    if user.delete_after is None:
        return None
    until, url = user.local_time(user.delete_after), _public("keep-account", closing.token_for(user))
    return _about(event, "Your Blog AI account is closed", "deletion_requested", url=url, until=until)


def _secured_mail(event: SecurityEvent) -> EmailMessage | None:
    days = settings.PASSWORD_RESET_TIMEOUT // 86_400
    return _about(event, "Choose a new password", "account_secured", url=_new_password(event.user), days=days)


def _new_password(user: User) -> str:
    token = default_token_generator.make_token(user)
    return _public("account_reset_password_from_key", user.pk.hex, token)


def _about(
    event: SecurityEvent, subject: str, template: str, *, to: str = "", **context: object
) -> EmailMessage | None:
    """A mail with what happened, line by line; None if there is no confirmed address."""
    recipient = to or mail_address(event.user)
    if not recipient:
        return None
    facts = [
        *security_events.facts(event),
        ("When", event.user.local_time(event.created_at)),
        ("Browser", name_of(event.user_agent) if event.user_agent else "unknown"),
        ("IP address", event.address or "unknown"),
    ]
    body = render_to_string(f"accounts/mails/{template}.txt", {**context, "facts": facts})
    return _mail(str(event.pk), recipient, subject, body)


def _written(mail_id: str, to: str, template: str, **context: object) -> EmailMessage:
    subject = render_to_string(f"{template}_subject.txt", context).strip()
    return _mail(mail_id, to, subject, render_to_string(f"{template}_message.txt", context).strip())


def _mail(mail_id: str, to: str, subject: str, body: str) -> EmailMessage:
    """`mail_id` is the same at every attempt, so that a mail program shows a mail only once."""
    host = urlsplit(settings.PUBLIC_URL).hostname
    return EmailMessage(subject=subject, body=body, to=[to], headers={"Message-ID": f"<{mail_id}@{host}>"})


def _public(name: str, *arguments: str) -> str:
    """The address of a page under PUBLIC_URL, whatever the Host header of any request said."""
    return settings.PUBLIC_URL.rstrip("/") + reverse(name, args=arguments)
