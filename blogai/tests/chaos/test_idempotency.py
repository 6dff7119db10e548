"""Twenty identical concurrent requests start one run."""

import time
from concurrent.futures import ThreadPoolExecutor

import httpx
import pytest

from blogai.tests.chaos.deployment import Deployment

pytestmark = [pytest.mark.chaos, pytest.mark.timeout(300)]


def test_twenty_posts_at_once_with_one_key_make_one_run(deployment: Deployment) -> None:
    deployment.set_worker_count(2)

    def post(sections: int = 1) -> httpx.Response:
        headers = {"Prefer": "respond-async", "Idempotency-Key": "once"}
        body = {"topic": "Twenty at once", "sections": sections}
        return deployment.client.post("/generate-blog", json=body, headers=headers)

    def post_until_accepted(_: int) -> httpx.Response:
        """Twenty requests are more than the pool has connections, so some are asked to retry."""
        reply = post()
        while reply.status_code == 503:
            time.sleep(int(reply.headers["Retry-After"]))
            reply = post()
        return reply

    with ThreadPoolExecutor(20) as pool:
        replies = list(pool.map(post_until_accepted, range(20)))
    assert {reply.status_code for reply in replies} == {202}
    assert len({reply.json()["run_id"] for reply in replies}) == 1

    other = post(sections=2)
    assert (other.status_code, other.json()["code"]) == (422, "idempotency_mismatch")
    assert deployment.sql("SELECT count(*) FROM runs WHERE idempotency_key = 'once'") == [(1,)]
