"""A long text is worked on outside the event loop."""

import threading

from generation.pipeline.threads import MAX_IN_LOOP, outside_loop


async def test_only_what_is_long_leaves_the_event_loop() -> None:
    here = threading.get_ident()
    assert await outside_loop(MAX_IN_LOOP, threading.get_ident) == here
    assert await outside_loop(MAX_IN_LOOP + 1, threading.get_ident) != here
