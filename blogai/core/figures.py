"""A query for /metrics: short, whatever the state of the database, and its connection is given back."""

from typing import Any

from django.db import connection, transaction

RECENT = "now() - interval '15 minutes'"
"""What has ended is counted since then, so that queries stay fast however large the tables grow."""
STATEMENT_TIMEOUT = "700ms"
"""Shorter than health/runner.py waits for the figures."""


def rows(query: str, parameters: list[Any] | None = None) -> list[tuple[Any, ...]]:
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(f"SET LOCAL statement_timeout = '{STATEMENT_TIMEOUT}'")
            cursor.execute(query, parameters)
            found: list[tuple[Any, ...]] = cursor.fetchall()
            return found
    finally:
        connection.close()
