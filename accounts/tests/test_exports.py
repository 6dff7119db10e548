"""Settings, Your data: an archive is asked for, written by a job, downloaded by its owner, and deleted."""

import asyncio
import hashlib
import io
import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any
from zipfile import ZipFile

import pytest
from asgiref.sync import async_to_sync, sync_to_async
from django.conf import settings as django_settings
from django.core.files.base import ContentFile
from django.db import connection
from django.test import AsyncClient, Client
from django.utils import timezone
from procrastinate.contrib.django.models import ProcrastinateJob

from accounts import api_keys, exports, webhook_secrets
from accounts.archive import CHUNK
from accounts.models import DataExport, User
from accounts.origins import Origin
from accounts.tasks import purge_account_records, sweep_exports, write_export
from accounts.tests.acting import confirmed, kinds_of, link_in, long_ago, mailed, run_jobs, sign_in

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("storage", "one_thread")]

URL = "/settings/export"


@pytest.fixture
def storage(tmp_path: Any) -> Iterator[Any]:
    """Nobody else's archives are there."""
    files = exports.storage()
    before = files._location  # type: ignore[attr-defined]
    files._location = tmp_path / "exports"  # type: ignore[attr-defined]
    vars(files).pop("base_location", None), vars(files).pop("location", None)
    yield files
    files._location = before  # type: ignore[attr-defined]
    vars(files).pop("base_location", None), vars(files).pop("location", None)


@pytest.fixture
def one_thread(monkeypatch: pytest.MonkeyPatch) -> None:
    """The job works where the test's transaction is."""

    async def here(work: Any, *arguments: Any) -> Any:
        return await sync_to_async(work)(*arguments)

    monkeypatch.setattr(asyncio, "to_thread", here)


def ask(user: User) -> DataExport:
    return exports.request(user, Origin())


def written(export: DataExport) -> DataExport:
    for _ in exports.write(export.pk):
        pass
    export.refresh_from_db()
    return export


def content_of(export: DataExport) -> ZipFile:
    with exports.storage().open(export.file) as file:
        return ZipFile(io.BytesIO(file.read()))


def download(user: User | None, path: str) -> tuple[Any, bytes]:
    """The reply and its body, as a server of ours sends it."""

    async def ask_for_it() -> tuple[Any, bytes]:
        client = AsyncClient(headers={"Accept": "text/html"})
        if user:
            await client.aforce_login(user)
        reply: Any = await client.get(path)
        return reply, b"".join([part async for part in reply]) if reply.streaming else reply.content

    return async_to_sync(ask_for_it)()


def test_it_works(alice: User) -> None:
    browser = sign_in(alice)
    assert "Prepare my archive" in browser.get("/settings").text
    reply = confirmed(browser, long_ago(browser).post(URL))
    assert reply.headers["Location"] == "/settings#data"
    assert "preparing your archive" in browser.get("/settings").text
    assert run_jobs("write_export") == 1
    assert "Your archive is ready" in browser.get("/settings").text
    (message,) = mailed()
    assert (message.to, message.subject) == ([alice.email], "Your data is ready to download")
    path = link_in(message, "settings/export")
    reply, body = download(alice, path)
    assert (reply.status_code, reply.headers["Content-Type"]) == (200, "application/zip")
    assert reply.headers["Content-Length"] == str(len(body))
    assert "attachment" in reply.headers["Content-Disposition"]
    assert reply.headers["Cache-Control"] == "no-store"
    assert ZipFile(io.BytesIO(body)).testzip() is None
    assert {"export_requested", "export_downloaded"} <= set(kinds_of(alice))


def test_the_manifest_names_every_file_with_its_checksum(alice: User) -> None:
    archive = content_of(written(ask(alice)))
    manifest = json.loads(archive.read("manifest.json"))
    assert manifest["account"] == str(alice.pk)
    assert {each["name"] for each in manifest["files"]} | {"manifest.json"} == set(archive.namelist())
    for each in manifest["files"]:
        data = archive.read(each["name"])
        assert each["bytes"] == len(data)
        assert each["sha256"] == hashlib.sha256(data).hexdigest()
    counts = {each["name"]: each["records"] for each in manifest["files"]}
    assert (counts["account.json"], counts["security_events.json"]) == (1, 1)
    assert manifest["records"] == sum(counts.values())
    account = json.loads(archive.read("account.json"))
    assert account[0]["email"] == alice.email


def test_no_secret_is_in_it(alice: User) -> None:
    _, raw = api_keys.issue(alice, "CI", ["read"])
    browser = sign_in(alice)
    archive = content_of(written(ask(alice)))
    everything = b" ".join(archive.read(name) for name in archive.namelist()).decode()
    alice.refresh_from_db()
    secrets = {
        **{"key": raw, "digest": api_keys.current(alice).get().digest, "password": alice.password},
        **{"webhooks": webhook_secrets.current(alice), "session": browser.cookies["sessionid"].value},
        **{"pepper": django_settings.API_KEY_PEPPER, "secret": django_settings.SECRET_KEY},
    }
    assert [name for name, secret in secrets.items() if secret in everything] == []
    assert str(api_keys.current(alice).get()).split("…")[0] in everything, "the key itself is listed"


def test_a_stranger_and_nobody_get_none_of_it(alice: User, mallory: User) -> None:
    path = f"{URL}/{written(ask(alice)).pk}"
    assert download(mallory, path)[0].status_code == 404
    nobody, _ = download(None, path)
    assert nobody.headers["Location"] == f"/sign-in?next={path}"


def test_it_expires_after_a_week(alice: User, storage: Any) -> None:
    export = written(ask(alice))
    assert export.expires_at and timedelta(days=6) < export.expires_at - timezone.now() < timedelta(days=7)
    DataExport.objects.update(expires_at=timezone.now())
    assert download(alice, f"{URL}/{export.pk}")[0].status_code == 404
    browser = sign_in(alice)
    assert "has expired" in browser.get("/settings").text
    assert "Your data is ready" not in str([message.subject for message in mailed()]), "it comes too late"


def test_what_has_expired_is_deleted_and_so_is_what_nobody_knows(
    alice: User, mallory: User, storage: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    old, young = written(ask(alice)), written(ask(mallory))
    DataExport.objects.filter(pk=old.pk).update(expires_at=timezone.now())
    stray = storage.save("left-by-a-killed-job.zip", ContentFile(b"zip"))
    async_to_sync(purge_account_records.func)(timestamp=0)
    assert sorted(storage.listdir("")[1]) == sorted([old.file, young.file, stray]), "a job may just begin"
    monkeypatch.setattr(exports, "STRAY_AFTER", timedelta(seconds=-1))
    async_to_sync(purge_account_records.func)(timestamp=0)
    assert storage.listdir("")[1] == [young.file]
    old.refresh_from_db()
    assert old.state == "expired"


def test_a_new_one_takes_the_place_of_the_last(alice: User) -> None:
    first, second = written(ask(alice)), written(ask(alice))
    first.refresh_from_db()
    assert (first.state, second.state) == ("expired", "ready")
    assert download(alice, f"{URL}/{first.pk}")[0].status_code == 404


def test_asking_again_meanwhile_changes_nothing(alice: User) -> None:
    assert ask(alice) == ask(alice)
    assert kinds_of(alice) == ["export_requested"]
    assert ProcrastinateJob.objects.filter(task_name="write_export").count() == 1


@pytest.mark.django_db(transaction=True)
def test_asking_at_the_same_moment_makes_one(alice: User) -> None:
    def request(_: int) -> Any:
        try:
            return ask(alice).pk
        finally:
            connection.close()

    with ThreadPoolExecutor(3) as pool:
        assert len(set(pool.map(request, range(3)))) == 1
    assert DataExport.objects.count() == 1
    assert ProcrastinateJob.objects.filter(task_name="write_export").count() == 1


def test_a_killed_job_is_taken_up_and_comes_to_nothing(alice: User, storage: Any) -> None:
    export = ask(alice)
    first = exports.write(export.pk)
    for number in range(CHUNK + 1):
        api_keys.issue(alice, f"key {number}", ["read"])[0].owner.api_keys.update(revoked_at=timezone.now())
    next(first)  # and then it is killed, or hangs
    ProcrastinateJob.objects.all()._raw_delete("default")
    assert list(exports.write(export.pk)) == [], "the first one has it"
    assert exports.sweep() == 0
    DataExport.objects.update(lease_until=timezone.now(), created_at=timezone.now() - timedelta(minutes=2))
    async_to_sync(sweep_exports.func)(timestamp=0)
    assert run_jobs("write_export") == 1
    export.refresh_from_db()
    assert (export.state, export.token) == ("ready", 2)
    with pytest.raises(exports.LeaseLost):
        list(first)
    assert storage.listdir("")[1] == [export.file]
    assert len(mailed()) == 1


def test_one_that_loses_its_lease_while_it_is_stored_leaves_no_file(
    alice: User, storage: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    export = ask(alice)
    save = storage.save

    def slow(name: str, content: Any) -> str:
        DataExport.objects.update(token=9)
        return str(save(name, content))

    monkeypatch.setattr(storage, "save", slow)
    written(export)
    assert export.state == "writing"
    assert storage.listdir("")[1] == []


def test_a_job_that_is_overtaken_ends_quietly(alice: User, caplog: pytest.LogCaptureFixture) -> None:
    export = ask(alice)
    DataExport.objects.filter(pk=export.pk).update(state=DataExport.State.EXPIRED)
    async_to_sync(write_export.func)(export_id=str(export.pk))
    export.refresh_from_db()
    assert (export.state, export.token) == ("expired", 0)


def test_one_that_fails_time_and_again_is_given_up(alice: User) -> None:
    export = ask(alice)
    ProcrastinateJob.objects.all()._raw_delete("default")
    DataExport.objects.update(
        token=exports.MAX_ATTEMPTS, state="writing", created_at=timezone.now() - timedelta(hours=1)
    )
    assert exports.sweep() == 0
    export.refresh_from_db()
    assert export.state == "failed"
    browser = sign_in(alice)
    assert "couldn’t make your archive" in browser.get("/settings").text
    browser.post(URL)
    assert run_jobs("write_export") == 1


def test_the_page_says_how_far_it_is_and_then_stops_asking(alice: User) -> None:
    browser = sign_in(alice)
    export = ask(alice)
    DataExport.objects.update(records=1200, state="writing")
    part = browser.get(f"{URL}/progress").text
    assert "1,200 records so far" in part
    assert 'hx-trigger="every 3s"' in part and f'href="{URL}"' in part
    DataExport.objects.update(state="queued")
    written(export)
    part = browser.get(f"{URL}/progress").text
    assert "hx-trigger" not in part
    assert 'hx-swap-oob="beforeend:#toasts"' in part


def test_without_the_password_nothing_is_begun(alice: User) -> None:
    browser = sign_in(alice)
    refused = confirmed(browser, long_ago(browser).post(URL), "a guess")
    assert refused.status_code == 200
    assert not DataExport.objects.exists()


def test_another_site_begins_nothing(alice: User) -> None:
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(alice)
    assert browser.post(URL).status_code == 403
    assert not DataExport.objects.exists()
