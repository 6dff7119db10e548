"""Twenty equal requests at once are one."""

from concurrent.futures import ThreadPoolExecutor

import httpx
import pytest

from blogai.tests.chaos.house import House

pytestmark = [pytest.mark.chaos, pytest.mark.timeout(300)]


def test_twenty_posts_at_once_with_one_key_make_one_run(house: House) -> None:
    house.have_workers(2)

    def post(sections: int = 1) -> httpx.Response:
        headers = {"Prefer": "respond-async", "Idempotency-Key": "once"}
        body = {"topic": "Twenty at once", "sections": sections}
        return house.client.post("/generate-blog", json=body, headers=headers)

    with ThreadPoolExecutor(20) as pool:
        replies = list(pool.map(lambda _: post(), range(20)))
    assert {reply.status_code for reply in replies} == {202}
    assert len({reply.json()["run_id"] for reply in replies}) == 1

    other = post(sections=2)
    assert (other.status_code, other.json()["code"]) == (422, "idempotency_mismatch")
    assert house.sql("SELECT count(*) FROM runs WHERE idempotency_key = 'once'") == [(1,)]
