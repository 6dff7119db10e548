"""The site's part of an export. Imported by BlogAIConfig.ready."""

from collections.abc import Iterator
from typing import Any

from django.dispatch import receiver

from accounts.archive import Archive, in_chunks
from accounts.models import User
from accounts.signals import export_data
from blogai.models import ContactMessage


@receiver(export_data)
def export(user: User, archive: Archive, **_: Any) -> Iterator[None]:
    """Messages to support that are on their way; what has been mailed is not kept here."""
    yield from archive.table(
        "contact_messages.json", ContactMessage, in_chunks(ContactMessage.objects.filter(user=user))
    )
