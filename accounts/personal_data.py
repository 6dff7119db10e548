"""This app's part of an export and of an erasure. Imported by AccountsConfig.ready."""

from collections.abc import Iterator
from functools import partial
from typing import Any

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount
from django.db import transaction
from django.dispatch import receiver

from accounts import exports
from accounts.archive import Archive, in_chunks
from accounts.models import ApiKey, DataExport, SecurityEvent, Session, SupabaseIdentity, User
from accounts.signals import erase_data, export_data


@receiver(export_data)
def export(user: User, archive: Archive, **_: Any) -> Iterator[None]:
    yield from archive.table(
        "account.json",
        User,
        User.objects.filter(pk=user.pk),
        leave_out=("password", "webhook_secret", "webhook_secret_number"),
    )
    yield from archive.table(
        "email_addresses.json", EmailAddress, in_chunks(EmailAddress.objects.filter(user=user))
    )
    yield from archive.table(
        "second_factors.json",
        Authenticator,
        in_chunks(Authenticator.objects.filter(user=user)),
        leave_out=("data",),
    )
    yield from archive.table(
        "connected_accounts.json", SocialAccount, in_chunks(SocialAccount.objects.filter(user=user))
    )
    yield from archive.table(
        "supabase_identities.json", SupabaseIdentity, in_chunks(SupabaseIdentity.objects.filter(user=user))
    )
    yield from archive.table(
        "sessions.json",
        Session,
        in_chunks(Session.objects.filter(user=user)),
        leave_out=("session_key", "session_data"),
    )
    yield from archive.table(
        "api_keys.json", ApiKey, in_chunks(ApiKey.objects.filter(owner=user)), leave_out=("digest",)
    )
    yield from archive.table(
        "security_events.json",
        SecurityEvent,
        in_chunks(SecurityEvent.objects.filter(user=user)),
        leave_out=("device",),
    )
    yield from archive.table(
        "exports.json",
        DataExport,
        in_chunks(DataExport.objects.filter(user=user)),
        leave_out=("file", "token", "lease_until"),
    )


@receiver(erase_data)
def erase(user: User, **_: Any) -> dict[str, int]:
    """The archives too. All the rest of this app goes with the user's row."""
    mine = DataExport.objects.filter(user=user)
    for name in mine.exclude(file="").values_list("file", flat=True):
        transaction.on_commit(partial(exports.storage().delete, name))
    return {
        "exports": mine.delete()[0],
        "api_keys": ApiKey.objects.filter(owner=user).delete()[0],
        "email_addresses": EmailAddress.objects.filter(user=user).delete()[0],
    }
