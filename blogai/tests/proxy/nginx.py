"""nginx with our configuration, in front of whatever listens under the name `blog-ai`."""

import os
import shutil
import ssl
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import pytest
import trustme
from dnslib import QTYPE, RR, A
from dnslib.server import BaseResolver, DNSLogger, DNSServer

from blogai.tests.ports import free_port, wait_for_port
from blogai.tests.processes import PROJECT, SECONDS

BLOG, API = "blog.example.org", "api.example.org"
NONE = "127.0.0.1"
"""A resolver that nobody asks, where the server behind nginx has an address instead of a name."""
RENDER = PROJECT / "docker" / "nginx" / "render"


def needs_nginx() -> None:
    """Skip the test on a laptop without nginx. With CI set, it fails there."""
    if not os.environ.get("CI") and not shutil.which("nginx"):
        pytest.skip("nginx is needed (Debian: nginx, libnginx-mod-http-brotli-filter)")


class Names(BaseResolver):  # type: ignore[misc]
    """A DNS server that knows one name, `blog-ai`, as Docker's does: an address for each container."""

    def __init__(self, *addresses: str) -> None:
        self.addresses = addresses
        self._server = DNSServer(self, address="127.0.0.1", port=free_port(), logger=DNSLogger("error"))
        self.at = f"127.0.0.1:{self._server.server.server_address[1]}"

    def resolve(self, request: object, handler: object) -> object:
        reply = request.reply()  # type: ignore[attr-defined]
        if str(request.q.qname) == "blog-ai.":  # type: ignore[attr-defined]
            for address in self.addresses:
                reply.add_answer(RR("blog-ai", QTYPE.A, rdata=A(address), ttl=600))
        return reply

    def __enter__(self) -> "Names":
        self._server.start_thread()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.stop()
        self._server.server.server_close()


class Nginx:
    """Is configured by `docker/nginx/render`; `start` runs it."""

    def __init__(self, folder: Path, upstream: str, resolver: str = NONE, *, expired: bool = False) -> None:
        self.folder = folder
        self.http, self.https = free_port(), free_port()
        self.url, self.plain_url = f"https://127.0.0.1:{self.https}", f"http://127.0.0.1:{self.http}"
        authority = trustme.CA()
        until = datetime.now(UTC) + timedelta(days=-1 if expired else 1)
        certificate = authority.issue_cert(BLOG, API, not_after=until)
        self.authority = folder / "authority.pem"
        authority.cert_pem.write_to_path(str(self.authority))
        certificate.private_key_pem.write_to_path(str(folder / "key.pem"))
        chain = b"".join(blob.bytes() for blob in certificate.cert_chain_pems)
        (folder / "certificate.pem").write_bytes(chain)
        self.tls = ssl.create_default_context(cafile=str(self.authority))
        self.config = folder / "conf" / "nginx.conf"
        self.log = folder / "access.log"
        self._environment = {
            **os.environ,
            "BLOG_HOST": BLOG,
            "API_HOST": API,
            "NGINX_UPSTREAM": upstream,
            "NGINX_RESOLVER": resolver,
            "NGINX_CERTIFICATE": str(folder / "certificate.pem"),
            "NGINX_CERTIFICATE_KEY": str(folder / "key.pem"),
            "NGINX_HTTP_PORT": str(self.http),
            "NGINX_HTTPS_PORT": str(self.https),
            "NGINX_STATE": str(folder / "state"),
            "NGINX_PID": str(folder / "nginx.pid"),
            "NGINX_LOG": str(self.log),
        }
        self.render()

    def render(self, **environment: str) -> None:
        subprocess.run([RENDER, self.config.parent], env={**self._environment, **environment}, check=True)

    def start(self) -> None:
        command = ["nginx", "-c", str(self.config), "-g", "daemon off;"]
        self._process = subprocess.Popen(command, start_new_session=True)
        wait_for_port(self.https)

    @property
    def pid(self) -> int:
        return self._process.pid

    def stop(self) -> None:
        self._process.terminate()
        self._process.wait(SECONDS)

    def effective(self) -> str:
        """The whole configuration, as nginx reads it."""
        command = ["nginx", "-T", "-c", str(self.config)]
        return subprocess.run(command, capture_output=True, text=True, check=True).stdout

    def logged(self, text: str) -> str:
        """The line of the access log with this text, which nginx writes after its reply."""
        end = time.monotonic() + SECONDS
        while True:
            for line in self.log.read_text().splitlines():
                if text in line:
                    return line
            assert time.monotonic() < end, f"{text!r} is not in the log"
            time.sleep(0.02)

    def client(
        self, host: str = BLOG, headers: dict[str, str] | None = None, *, plain: bool = False
    ) -> httpx.Client:
        """A client that asks for a host's pages, at the port where nginx listens."""
        client = httpx.Client(
            base_url=self.plain_url if plain else self.url,
            headers={"Host": host, **(headers or {})},
            verify=self.tls,
            timeout=SECONDS,
            trust_env=False,
        )
        client.event_hooks["request"].append(lambda request: request.extensions.update(sni_hostname=host))
        return client

    def curl(self, path: str, *options: str, host: str = BLOG) -> subprocess.CompletedProcess[str]:
        names = ["--connect-to", f"{host}:443:127.0.0.1:{self.https}", "--cacert", str(self.authority)]
        command = ["curl", "-sS", *names, *options, f"https://{host}{path}"]
        return subprocess.run(command, capture_output=True, text=True, timeout=SECONDS)

    def strip_upgrades(self) -> None:
        """Become a proxy that lets no WebSocket through, at the next start."""
        passed_on = "proxy_set_header Upgrade $socket_upgrade;"
        text = self.config.read_text()
        assert passed_on in text
        self.config.write_text(text.replace(passed_on, ""))


@contextmanager
def fronting(folder: Path, upstream: str, resolver: str = NONE, *, expired: bool = False) -> Iterator[Nginx]:
    nginx = Nginx(folder, upstream, resolver, expired=expired)
    nginx.start()
    try:
        yield nginx
    finally:
        nginx.stop()
