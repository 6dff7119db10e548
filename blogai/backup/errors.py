"""Why a backup can't be made or restored."""

from django.core.management.base import CommandError


class BackupError(CommandError):
    """Says in a sentence what is wrong and what to do. Nothing was written to the database."""
