"""Whoever has a post open hears that it was saved."""

from typing import Any

import pytest
from asgiref.sync import async_to_sync

from accounts.models import User
from blogai.core.db import in_database
from generation.editing.services import save_text
from generation.live.tests.pages import Socket
from generation.posts.tests.posts import a_post


@pytest.mark.parametrize("query", ["", "rendered=1"])
def test_a_socket_hears_of_each_version(key_for: Any, alice: User, mallory: User, query: str) -> None:
    post = a_post(alice)
    keys = key_for(alice), key_for(mallory)

    async def hear() -> None:
        async with (
            Socket(post.conversation.name, keys[0], query=query) as socket,
            Socket(post.conversation.name, keys[1]) as stranger,
        ):
            await socket.let_in()
            await stranger.let_in()
            await socket.send({"type": "ping"})
            await socket.receive()
            await in_database(save_text)(alice, post.pk, base=1, text="It ebbs.")
            assert await socket.receive() == {"type": "post.saved", "post_id": str(post.pk), "version": 2}
            assert await stranger.silent()

    async_to_sync(hear)()
