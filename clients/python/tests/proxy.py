"""A TCP proxy that cuts connections off in the middle of a reply."""

from __future__ import annotations

import re
import socket
import struct
import threading
from collections import deque
from urllib.parse import urlsplit

RESET = struct.pack("ii", 1, 0)
"""SO_LINGER: closing a socket is a reset, as when a machine or a network goes away."""


class Proxy:
    """Each connection is cut off after as many bytes of its replies as the next of `cuts` says.

    0 is as soon as the request has been passed on. Once there are no more cuts, connections pass unharmed.
    """

    def __init__(self, url: str, cuts: list[int]) -> None:
        self._target = (urlsplit(url).hostname or "", urlsplit(url).port or 80)
        self._cuts = deque(cuts)
        self._listening = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self._listening.getsockname()[1]}"
        self.requests: list[str] = []
        """The first line of each."""
        threading.Thread(target=self._accept, daemon=True).start()

    @property
    def has_cut_all(self) -> bool:
        return not self._cuts

    def close(self) -> None:
        self._listening.close()

    def _accept(self) -> None:
        while True:
            try:
                client, _ = self._listening.accept()
            except OSError:  # closed
                return
            server = socket.create_connection(self._target)
            cut = self._cuts.popleft() if self._cuts else None
            threading.Thread(target=self._pass_requests, args=(client, server, cut), daemon=True).start()
            threading.Thread(target=self._pass_replies, args=(client, server, cut), daemon=True).start()

    def _pass_requests(self, client: socket.socket, server: socket.socket, cut: int | None) -> None:
        sent = b""
        try:
            while piece := client.recv(65536):
                server.sendall(piece)
                sent += piece
                if is_whole(sent):
                    self.requests.append(sent.partition(b"\r\n")[0].decode())
                    sent = b""
                    if cut != 0:
                        continue
                    reset(client)
                    return
            server.shutdown(socket.SHUT_WR)
        except OSError:
            pass  # the other direction has closed it

    def _pass_replies(self, client: socket.socket, server: socket.socket, cut: int | None) -> None:
        left = cut
        try:
            while piece := server.recv(4096):
                client.sendall(piece[:left])
                if left is not None:
                    left = max(0, left - len(piece))
                    if left == 0:
                        reset(client)
                        break
        except OSError:
            pass  # the client has gone
        finally:
            client.close()
            server.close()


def is_whole(request: bytes) -> bool:
    head, end, body = request.partition(b"\r\n\r\n")
    length = re.search(rb"(?i)^content-length: (\d+)", head, re.M)
    return bool(end) and len(body) >= (int(length[1]) if length else 0)


def reset(connection: socket.socket) -> None:
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET)
    connection.shutdown(socket.SHUT_RD)
    connection.close()
