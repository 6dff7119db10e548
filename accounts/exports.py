"""An archive of everything that an account has: requested, written by a job, kept for a week.

The row decides. An index allows one open export for each account. A job writes it under a lease, with a
number that rises with each job: if a worker is killed, the next job starts over, and whatever the first one
still does has no effect.
"""

from collections.abc import Iterator
from contextlib import closing
from datetime import timedelta
from tempfile import TemporaryFile
from typing import Any
from uuid import UUID

from django.core.files import File
from django.core.files.storage import Storage, storages
from django.db import transaction
from django.db.models import CharField, Exists, F, OuterRef, Q, QuerySet, Value
from django.db.models.functions import Cast, Concat, Now
from django.utils import timezone
from procrastinate.contrib.django import app
from procrastinate.contrib.django.models import ProcrastinateJob

from accounts import security_events
from accounts.archive import Archive
from accounts.models import DataExport, User
from accounts.origins import Origin
from accounts.security_events import Kind
from accounts.signals import export_data
from blogai.core.db import release_connections
from blogai.core.errors import NotFound

LIFETIME = timedelta(days=7)
LEASE, SAVING = timedelta(minutes=1), timedelta(minutes=15)
"""Renewed with each chunk, which takes less than a second. Storing a large archive takes longer."""
MAX_ATTEMPTS = 5
KEPT_FOR = timedelta(days=90)
"""How long we remember that there was an export."""
STRAY_AFTER = timedelta(hours=1)
"""A file that no row knows after this time was left behind by a killed job."""
LOCK_PREFIX = "export-"


class LeaseLost(Exception):
    """Another job writes the export, or it was cancelled."""


def storage() -> Storage:
    return storages["exports"]


@transaction.atomic
def request(user: User, origin: Origin) -> DataExport:
    """The account's open export, begun if there is none."""
    export, new = DataExport.objects.get_or_create(user=user, state__in=DataExport.OPEN)
    if new:
        _defer(export.pk)
        security_events.record(user, Kind.EXPORT_REQUESTED, origin)
    return export


def newest(user: User) -> DataExport | None:
    return DataExport.objects.filter(user=user).order_by("-pk").first()


def export_for(user: User, export_id: UUID) -> DataExport:
    """The user's export, if it can be downloaded. Raises NotFound."""
    ready = DataExport.objects.filter(user=user, state=DataExport.State.READY, expires_at__gt=Now())
    export = ready.filter(pk=export_id).first()
    if export is None or not storage().exists(export.file):
        raise NotFound("This archive has expired. Prepare a new one under Settings, Your data.")
    return export


def write(export_id: UUID) -> Iterator[None]:
    """Write the archive, step by step. Ends if another job writes it, or if there is nothing to do."""
    lease = _acquire(export_id)
    if lease is None:
        return
    export = lease.select_related("user").get()
    with TemporaryFile() as file, Archive(file) as archive:
        parts: list[tuple[Any, Any]] = export_data.send(User, user=export.user, archive=archive)
        for _, steps in parts:
            with closing(steps):
                for _ in steps:
                    _renew(lease, archive.records)
                    release_connections()
                    yield
        archive.finish({"account": export.user_id, "made_at": timezone.now()})
        _renew(lease, archive.records, SAVING)
        release_connections()
        size = file.tell()
        file.seek(0)
        name = storage().save(f"{export.pk}-{export.token}.zip", File(file))
    if not _finish(lease, name, size, archive.records):
        storage().delete(name)
    release_connections()


def cancel_open(user: User) -> None:
    DataExport.objects.filter(user=user, state__in=DataExport.OPEN).update(state=DataExport.State.EXPIRED)


@transaction.atomic
def sweep() -> int:
    """Queue exports whose job was killed; returns how many. One that has been begun too often has failed."""
    lock = Concat(Value(LOCK_PREFIX), Cast(OuterRef("pk"), CharField()))
    jobs = ProcrastinateJob.objects.filter(queueing_lock=lock, status="todo")
    lost = _unleased().filter(created_at__lt=Now() - LEASE).exclude(Exists(jobs))
    lost.filter(token__gte=MAX_ATTEMPTS).update(state=DataExport.State.FAILED, finished_at=Now())
    ids = list(lost.select_for_update(skip_locked=True).values_list("pk", flat=True))
    for export_id in ids:
        _defer(export_id)
    return len(ids)


def purge() -> None:
    """Delete expired archives, and files without a row."""
    exports = DataExport.objects.all()
    exports.filter(state=DataExport.State.READY, expires_at__lte=Now()).update(state=DataExport.State.EXPIRED)
    kept = set(exports.filter(state=DataExport.State.READY).values_list("file", flat=True))
    files = storage().listdir("")[1] if storage().exists("") else []
    for name in files:
        if name not in kept and storage().get_modified_time(name) < timezone.now() - STRAY_AFTER:
            storage().delete(name)
    exports.exclude(state__in=(*DataExport.OPEN, DataExport.State.READY)).filter(
        created_at__lt=Now() - KEPT_FOR
    ).delete()


def _unleased() -> QuerySet[DataExport]:
    free = Q(lease_until=None) | Q(lease_until__lt=Now())
    return DataExport.objects.filter(free, state__in=DataExport.OPEN, user__is_active=True)


@transaction.atomic
def _acquire(export_id: UUID) -> QuerySet[DataExport] | None:
    """The export, as long as no other job has taken it over."""
    taken = (
        _unleased()
        .filter(pk=export_id)
        .update(token=F("token") + 1, state=DataExport.State.WRITING, lease_until=Now() + LEASE, records=0)
    )
    if not taken:
        return None
    token = DataExport.objects.values_list("token", flat=True).get(pk=export_id)
    return DataExport.objects.filter(pk=export_id, token=token, state=DataExport.State.WRITING)


def _renew(lease: QuerySet[DataExport], records: int, time: timedelta = LEASE) -> None:
    if not lease.update(lease_until=Now() + time, records=records):
        raise LeaseLost


@transaction.atomic
def _finish(lease: QuerySet[DataExport], name: str, size: int, records: int) -> bool:
    """Whether it counts. It then replaces the account's earlier archive."""
    export = lease.select_for_update().first()
    if export is None:
        return False
    earlier = DataExport.objects.filter(user=export.user_id, state=DataExport.State.READY)
    earlier.update(state=DataExport.State.EXPIRED)
    changes: dict[str, Any] = {"file": name, "size": size, "records": records}
    lease.update(state=DataExport.State.READY, finished_at=Now(), expires_at=Now() + LIFETIME, **changes)
    app.configure_task("mail_export", priority=-1).defer(export_id=str(export.pk))
    return True


def _defer(export_id: UUID) -> None:
    lock = f"{LOCK_PREFIX}{export_id}"
    app.configure_task("write_export", queueing_lock=lock, priority=-1).defer(export_id=str(export_id))
