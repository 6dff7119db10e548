"""Which user of this machine Postgres runs as. It refuses root, so root needs another one."""

import os
import pwd
import stat
import subprocess
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from blogai.embedded.refusal import CannotStart

NAME = "pgserver"
WAYS_OUT = (
    "Move the project and DATA_DIR outside of it, run this as an ordinary user, or set DATABASE_URL to a "
    "Postgres that runs elsewhere."
)


@dataclass(frozen=True, slots=True)
class SystemUser:
    """The user to run Postgres as; `None` as uid: the one we are."""

    uid: int | None = None
    gid: int | None = None

    @property
    def for_subprocess(self) -> dict[str, Any]:
        if self.uid is None:
            return {}
        return {"user": self.uid, "group": self.gid, "extra_groups": []}

    def give(self, folder: Path) -> None:
        """Make the user the owner of a folder of its own."""
        if self.uid is not None and self.gid is not None:
            os.chown(folder, self.uid, self.gid)


def system_user(folder: Path) -> SystemUser:
    """Who may run the Postgres of `folder`: we, or for root its owner (a user of our own when it is new).

    Raises CannotStart when an ordinary user meets someone else's folder.
    """
    owner = folder.stat().st_uid if folder.exists() else None
    if os.geteuid() != 0:
        if owner not in (None, os.geteuid()):
            raise CannotStart(
                f"{folder} belongs to the user {_name(owner)}: run this as that user (or root), set DATA_DIR "
                "to a folder of your own, or set DATABASE_URL."
            )
        return SystemUser()
    entry = pwd.getpwuid(owner) if owner else _made()
    return SystemUser(entry.pw_uid, entry.pw_gid)


def check_open(paths: Iterable[Path], user: SystemUser) -> None:
    """CannotStart when `user` could not reach one of `paths`. Nothing is ever opened up for it."""
    if user.uid is None or user.gid is None:
        return
    for path in paths:
        if closed := closed_folder(path, user.uid, user.gid):
            raise CannotStart(
                f"Postgres does not run as root, and the user {_name(user.uid)} may not enter {closed}. "
                f"{WAYS_OUT}"
            )


def closed_folder(path: Path, uid: int, gid: int) -> Path | None:
    """The outermost folder on the way to `path`, itself included, that the user may not enter."""
    path = path.resolve()
    for folder in (*reversed(path.parents), path):
        status = folder.stat()
        bit = stat.S_IXOTH
        if status.st_uid == uid:
            bit = stat.S_IXUSR
        elif status.st_gid == gid:
            bit = stat.S_IXGRP
        if not status.st_mode & bit:
            return folder
    return None


def _made() -> pwd.struct_passwd:
    """The user that root runs Postgres as, made when this machine has none."""
    try:
        return pwd.getpwnam(NAME)
    except KeyError:
        pass
    command = ["useradd", "--system", "--user-group", "--no-create-home", "--shell", "/bin/false", NAME]
    try:
        subprocess.run(command, check=True, capture_output=True)
    except (OSError, subprocess.CalledProcessError) as error:
        raise CannotStart(
            f"Postgres does not run as root, and useradd could not make the user {NAME} for it. Make it "
            "yourself, run this as an ordinary user, or set DATABASE_URL to a Postgres that runs elsewhere."
        ) from error
    return pwd.getpwnam(NAME)


def _name(uid: int | None) -> str:
    try:
        return pwd.getpwuid(uid or 0).pw_name
    except KeyError:
        return f"number {uid}"
