"""The shutdown of a running `serve`, as clients see it."""

import json
import signal
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import connect

from blogai.tests.folders import open_folder
from blogai.tests.processes import manage, serving

pytestmark = pytest.mark.worker


@pytest.fixture
def data_dir() -> Iterator[Path]:
    with open_folder() as folder:
        yield folder


def test_it_leaves_the_balancer_first_and_sends_its_sockets_elsewhere(data_dir: Path) -> None:
    with serving(data_dir, DRAIN_SECONDS="1.5") as serve:
        url = serve.url()
        options = ("--email", "a@example.org", "--create-user")
        key = manage("create_api_key", *options, data_dir=data_dir).stdout.strip()
        address = url.replace("http", "ws") + "/ws/conversation/tides"
        with connect(address, additional_headers={"X-API-Key": key}) as socket:
            assert httpx.get(f"{url}/health/ready").status_code == 200
            serve.process.send_signal(signal.SIGTERM)
            while (reply := httpx.get(f"{url}/health/ready")).status_code == 200:
                time.sleep(0.05)
            assert (reply.status_code, reply.json()["reason"]) == (503, "draining")
            assert httpx.get(f"{url}/health/live").status_code == 200

            frames = []
            with pytest.raises(ConnectionClosed) as closed:
                while True:
                    frames.append(json.loads(socket.recv(timeout=10)))
        assert frames[-1]["type"] == "reconnect"
        assert frames[-1]["after_ms"] > 0
        assert closed.value.rcvd is not None
        assert closed.value.rcvd.code == 1012
        assert serve.process.wait(10) == 0
