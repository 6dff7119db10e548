"""A Redis for a single test, which may kill it."""

import shutil
import signal
import subprocess

from redis import Redis as Client

from blogai.tests.ports import free_port, wait_for_port


class Redis:
    """Is started immediately. After a `kill`, `start` runs an empty one on the same port."""

    def __init__(self) -> None:
        program = shutil.which("redis-server")
        assert program, "redis-server is needed (Debian: redis-server)"
        self._program = program
        self._port = free_port()
        self.start()

    @property
    def url(self) -> str:
        return f"redis://127.0.0.1:{self._port}/0"

    @property
    def pid(self) -> int:
        return self._process.pid

    @property
    def runs(self) -> bool:
        return self._process.poll() is None

    def start(self) -> None:
        options = ["--port", str(self._port), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no"]
        self._process = subprocess.Popen(
            [self._program, *options], stdout=subprocess.DEVNULL, start_new_session=True
        )
        wait_for_port(self._port)

    def kill(self) -> None:
        self._process.kill()
        self._process.wait(10)

    def hang(self) -> None:
        """Accept connections but answer nothing, until `wake`."""
        self._process.send_signal(signal.SIGSTOP)

    def wake(self) -> None:
        self._process.send_signal(signal.SIGCONT)

    def flush(self) -> None:
        with Client.from_url(self.url) as client:
            client.flushall()
