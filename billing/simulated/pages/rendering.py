"""Replies that are pages: HTML from templates, redirects, and the one stylesheet."""

from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any

from django.template import Context, Engine

from billing.simulated.api import Reply
from billing.simulated.periods import money
from billing.simulated.store import Thing

FOLDER = Path(__file__).parent
HEADERS = {
    "Content-Type": "text/html; charset=utf-8",
    # No form-action: forms here lead to the product, wherever it is.
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'self'; base-uri 'none'; frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "Cache-Control": "no-store",
}


@cache
def _engine() -> Engine:
    return Engine(dirs=[str(FOLDER / "templates")])


def page(template: str, http_status: int = 200, /, **context: Any) -> Reply:
    html = _engine().get_template(template).render(Context(context, use_l10n=False))
    return Reply(http_status, html.encode(), HEADERS)


def redirect(url: str) -> Reply:
    """With GET, whatever the request was."""
    return Reply(303, b"", {**HEADERS, "Location": url})


def stylesheet() -> Reply:
    headers = {**HEADERS, "Content-Type": "text/css; charset=utf-8"}
    return Reply(200, (FOLDER / "style.css").read_bytes(), headers)


def price_text(price: Thing) -> str:
    """$49.00 a month."""
    recurring = price["recurring"]
    count = recurring["interval_count"]
    every = f"a {recurring['interval']}" if count == 1 else f"every {count} {recurring['interval']}s"
    return f"{money(round(float(price['unit_amount_decimal'])), price['currency'])} {every}"


def day(seconds: int | None) -> str:
    """December 3, 2026."""
    return f"{datetime.fromtimestamp(seconds, UTC):%B %-d, %Y}" if seconds else ""


def moment(seconds: int) -> str:
    """December 3, 2026, 2:05 PM UTC."""
    return f"{datetime.fromtimestamp(seconds, UTC):%B %-d, %Y, %-I:%M %p} UTC"
