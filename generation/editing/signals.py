"""What happens to a text, for those above who tell of it."""

from django.dispatch import Signal

text_saved = Signal()
"""A post has a new version: `post`, locked, in the transaction that stores it."""
