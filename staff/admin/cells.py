"""What the cells of lists show. Everything that a customer may have written is escaped here."""

from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db.models import Model
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString

KINDS = {
    **dict.fromkeys(("completed", "delivered", "done", "active", "succeeded", "settle"), "ok"),
    **dict.fromkeys(("failed", "past_due", "unpaid", "closed", "aborted"), "danger"),
    **dict.fromkeys(("cancelled", "waiting", "pending", "paused", "revoked", "expired"), "warn"),
    **dict.fromkeys(("running", "writing", "doing", "trialing"), "accent"),
}
"""The colour of a state, which its word says too."""


def state(word: str) -> SafeString:
    return format_html('<span class="badge badge-{}">{}</span>', KINDS.get(word, "plain"), word)


def screen_url(row: Model) -> str:
    """The address of a row's screen."""
    return reverse(f"admin:{row._meta.app_label}_{row._meta.model_name}_change", args=[row.pk])


def list_url(model: type[Model]) -> str:
    return reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist")


def link(row: Model, text: str) -> SafeString:
    return format_html('<a href="{}">{}</a>', screen_url(row), text)


def moment(when: datetime | None) -> SafeString | str:
    """In UTC, to the second: staff compare it with logs."""
    return (
        format_html('<time datetime="{}">{}</time>', when.isoformat(), f"{when:%b %-d, %Y, %H:%M:%S}")
        if when
        else "–"
    )


def took(thing: Any) -> str:
    """From its start to its end."""
    if thing.started_at is None or thing.finished_at is None:
        return "–"
    return duration((thing.finished_at - thing.started_at).total_seconds())


def duration(seconds: float) -> str:
    if seconds < 60:
        return f"{seconds:.1f} s"
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes} min {rest} s" if minutes < 60 else f"{minutes // 60} h {minutes % 60} min"


def dollars(amount: Decimal | None) -> str:
    return "–" if amount is None else f"${amount:,.4f}".rstrip("0").rstrip(".") if amount else "$0"
