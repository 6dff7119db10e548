from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.core.validators import validate_email
from django.db import transaction

from accounts import api_keys, security_events
from accounts.models import User
from accounts.security_events import Kind
from accounts.services import demo_user, vouch_for_email
from blogai.core.errors import BlogAIError


class Command(BaseCommand):
    help = "Create an API key and print only the key. It can't be shown again."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--email", help="whose key it is (in development: the demo account)")
        parser.add_argument(
            "--create-user", action="store_true", help="create the account if it does not exist"
        )
        parser.add_argument(
            "--permissions",
            default="read,generate",
            help="comma-separated, of read, generate, manage (default: read,generate)",
        )
        parser.add_argument("--name", default="command line", help="the key's name in the list of keys")

    @transaction.atomic
    def handle(self, *args: Any, **options: Any) -> None:
        asked = [name.strip() for name in options["permissions"].split(",") if name.strip()]
        try:
            permissions = api_keys.check_permissions(asked)
        except BlogAIError as error:
            raise CommandError(error.detail) from error
        if len(options["name"]) > 100:
            raise CommandError("A key's name can have up to 100 characters.")
        owner = _owner(options["email"], create=options["create_user"])
        key, raw = api_keys.issue(owner, options["name"], permissions)
        security_events.record_key(Kind.KEY_MADE, owner, key)
        self.stdout.write(raw)


def _owner(email: str | None, *, create: bool) -> User:
    if email is None:
        if not settings.DEVELOPMENT:
            raise CommandError("Add --email to say whose key it is.")
        return demo_user()
    email = email.strip()
    try:
        validate_email(email)
    except ValidationError as error:
        raise CommandError(f"{email!r} isn't an email address.") from error
    if user := User.objects.filter(email__iexact=email).first():
        return user
    if not create:
        raise CommandError(f"No account has the address {email}. Add --create-user to create one.")
    user = User.objects.create_user(email=email)
    vouch_for_email(user)
    return user
