"""Runs an image built by buildah as a container would run: its user, its environment, a read-only root.

There is no Docker where this is for. `unshare` gives it process ids and mounts of its own; the network is the
machine's, so that it reaches a Postgres and a Redis on loopback.
"""

import json
import os
import signal
import subprocess
import threading
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from blogai.tests.processes import until

MOUNTS = """
set -eu
mount --make-rprivate /
mount --bind "$ROOT" "$ROOT"
mount -t proc proc "$ROOT/proc"
mount --rbind /dev "$ROOT/dev"
[ -z "$TMP" ] || mount -t tmpfs -o mode=1777 tmpfs "$ROOT/tmp"
[ -z "$DATA" ] || mount -t tmpfs -o "uid=$ID,gid=$ID,mode=700" tmpfs "$ROOT/data"
mount -o remount,bind,ro "$ROOT"
exec setpriv --no-new-privs chroot --userspec="$ID:$ID" --groups= "$ROOT" \\
    /usr/bin/env -i --chdir=/app $(cat "$ENVIRONMENT_FILE") "$@"
"""
"""The last line splits at white space: no value of ours has any."""


class Image:
    """An image, and its files, which are there until `remove`."""

    def __init__(self, name: str) -> None:
        self.name = name
        [described] = json.loads(_buildah("images", "--json", "--filter", f"reference={name}"))
        self.size = described["size"]
        self.config: dict[str, Any] = json.loads(_buildah("inspect", "--type", "image", name))["Docker"][
            "config"
        ]
        self._container = _buildah("from", "--pull-never", name)
        self.root = Path(_buildah("mount", self._container))

    def remove(self) -> None:
        _buildah("rm", self._container)


class Container:
    """`docker run --read-only --tmpfs /tmp` of an image, with what it prints."""

    def __init__(
        self,
        image: Image,
        folder: Path,
        environment: dict[str, str],
        *command: str,
        tmp: bool = True,
        data: bool = True,
    ) -> None:
        (user, _) = image.config["User"].split(":")
        variables = dict(word.split("=", 1) for word in image.config["Env"]) | environment
        file = folder / f"environment-{id(self)}"
        file.write_text("\n".join(f"{name}={value}" for name, value in variables.items()))
        self.process = subprocess.Popen(
            [
                *("unshare", "--mount", "--pid", "--fork", "--kill-child=SIGKILL", "sh", "-c", MOUNTS, "sh"),
                *image.config["Entrypoint"],
                *(command or image.config["Cmd"]),
            ],
            env={
                "PATH": "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
                "ROOT": str(image.root),
                "ID": user,
                "TMP": "yes" if tmp else "",
                "DATA": "yes" if data else "",
                "ENVIRONMENT_FILE": str(file),
            },
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        self.started = time.monotonic()
        self.printed: list[str] = []
        self._reader = threading.Thread(target=self._read)
        self._reader.start()

    def _read(self) -> None:
        assert self.process.stdout
        with self.process.stdout as lines:
            self.printed.extend(line.rstrip() for line in lines)

    @property
    def output(self) -> str:
        return "\n".join(self.printed)

    @property
    def first(self) -> int:
        """The process that is number 1 inside, by its number outside."""
        return until(lambda: next(iter(children(self.process.pid)), None), "no process inside")

    def processes(self, words: str) -> list[int]:
        """Processes inside whose command line has these words."""
        return [pid for pid in descendants(self.first) if words in command_line(pid)]

    @contextmanager
    def full_disk(self) -> Iterator[None]:
        """Nothing more fits into /tmp inside, which is made small first."""
        inside = ["nsenter", "-t", str(self.first), "--mount", "--root"]
        folder = Path(f"/proc/{self.first}/root/tmp")
        subprocess.run([*inside, "mount", "-o", "remount,size=8m", "/tmp"], check=True)  # noqa: S108
        filler = folder / "filler"
        with filler.open("wb", buffering=0) as file, suppress(OSError):
            while file.write(b"0" * 4096):
                pass
        yield
        filler.unlink()

    def wait(self, seconds: float = 60) -> int:
        """The exit code, once everything inside has ended."""
        code = self.process.wait(seconds)
        self._reader.join()
        return code


@contextmanager
def running(*arguments: Any, **options: Any) -> Iterator[Container]:
    container = Container(*arguments, **options)
    try:
        yield container
    finally:
        if container.process.poll() is None:
            os.kill(container.first, signal.SIGKILL)
        container.wait()


def children(pid: int) -> list[int]:
    return [int(word) for word in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def descendants(pid: int) -> list[int]:
    return [pid, *(below for child in children(pid) for below in descendants(child))]


def command_line(pid: int) -> str:
    return Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode()


def memory(pids: Iterable[int]) -> float:
    """MiB of those of these processes that still run; what several share is divided among them (Pss)."""
    rollups = []
    for pid in pids:
        with suppress(FileNotFoundError, ProcessLookupError):
            rollups.append(Path(f"/proc/{pid}/smaps_rollup").read_text())
    found = [line.split()[1] for rollup in rollups for line in rollup.splitlines() if line.startswith("Pss:")]
    return sum(map(int, found)) / 1024


def processor_seconds(pid: int) -> float:
    """Of a process, all those below it, and all that they have reaped."""
    total = 0
    for one in descendants(pid):
        fields = Path(f"/proc/{one}/stat").read_text().rpartition(")")[2].split()
        total += sum(map(int, fields[11:15]))  # user and system, its own and its children's
    return total / os.sysconf("SC_CLK_TCK")


def _buildah(*arguments: str) -> str:
    return subprocess.run(
        ["buildah", *arguments], check=True, stdout=subprocess.PIPE, text=True
    ).stdout.strip()
