"""Filters that several lists have. The dashboard's numbers link to lists through them."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any, ClassVar

from django.db.models import QuerySet
from django.db.models.functions import Now
from django.http import HttpRequest

from blogai.core.errors import BlogAIError
from staff.admin.base import Filter

HOURS = {"1h": 1, "24h": 24, "7d": 7 * 24, "30d": 30 * 24}
SPANS = {"%Y-%m-%dT%H": timedelta(hours=1), "%Y-%m-%d": timedelta(days=1)}
"""How an hour or a day (UTC) is written, and how long it is."""
CODE = re.compile(r"[A-Za-z_]{1,40}")


class When(Filter):
    """Rows of the last hours and days, or of one hour or day. `field` is the name of their moment."""

    title = "When"
    parameter_name = "when"
    field = "created_at"
    offered: ClassVar[dict[str, str]] = {
        "1h": "Last hour",
        "24h": "Last 24 hours",
        "7d": "Last 7 days",
        "30d": "Last 30 days",
    }

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        value = str(self.value() or "")
        named = [(value, value.replace("T", ", ") + ":00 UTC" * ("T" in value))] if span_of(value) else []
        return [*super().lookups(request, model_admin), *named]

    def narrowed(self, rows: QuerySet[Any], value: str) -> QuerySet[Any]:
        if value in HOURS:
            return rows.filter(**{f"{self.field}__gte": Now() - timedelta(hours=HOURS[value])})
        start, end = span_of(value) or (None, None)
        return rows.filter(**{f"{self.field}__gte": start, f"{self.field}__lt": end})


def span_of(value: str) -> tuple[datetime, datetime] | None:
    """The start and the end of an hour such as 2026-11-27T14, or of a day such as 2026-11-27."""
    for form, length in SPANS.items():
        try:
            start = datetime.strptime(value, form).replace(tzinfo=UTC)
        except ValueError:
            continue
        if start.strftime(form) == value and start.year < 9999:
            return start, start + length
    return None


class ErrorCode(Filter):
    """Rows that ended with an error: with any, with one of ours, or with the name of an unexpected one."""

    title = "Error"
    parameter_name = "error"
    field = "error_code"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        value = str(self.value() or "")
        codes = dict.fromkeys(sorted(set(_codes(BlogAIError))))
        if CODE.fullmatch(value):
            codes.setdefault(value)
        return [("any", "Any"), *((code, code) for code in codes if code != "any")]

    def narrowed(self, rows: QuerySet[Any], value: str) -> QuerySet[Any]:
        return rows.exclude(**{self.field: ""}) if value == "any" else rows.filter(**{self.field: value})


class Field(Filter):
    """Rows with one value of a field. `field` is its name; the parameter has the same."""

    field: ClassVar[str]

    def narrowed(self, rows: QuerySet[Any], value: str) -> QuerySet[Any]:
        return rows.filter(**{self.field: value})


def by(name: str, offered: Any, title: str = "") -> type[Filter]:
    """A filter by the values of a field."""
    labels = dict(offered) if not isinstance(offered, dict) else offered
    return type(
        f"By{name.title()}",
        (Field,),
        {"field": name, "parameter_name": name, "title": title or name.capitalize(), "offered": labels},
    )


def _codes(error: type[BlogAIError]) -> Iterator[str]:
    yield error.code
    for kind in error.__subclasses__():
        yield from _codes(kind)
