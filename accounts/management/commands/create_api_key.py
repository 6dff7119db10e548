from argparse import ArgumentParser
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.core.validators import validate_email
from django.db import transaction

from accounts import api_keys
from accounts.models import User
from blogai.core.errors import BlogAIError


class Command(BaseCommand):
    help = "Creates an API key and prints nothing but the key. It cannot be shown again."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--email", required=True, help="the owner of the key")
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
            raise CommandError("The name of a key may have at most 100 characters.")
        owner = _owner(options["email"].strip(), create=options["create_user"])
        _, raw = api_keys.issue(owner, options["name"], permissions)
        self.stdout.write(raw)


def _owner(email: str, *, create: bool) -> User:
    try:
        validate_email(email)
    except ValidationError as error:
        raise CommandError(f"{email!r} is not an email address.") from error
    if user := User.objects.filter(email__iexact=email).first():
        return user
    if not create:
        raise CommandError(f"There is no account {email}. Add --create-user to create it.")
    return User.objects.create_user(email=email)
