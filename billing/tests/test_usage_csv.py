"""/usage.csv: the whole ledger as a file, in pieces, and safe to open in a spreadsheet."""

import csv
from collections.abc import AsyncIterator
from io import StringIO
from typing import Any, cast

import pytest
from asgiref.sync import async_to_sync
from django.db import connection
from django.http import StreamingHttpResponse
from django.test import AsyncClient
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from billing import quotas
from billing.tests.histories import used
from billing.web import usage_csv

pytestmark = pytest.mark.django_db

URL = "/usage.csv"


def download(who: User) -> tuple[Any, list[str]]:
    """The reply, and its pieces as they came."""

    async def ask() -> tuple[Any, list[str]]:
        client = AsyncClient()
        await client.aforce_login(who)
        reply = cast(StreamingHttpResponse, await client.get(URL))
        pieces = [piece.decode() async for piece in cast(AsyncIterator[bytes], reply.streaming_content)]
        return reply, pieces

    return async_to_sync(ask)()


def rows(pieces: list[str]) -> list[dict[str, str]]:
    return list(csv.DictReader(StringIO("".join(pieces))))


def test_it_works(alice: User, mallory: User) -> None:
    run = used(alice)
    used(mallory)
    reply, pieces = download(alice)
    assert reply.headers["Content-Type"] == "text/csv; charset=utf-8"
    assert reply.headers["Content-Disposition"] == 'attachment; filename="blog-ai-usage.csv"'
    assert reply.headers["Cache-Control"] == "no-store"
    lines = rows(pieces)
    assert [(line["kind"], line["meter"], line["units"], line["run_id"]) for line in lines] == [
        (kind, "posts", "1", str(run)) for kind in ("settle", "reserve")
    ]
    assert (lines[0]["input_tokens"], lines[0]["output_tokens"], lines[0]["cost_usd"]) == (
        *("4000", "7500"),
        "0.023100",
    )


def test_an_empty_ledger_has_its_heading(alice: User) -> None:
    assert "".join((download(alice))[1]) == ",".join(usage_csv.COLUMNS) + "\r\n"


def test_a_long_one_comes_in_pieces(alice: User, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(usage_csv, "CHUNK", 7)
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO usage_records (user_id, run_id, for_run, kind, meter, units, period_start, day)"
            " SELECT %s, gen_random_uuid(), gen_random_uuid(), 'settle', 'posts', 1, now(), now()::date"
            " FROM generate_series(1, 20)",
            [alice.pk],
        )
    with CaptureQueriesContext(connection) as queries:
        _, pieces = download(alice)
    assert [piece.count("\r\n") for piece in pieces] == [1, 7, 7, 6]
    assert len({line["run_id"] for line in rows(pieces)}) == len(rows(pieces)) == 20
    asked = [query["sql"] for query in queries if "usage_records" in query["sql"]]
    assert len(asked) == 4, "three pieces and the end"
    assert all("LIMIT 7" in sql for sql in asked)


@pytest.mark.parametrize(
    "reason",
    ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "  =1", '=HYPERLINK("https://evil.example","x")', "＝1"],
)
def test_no_reason_is_a_formula(alice: User, mallory: User, reason: str) -> None:
    quotas.grant(alice, 1, reason=reason, actor=mallory)
    (line,) = rows((download(alice))[1])
    assert line["reason"] == f"'{reason}"


def test_a_plain_reason_is_as_it_was(alice: User, mallory: User) -> None:
    reason = 'Sorry, "twice" – 1+1, 2026-11-27\nbest'
    quotas.grant(alice, 1, reason=reason, actor=mallory)
    (line,) = rows((download(alice))[1])
    assert line["reason"] == reason


def test_nobody_signs_in_first() -> None:
    reply = async_to_sync(AsyncClient().get)(URL)
    assert (reply.status_code, reply.headers["Location"]) == (302, "/sign-in?next=/usage.csv")
