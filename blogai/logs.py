"""What must not be told by a log or by a report of an exception."""

import logging
import re
from typing import Any

from django.http import HttpRequest
from django.views.debug import SafeExceptionReporterFilter

TOKEN_IN_PATH = re.compile(r"(/sign-in/|/confirm-email/|/new-password/[^/\s]+/)(?!sent\b|done\b)[^/\s?&'\"]+")
"""Whoever has such an address is let in: it may be refused today, for maintenance say, and good tomorrow."""
CONNECTIONS = "_URL$|_URL_DIRECT$|HEADERS|^DATABASES$|^CACHES$|^CHANNEL_LAYERS$|^MAILERS$|COOKIE"


class Formatter(logging.Formatter):
    """Without the tokens of addresses. Django logs the path of whatever it refuses."""

    def format(self, record: logging.LogRecord) -> str:
        return TOKEN_IN_PATH.sub(r"\1[token]", super().format(record))


class ReportFilter(SafeExceptionReporterFilter):
    """For reports by mail and the like: no passwords in the addresses of settings, no form's values."""

    hidden_settings = re.compile(
        f"{SafeExceptionReporterFilter.hidden_settings.pattern}|{CONNECTIONS}", re.IGNORECASE
    )

    def get_post_parameters(self, request: HttpRequest | None) -> dict[str, Any]:
        sent = {} if request is None else request.POST
        return dict.fromkeys(sent, self.cleansed_substitute)
