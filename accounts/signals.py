"""Signals for all apps when somebody signs up, exports their data or leaves, each with the `user`.

The first four are sent in the transaction of the change itself, so an exception in a receiver rolls it back.
"""

from django.dispatch import Signal

account_created = Signal()
"""A person has made an account: they signed up, or it is the demo account."""

account_closed = Signal()
"""The owner has closed the account: from now on nothing may happen in their name."""

account_reopened = Signal()
"""It is open again, within the grace period."""

erase_data = Signal()
"""Delete some of what the user has, no more than takes a moment, and return how many rows of each kind.

It is sent again until no app has anything left. Then the user's row goes, and with it what cascades.
"""

export_data = Signal()
"""Write what the user has to `archive`, an `accounts.archive.Archive`: return its steps, a generator."""
