"""Keeps our Stripe key out of the database.

dj-stripe files each object under the account that the API key belongs to. To find that account it writes the
secret key into its own table, in plain text. We have one account: it is the row that was synced, and no key
is stored.
"""

from typing import Any

from djstripe.models import Account
from djstripe.models.base import StripeModel


def use_our_account() -> None:
    """Let every object of dj-stripe belong to our account, whatever key fetched it."""
    StripeModel._find_owner_account = classmethod(_our_account)


def _our_account(cls: type[StripeModel], data: Any, /, **_: object) -> Account | None:
    """Our account; None until it has been synced, and for an account itself."""
    return None if issubclass(cls, Account) else Account.objects.first()
