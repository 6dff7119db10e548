"""The system user that Postgres runs as. Postgres refuses to run as root, so root needs another user."""

import os
import pwd
import stat
import subprocess
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from blogai.embedded.errors import CannotStart

NAME = "pgserver"
ADVICE = (
    "Move the project and DATA_DIR elsewhere, run this as an ordinary user, or set "
    "DATABASE_URL to a Postgres that runs elsewhere."
)


@dataclass(frozen=True, slots=True)
class SystemUser:
    """The user to run Postgres as; a uid of None means the current user."""

    uid: int | None = None
    gid: int | None = None

    @property
    def for_subprocess(self) -> dict[str, Any]:
        if self.uid is None:
            return {}
        return {"user": self.uid, "group": self.gid, "extra_groups": []}

    def chown(self, folder: Path) -> None:
        """Make the user the owner of the folder."""
        if self.uid is not None and self.gid is not None:
            os.chown(folder, self.uid, self.gid)


def system_user(folder: Path) -> SystemUser:
    """The user to run the Postgres of `folder`: the current one or, for root, the folder's owner.

    If the folder does not exist yet, root gets a dedicated user. Raises CannotStart if the current user is
    not root and the folder belongs to somebody else.
    """
    owner = folder.stat().st_uid if folder.exists() else None
    if os.geteuid() != 0:
        if owner not in (None, os.geteuid()):
            raise CannotStart(
                f"{folder} belongs to the user {_name(owner)}. Run this as that user (or root), set "
                "DATA_DIR to your own folder, or set DATABASE_URL."
            )
        return SystemUser()
    entry = pwd.getpwuid(owner) if owner else _created_user()
    return SystemUser(entry.pw_uid, entry.pw_gid)


def check_open(paths: Iterable[Path], user: SystemUser) -> None:
    """Raises CannotStart if `user` cannot reach one of `paths`. Permissions are never changed."""
    if user.uid is None or user.gid is None:
        return
    for path in paths:
        if closed := closed_folder(path, user.uid, user.gid):
            raise CannotStart(
                f"Postgres can't run as root, and the user {_name(user.uid)} can't open {closed}. {ADVICE}"
            )


def closed_folder(path: Path, uid: int, gid: int) -> Path | None:
    """The outermost folder of `path`, including itself, that the user may not enter."""
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


def _created_user() -> pwd.struct_passwd:
    """The dedicated user for Postgres, created if it does not exist."""
    try:
        return pwd.getpwnam(NAME)
    except KeyError:
        pass
    command = ["useradd", "--system", "--user-group", "--no-create-home", "--shell", "/bin/false", NAME]
    try:
        subprocess.run(command, check=True, capture_output=True)
    except (OSError, subprocess.CalledProcessError) as error:
        raise CannotStart(
            f"Postgres can't run as root, and useradd couldn't create the user {NAME} for it. Create "
            "that user yourself, run this as an ordinary user, or set DATABASE_URL to a Postgres "
            "that runs elsewhere."
        ) from error
    return pwd.getpwnam(NAME)


def _name(uid: int | None) -> str:
    try:
        return pwd.getpwuid(uid or 0).pw_name
    except KeyError:
        return f"number {uid}"
