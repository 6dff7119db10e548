"""The socket: early and late readers, a layer that loses frames, strangers, invalid frames."""

import asyncio
import random
from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from asgiref.sync import async_to_sync
from channels.layers import InMemoryChannelLayer, get_channel_layer
from django.conf import settings
from django.db import connection
from django.db.models.functions import Now
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts import api_keys
from accounts.authentication import revoked_callers
from accounts.callers import session_caller
from accounts.models import Session, User
from blogai.core.db import in_database
from generation.live import connections, consumer, subscription
from generation.live.tests.pages import Page, Socket, frames_of, stream_to_end
from generation.llm.simulated import Server
from generation.models import Post, Run
from generation.pipeline.types import Brief
from generation.runs.channel_layer import publish
from generation.runs.start import RunOptions, start_run
from generation.worker.execute import execute

NAME = "test-123"


@pytest.fixture
def key(key_for: Any, alice: User) -> str:
    return str(key_for(alice))


@pytest.fixture
def run(alice: User, slow_provider: Server) -> Run:
    brief = Brief(topic="How tides work", sections=3)
    return start_run(alice, RunOptions(brief=brief, conversation=NAME))


def watch(key: str, run: Run, *, join_late_after: float = 0.5) -> tuple[Page, Page, Page]:
    """What readers have when the run has ended: an early one, a late one, and one of the event stream."""

    async def read() -> tuple[Page, Page, Page]:
        async with Socket(NAME, key) as early, Socket(NAME, key) as late:
            first = asyncio.create_task(early.read_to_end())
            streamed = asyncio.create_task(stream_to_end(run.pk, key))
            writing = asyncio.create_task(execute(run.pk))
            await asyncio.sleep(join_late_after)
            second = asyncio.create_task(late.read_to_end())
            await writing
            return await first, await second, await streamed

    return async_to_sync(read)()


@pytest.fixture(params=[0.0, 0.3, 1.0], ids=["whole", "loses-a-third", "loses-all"])
def lossy_layer(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """The channel layer, losing this share of its messages."""
    send: Callable[..., Awaitable[None]] = InMemoryChannelLayer.group_send
    rng = random.Random(7)

    async def lose_some(layer: InMemoryChannelLayer, group: str, message: dict[str, Any]) -> None:
        if rng.random() >= request.param:
            await send(layer, group, message)

    monkeypatch.setattr(InMemoryChannelLayer, "group_send", lose_some)


def test_every_reader_holds_the_posts_text(lossy_layer: None, key: str, run: Run) -> None:
    pages = watch(key, run)
    post = Post.objects.get(pk=run.post_id)
    assert [page.markdown for page in pages] == [post.content_markdown] * 3
    run.refresh_from_db()
    assert [page.seqs for page in pages] == [list(range(1, run.last_seq + 1))] * 3


def test_a_reader_after_the_end_gets_all_at_once(key: str, run: Run) -> None:
    async def read() -> Page:
        await execute(run.pk)
        async with Socket(NAME, key) as socket:
            return await socket.read_to_end()

    page = async_to_sync(read)()
    assert page.markdown == Post.objects.get().content_markdown


def test_a_sync_is_answered_with_what_was_missed_and_a_snapshot(key: str, run: Run) -> None:
    async def read() -> list[dict[str, Any]]:
        await execute(run.pk)
        async with Socket(NAME, key) as socket:
            assert (await socket.receive())["type"] == "run.snapshot"
            await socket.send({"type": "sync", "run": str(run.pk), "after": 2})
            frames = [await socket.receive()]
            while frames[-1]["type"] != "run.snapshot":
                frames.append(await socket.receive())
            return frames

    *missed, snapshot = async_to_sync(read)()
    assert [frame["seq"] for frame in missed] == list(range(3, snapshot["seq"] + 1))


def test_a_strangers_conversation_of_the_same_name_stays_silent(
    key_for: Any, mallory: User, run: Run
) -> None:
    key = key_for(mallory)

    async def read() -> None:
        async with Socket(NAME, key) as socket:
            await execute(run.pk)
            await socket.send({"type": "sync", "run": str(run.pk), "after": 0})
            assert (await socket.receive())["code"] == "not_found"
            assert await socket.silent()

    async_to_sync(read)()


def test_a_key_in_the_first_frame(key: str, run: Run) -> None:
    async def read() -> None:
        async with Socket(NAME) as socket:
            assert (await socket.receive()) == {"type": "auth.required"}
            await socket.send({"type": "auth", "api_key": key})
            assert (await socket.receive())["type"] == "run.snapshot"

    async_to_sync(read)()


@pytest.mark.parametrize("in_the_handshake", [True, False])
def test_whoever_has_signed_in_is_told_so_before_anything_else(
    key: str, run: Run, in_the_handshake: bool
) -> None:
    async def read() -> None:
        async with Socket(NAME, key if in_the_handshake else "") as socket:
            if not in_the_handshake:
                assert (await socket.receive()) == {"type": "auth.required"}
                await socket.send({"type": "auth", "api_key": key})
            assert socket.ready is None
            assert (await socket.receive())["type"] == "run.snapshot"
            assert socket.ready == {"type": "ready", "conversation_id": NAME}

    async_to_sync(read)()


def test_who_has_signed_in_stays_who_they_are(key: str, key_for: Any, mallory: User, run: Run) -> None:
    another = key_for(mallory)

    async def read() -> None:
        async with Socket(NAME) as socket:
            assert (await socket.receive()) == {"type": "auth.required"}
            await socket.send({"type": "auth", "api_key": another})
            await socket.send({"type": "auth", "api_key": key})
            assert (await socket.receive())["code"] == "validation_error"
            await socket.send({"type": "sync", "run": str(run.pk), "after": 0})
            assert (await socket.receive())["code"] == "not_found"

    async_to_sync(read)()


@pytest.mark.parametrize(
    "frame",
    [
        {"type": "auth", "api_key": "bai_live_nonsense"},
        {"type": "auth", "api_key": ["bai_live_nonsense"]},
        {"type": "sync"},
    ],
)
def test_whoever_does_not_say_who_they_are_is_hung_up_on(db: None, frame: dict[str, Any]) -> None:
    async def read() -> None:
        async with Socket(NAME) as socket:
            assert (await socket.receive())["type"] == "auth.required"
            await socket.send(frame)
            assert (await socket.receive())["code"] == "not_authenticated"
            assert (await socket.receive())["code"] == 4401

    async_to_sync(read)()


def test_silence_is_hung_up_on(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(consumer, "AUTH_TIMEOUT", 0.05)

    async def read() -> None:
        async with Socket(NAME) as socket:
            assert (await socket.receive())["type"] == "auth.required"
            assert (await socket.receive())["code"] == "not_authenticated"
            assert (await socket.receive())["code"] == 4401

    async_to_sync(read)()


BAD_FRAMES = [
    ("{", "malformed"),
    ("[]", "malformed"),
    ({"type": "dance"}, "validation_error"),
    ({"type": "sync", "run": "no id", "after": 0}, "validation_error"),
    ({"type": "sync", "run": "0197a000-0000-7000-8000-000000000000", "after": -1}, "validation_error"),
    ({"type": "sync", "run": "0197a000-0000-7000-8000-000000000000", "after": "2"}, "validation_error"),
    ({"type": "sync", "run": "0197a000-0000-7000-8000-000000000000", "after": True}, "validation_error"),
    ({"type": "sync", "run": "0197a000-0000-7000-8000-000000000000", "after": 9}, "not_found"),
    ({"type": "sync", "run": "0197a000-0000-7000-8000-000000000000", "after": 10**4000}, "not_found"),
    ({"type": "cancel", "run": "0197a000-0000-7000-8000-000000000000"}, "not_found"),
    ({"type": "auth", "api_key": "another"}, "validation_error"),
    ({"type": ["ping"]}, "validation_error"),
    ({"type": "\ud800"}, "malformed"),
    ({"type": "x" * 60_000}, "validation_error"),
    ("[" * 60_000, "malformed"),
    ('{"type":' * 8_000, "malformed"),
    ('{"type": ' + "9" * 5_000 + "}", "malformed"),
    ('{"type": NaN}', "malformed"),
    ("", "malformed"),
]


@pytest.mark.parametrize(("frame", "code"), BAD_FRAMES)
def test_a_bad_frame_is_answered_and_the_socket_stays(key: str, frame: object, code: str) -> None:
    async def read() -> None:
        async with Socket(NAME, key) as socket:
            await socket.send(frame)
            error = await socket.receive()
            assert error["code"] == code
            assert len(error["detail"]) < 200
            await socket.send({"type": "ping"})
            assert await socket.receive() == {"type": "pong"}

    async_to_sync(read)()


def test_a_cancel_frame_ends_the_run_for_everybody(key: str, run: Run) -> None:
    async def read() -> list[str]:
        async with Socket(NAME, key) as socket, Socket(NAME, key) as other:
            assert (await socket.receive())["type"] == (await other.receive())["type"] == "run.snapshot"
            await socket.send({"type": "cancel", "run": str(run.pk)})
            endings = [(await each.receive())["type"] for each in (socket, other)]
            await socket.send({"type": "cancel", "run": str(run.pk)})
            assert (await socket.receive())["code"] == "conflict"
            return endings

    assert async_to_sync(read)() == ["run.cancelled"] * 2


def test_a_key_that_may_only_read_cancels_nothing(key_for: Any, alice: User, run: Run) -> None:
    key = key_for(alice, "read")

    async def read() -> None:
        async with Socket(NAME, key) as socket:
            assert (await socket.receive())["type"] == "run.snapshot"
            await socket.send({"type": "cancel", "run": str(run.pk)})
            assert (await socket.receive())["code"] == "permission_denied"

    async_to_sync(read)()


@pytest.mark.parametrize("frame", ["x" * 64_001, "ü" * 32_001], ids=["characters", "bytes"])
def test_a_frame_that_is_too_big_ends_the_socket(key: str, frame: str) -> None:
    async def read() -> None:
        async with Socket(NAME, key) as socket:
            await socket.send(frame)
            assert await socket.receive() == {"type": "closed", "code": 1009}

    async_to_sync(read)()


def test_a_user_has_so_many_sockets_and_no_more(
    key: str, key_for: Any, mallory: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(connections, "MAX_SOCKETS", 2)
    strangers = key_for(mallory)

    async def read() -> None:
        async with Socket(NAME, key), Socket("another", strangers):
            async with Socket("another", key), Socket(NAME, key) as third:
                refusal = await third.receive()
                assert (refusal["code"], refusal["retry_after"]) == ("rate_limited", 5)
                assert await third.receive() == {"type": "closed", "code": 4429}
            async with Socket(NAME, key) as again:
                await again.send({"type": "ping"})
                assert await again.receive() == {"type": "pong"}
        assert connections.counts() == {"socket": 0, "stream": 0}

    async_to_sync(read)()


def revoke_keys(user: User) -> None:
    for api_key in user.api_keys.all():
        api_keys.revoke(api_key)


def expire_keys(user: User) -> None:
    user.api_keys.update(expires_at=Now())


def deactivate(user: User) -> None:
    User.objects.filter(pk=user.pk).update(is_active=False)


@pytest.mark.parametrize("turn_away", [revoke_keys, expire_keys, deactivate])
def test_who_may_not_look_any_more_is_shown_out(
    key: str,
    key_for: Any,
    alice: User,
    mallory: User,
    run: Run,
    monkeypatch: pytest.MonkeyPatch,
    turn_away: Callable[[User], None],
) -> None:
    monkeypatch.setattr(connections, "CHECK_INTERVAL", 0.1)
    strangers = key_for(mallory)

    async def read() -> None:
        async with Socket(NAME, key) as socket, Socket(NAME, strangers) as other:
            await other.let_in()
            assert (await socket.receive())["type"] == "run.snapshot"
            assert await socket.silent(0.3)
            await in_database(turn_away)(alice)
            assert (await socket.receive())["code"] == "not_authenticated"
            assert await socket.receive() == {"type": "closed", "code": 4401}
            assert await other.silent(0.3)

    async_to_sync(read)()


def test_so_is_the_reader_of_an_event_stream(
    key: str, alice: User, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(connections, "CHECK_INTERVAL", 0.1)

    async def read() -> list[str]:
        stream = frames_of(run.pk, key)
        first = await anext(stream)
        assert connections.counts() == {"socket": 0, "stream": 1}
        await in_database(revoke_keys)(alice)
        rest = [frame.get("code", "") async for frame in stream]
        assert connections.counts() == {"socket": 0, "stream": 0}
        return [first["type"], *rest]

    assert async_to_sync(read)() == ["run.snapshot", "not_authenticated"]


def sign_out(user: User, session: str) -> None:
    Session.objects.filter(pk=session).delete()


def expire_session(user: User, session: str) -> None:
    Session.objects.filter(pk=session).update(expire_date=Now())


def change_password(user: User, session: str) -> None:
    user.set_password("correct horse battery")
    user.save()


@pytest.fixture
def signed_in(alice: User) -> Callable[[], str]:
    """Another session of alice's."""

    def sign_in() -> str:
        client = Client()
        client.force_login(alice)
        return client.cookies[settings.SESSION_COOKIE_NAME].value

    return sign_in


@pytest.mark.parametrize(
    ("end", "others_stay"), [(sign_out, True), (expire_session, True), (change_password, False)]
)
def test_a_page_stops_once_its_session_has_ended(
    alice: User,
    key: str,
    run: Run,
    signed_in: Callable[[], str],
    monkeypatch: pytest.MonkeyPatch,
    end: Callable[[User, str], None],
    others_stay: bool,
) -> None:
    monkeypatch.setattr(connections, "CHECK_INTERVAL", 0.1)
    session, another = signed_in(), signed_in()

    async def read() -> None:
        async with (
            Socket(NAME, session=session) as socket,
            Socket(NAME, session=another) as elsewhere,
            Socket(NAME, key) as program,
        ):
            stream = frames_of(run.pk, session=session)
            assert (await anext(stream))["type"] == "run.snapshot"
            for each in (socket, elsewhere, program):
                assert (await each.receive())["type"] == "run.snapshot"
            assert await socket.silent(0.2), "it stays while the session lasts"
            await in_database(end)(alice, session)
            assert (await socket.receive())["code"] == "not_authenticated"
            assert await socket.receive() == {"type": "closed", "code": 4401}
            assert [frame["code"] async for frame in stream] == ["not_authenticated"]
            assert await elsewhere.silent(0.2) == others_stay
            assert await program.silent(0.2), "a key is no session"

    async_to_sync(read)()


def test_the_check_of_all_connections_is_three_queries(
    alice: User, mallory: User, key_for: Any, signed_in: Any, django_assert_num_queries: Any
) -> None:
    callers = {api_keys.caller_for(key_for(user)) for user in (alice, mallory, alice)}
    callers |= {session_caller(alice, signed_in()) for _ in range(3)}
    with django_assert_num_queries(3):
        assert revoked_callers(callers) == set()
    Session.objects.all().delete()
    assert len(revoked_callers(callers)) == 3
    with django_assert_num_queries(2):
        revoked_callers({caller for caller in callers if caller.key_id})


def test_opening_a_socket_is_two_queries(alice: User, key: str, run: Run, signed_in: Any) -> None:
    api_keys.caller_for(key)  # its use has been noted
    for opened in (Socket("unheard", key), Socket("unheard", session=signed_in())):
        with CaptureQueriesContext(connection) as queries:

            async def read(socket: Socket = opened) -> None:
                async with socket:
                    await socket.send({"type": "ping"})
                    assert await socket.receive() == {"type": "pong"}

            async_to_sync(read)()
        of_the_caller = [each["sql"] for each in queries if '"runs"' not in each["sql"]]
        assert len(of_the_caller) <= 2, of_the_caller


@pytest.mark.parametrize("after", [99, 2**70])
def test_a_sync_from_beyond_the_end_is_a_snapshot(key: str, run: Run, after: int) -> None:
    async def read() -> list[str]:
        async with Socket(NAME, key) as socket:
            first = await socket.receive()
            await socket.send({"type": "sync", "run": str(run.pk), "after": after})
            return [first["type"], (await socket.receive())["type"]]

    assert async_to_sync(read)() == ["run.snapshot"] * 2


def test_a_reader_who_does_not_keep_up_is_closed_and_resumes(
    key: str, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(consumer, "SEND_TIMEOUT", 0.2)

    async def read() -> Page:
        page = Page()
        async with Socket(NAME, key) as socket:
            page.take(await socket.receive())
            writing = asyncio.create_task(execute(run.pk))
            page.take(await socket.receive())
            socket.stall()
            await asyncio.sleep(1)
            assert get_channel_layer().groups == {}, "somebody still listens for it"
            socket.read_on()
            while (frame := await socket.receive())["type"] != "closed":
                page.take(frame)
            assert frame["code"] == 1013
        assert not page.ending
        async with Socket(NAME, key) as socket:
            await socket.read_to_end(page)
        await writing
        return page

    assert async_to_sync(read)().markdown == Post.objects.get(pk=run.post_id).content_markdown


def test_what_comes_while_a_reader_is_busy_is_held_up_to_a_bound(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(subscription, "MAX_BUFFERED", 3)

    async def read() -> list[Any]:
        async with subscription.subscription("conversation.busy") as hints:
            for number in range(10):
                await publish("conversation.busy", [{"number": number}])
                await asyncio.sleep(0)
            await asyncio.sleep(0.05)
            return await hints.next(1)

    assert async_to_sync(read)() == [{"number": 7}, {"number": 8}, {"number": 9}]


def test_a_name_that_cannot_be(key: str) -> None:
    async def read() -> None:
        async with Socket("no spaces", key) as socket:
            assert (await socket.receive())["code"] == "validation_error"
            assert (await socket.receive())["code"] == 4404

    async_to_sync(read)()


def test_readers_of_a_conversation_share_a_channel_and_one_who_leaves_takes_nobody_along() -> None:
    async def read() -> tuple[int, list[Any]]:
        async with subscription.subscription("conversation.shared") as stays:
            async with subscription.subscription("conversation.shared"):
                channels = len(get_channel_layer().groups["conversation.shared"])
            await publish("conversation.shared", [{"type": "run.queued", "run": "1"}])
            heard = await stays.next(5)
        async with subscription.subscription("conversation.shared") as later:
            await publish("conversation.shared", [{"type": "run.queued", "run": "2"}])
            return channels, [heard, await later.next(5)]

    channels, heard = async_to_sync(read)()
    assert channels == 1
    assert [[frame["run"] for frame in frames] for frames in heard] == [["1"], ["2"]]
