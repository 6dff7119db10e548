"""The whole ledger of a user as a file for spreadsheets."""

import csv
from collections.abc import AsyncIterator, Iterable
from datetime import UTC
from io import StringIO

from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.views.decorators.http import require_safe

from accounts.models import User
from billing.history import chunk_of
from billing.models import UsageRecord
from blogai.core.db import in_database

CHUNK = 1_000
"""Lines that are in memory at the same time."""
COLUMNS = (
    *("time", "month_start", "day", "kind", "meter", "units", "run_id"),
    *("input_tokens", "output_tokens", "cost_usd", "reason"),
)
FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
"""What a spreadsheet may take for the beginning of a formula."""


@require_safe
async def usage_csv(request: HttpRequest) -> HttpResponseBase:
    """Streamed, newest first. Between two chunks no database connection is held."""
    user = await in_database(_signed_in)(request)
    if user is None:
        return redirect_to_login(request.get_full_path())
    headers = {"Content-Disposition": 'attachment; filename="blog-ai-usage.csv"', "Cache-Control": "no-store"}
    return StreamingHttpResponse(_chunks(user), content_type="text/csv; charset=utf-8", headers=headers)


def _signed_in(request: HttpRequest) -> User | None:
    return request.user if isinstance(request.user, User) else None


async def _chunks(user: User) -> AsyncIterator[str]:
    yield _csv([COLUMNS])
    before = None
    while lines := await in_database(chunk_of)(user, before, CHUNK):
        yield _csv(_row(line) for line in lines)
        before = lines[-1].pk


def _row(line: UsageRecord) -> tuple[object, ...]:
    return (
        line.created_at.astimezone(UTC).isoformat(timespec="seconds"),
        line.period_start.astimezone(UTC).isoformat(timespec="seconds"),
        line.day,
        line.kind,
        line.meter,
        line.units,
        line.for_run or "",
        line.input_tokens,
        line.output_tokens,
        line.cost_usd,
        as_text(line.reason),
    )


def as_text(text: str) -> str:
    """The text, marked as such where a spreadsheet would take it for a formula."""
    return f"'{text}" if text.lstrip(" ").startswith(FORMULA) else text


def _csv(rows: Iterable[Iterable[object]]) -> str:
    file = StringIO()
    csv.writer(file).writerows(rows)
    return file.getvalue()
