"""`GET /api/v1/runs` and `/api/v1/runs/{id}`: what a poll sees, and what it costs the database."""

from typing import Any

import pytest

from accounts.models import User
from billing.tiers import set_tier
from generation.llm.simulated import Server
from generation.models import Run
from generation.pipeline.types import Brief
from generation.runs.start import RunOptions, start_run

pytestmark = pytest.mark.usefixtures("no_lazy_fetches")

URL = "/api/v1/runs"


@pytest.fixture
def runs(alice: User, provider: Server) -> list[Run]:
    set_tier(user=alice, tier="business")
    return [start_run(alice, RunOptions(brief=Brief(topic=f"Topic {number}"))) for number in range(3)]


def test_it_works(client_for: Any, runs: list[Run]) -> None:
    body = client_for("alice").get(f"{URL}/{runs[1].pk}").json()
    assert (body["id"], body["topic"], body["status"], body["ahead"]) == (
        str(runs[1].pk),
        "Topic 1",
        "queued",
        1,
    )
    assert [step["name"] for step in body["steps"]][:2] == ["outline", "introduction"]
    assert (body["calls"], body["cost_usd"], body["callback"], body["error"]) == (0, "0.000000", None, None)
    assert body["created_at"] == runs[1].created_at.isoformat().replace("+00:00", "Z")


def test_the_list_says_of_each_what_its_poll_says(client_for: Any, runs: list[Run]) -> None:
    client = client_for("alice")
    listed = client.get(URL).json()["results"]
    assert listed == [client.get(f"{URL}/{run.pk}").json() for run in reversed(runs)]
    assert client_for("mallory").get(URL).json()["results"] == []


def test_pages_follow_each_other(client_for: Any, runs: list[Run]) -> None:
    client = client_for("alice")
    first = client.get(URL, {"page_size": 2}).json()
    second = client.get(first["next"]).json()
    topics = [run["topic"] for page in (first, second) for run in page["results"]]
    assert topics == ["Topic 2", "Topic 1", "Topic 0"]
    assert (first["previous"], second["next"]) == (None, None)
    assert client.get(second["previous"]).json()["results"] == first["results"]
    assert client.get(URL, {"cursor": "cD1ubw=="}).status_code == 404


def test_a_status_keeps_those_in_it(client_for: Any, runs: list[Run]) -> None:
    client = client_for("alice")
    assert len(client.get(URL, {"status": "queued"}).json()["results"]) == 3
    assert client.get(URL, {"status": "failed"}).json()["results"] == []
    assert client.get(URL, {"status": "over"}).status_code == 422


def test_those_named_come_in_one_reply(client_for: Any, runs: list[Run], mallory: User) -> None:
    hers = start_run(mallory, RunOptions(brief=Brief(topic="Hers")))
    named = [runs[0].pk, hers.pk, runs[2].pk, runs[0].pk, "0192d3b4-7e5f-7c5a-9d6e-2f1a3b4c5d6e"]
    reply = client_for("alice").get(URL, {"ids": ",".join(map(str, named))}).json()
    assert [run["topic"] for run in reply["results"]] == ["Topic 2", "Topic 0"]
    assert (reply["next"], reply["previous"]) == (None, None)


def test_a_hundred_may_be_named(client_for: Any, runs: list[Run]) -> None:
    client, one = client_for("alice"), str(runs[0].pk)
    assert len(client.get(URL, {"ids": ",".join([one] * 100)}).json()["results"]) == 1
    for ids in (
        "",
        ",",
        f"{one},",
        "x",
        one.replace("-", ""),
        f"{{{one}}}",
        ",".join([one] * 101),
        "," * 9_000,
    ):
        reply = client.get(URL, {"ids": ids})
        assert (reply.status_code, list(reply.json()["errors"])) == (422, ["ids"])
    for other in ("status", "cursor", "page_size"):
        reply = client.get(URL, {"ids": one, other: "x"})
        assert (reply.status_code, list(reply.json()["errors"])) == (422, [other])


@pytest.mark.parametrize(("address", "queries"), [("", 1 + 2), ("?ids={run}", 1 + 1), ("/{run}", 1 + 1)])
def test_it_takes_few_queries(
    client_for: Any, runs: list[Run], django_assert_num_queries: Any, address: str, queries: int
) -> None:
    client, url = client_for("alice"), URL + address.format(run=runs[0].pk)
    client.get(url)  # the key's last use is noted once a minute
    with django_assert_num_queries(queries):  # the key; the ids of a list; the runs
        assert client.get(url).status_code == 200


@pytest.mark.parametrize("address", ["", "/{run}"])
def test_both_are_only_read(client_for: Any, browser_for: Any, runs: list[Run], address: str) -> None:
    url = URL + address.format(run=runs[0].pk)
    for client in (client_for("alice"), browser_for("alice")):
        assert client.head(url).status_code == 200
        for method in (client.post, client.put, client.delete):
            reply = method(url)
            assert (reply.status_code, reply.json()["code"]) == (405, "method_not_allowed")
