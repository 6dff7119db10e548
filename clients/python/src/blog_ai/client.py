"""The client, for programs that wait."""

from __future__ import annotations

import time
import uuid
from collections.abc import Callable, Iterator
from types import TracebackType
from typing import Any
from uuid import UUID

from . import connection
from .briefs import request_for, with_fields_of
from .connection import Connection
from .errors import Conflict, ReviewNeeded
from .generated.api.posts import posts_list, posts_read
from .generated.api.runs import runs_list, runs_read
from .generated.client import AuthenticatedClient
from .generated.models import Accepted, GenerateBlogBody, PostReply, PostSummary, RunReply, WrittenReply
from .polling import is_settled, pauses, run_in_flight
from .replies import Item, Page, cursor_of, described
from .retry import Retry
from .stream import Stream


class BlogAI:
    """A client of one server, with one API key. Close it, or use it as a context manager.

    `api` is for the functions in `blog_ai.generated.api`, which are all calls of the API. They too are
    repeated when that is safe, and raise our errors.
    """

    def __init__(self, *, api_key: str, base_url: str, retry: Retry | None = None, **options: Any) -> None:
        """`options` are those of httpx.Client, such as `verify` or `proxy`."""
        self._retry = retry or Retry()
        self._key: str | None = None
        self._connection = Connection(self._retry, **connection.options(api_key, base_url, **options))
        self.api = AuthenticatedClient(base_url=base_url, token=api_key)
        self.api.set_httpx_client(self._connection)

    def close(self) -> None:
        self._connection.close()

    def __enter__(self) -> BlogAI:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def with_idempotency_key(self, key: str) -> BlogAI:
        """This client, for one post: however often the same brief is sent with the key, it is the same run.

        Without it each call has a key of its own, which makes its retries safe.
        """
        same = object.__new__(BlogAI)
        same.__dict__.update(self.__dict__, _key=key)
        return same

    @with_fields_of(GenerateBlogBody)
    def generate(self, brief: GenerateBlogBody) -> WrittenReply:
        """The finished post.

        Raises the error that its run ended with, and ReviewNeeded if the brief asked for a review.
        """
        key = self._new_key()
        while True:
            try:
                response = self._connection.send(request_for(self._connection, brief, key))
            except Conflict as conflict:
                run_id = run_in_flight(conflict)
            else:
                if response.status_code == 201:
                    return WrittenReply.from_dict(response.json())
                run_id = Accepted.from_dict(response.json()).run_id
            run = self.wait(run_id)
            if run.status == "waiting":
                raise ReviewNeeded(run)

    @with_fields_of(GenerateBlogBody)
    def start(self, brief: GenerateBlogBody) -> Accepted:
        """Starts a post and returns at once; `wait(accepted.run_id)`, then `post(accepted.id)`."""
        request = request_for(self._connection, brief, self._new_key(), Prefer="respond-async")
        return Accepted.from_dict(self._connection.send(request).json())

    @with_fields_of(GenerateBlogBody)
    def stream(self, brief: GenerateBlogBody) -> Stream:
        """The post while it is written."""
        request = request_for(self._connection, brief, self._new_key(), Accept="text/event-stream")
        return Stream(self._connection, request, self._retry)

    def watch(self, run_id: UUID | str, *, after: int = 0) -> Stream:
        """The events of a run from the milestone behind number `after`."""
        headers = {"Accept": "text/event-stream", "Last-Event-ID": str(after)}
        request = self._connection.build_request("GET", f"/api/v1/runs/{run_id}/events", headers=headers)
        return Stream(self._connection, request, self._retry)

    def wait(self, run_id: UUID | str, *, timeout: float | None = None) -> RunReply:
        """The run once it has ended or waits for a review. Raises TimeoutError after `timeout` seconds."""
        for pause in pauses(timeout):
            run = self.run(run_id)
            if is_settled(run):
                return run
            time.sleep(pause)
        raise TimeoutError(f"The run {run_id} has not ended after {timeout} seconds.")

    def run(self, run_id: UUID | str) -> RunReply:
        return described(runs_read.sync(UUID(str(run_id)), client=self.api))

    def runs(self, **filters: Any) -> Iterator[RunReply]:
        """Newest first; `status="failed"` keeps those."""
        return self.each(runs_list.sync, **filters)

    def post(self, post_id: UUID | str) -> PostReply:
        return described(posts_read.sync(UUID(str(post_id)), client=self.api))

    def posts(self, **filters: Any) -> Iterator[PostSummary]:
        """Newest first."""
        return self.each(posts_list.sync, **filters)

    def each(self, operation: Callable[..., Page[Item] | None], **filters: Any) -> Iterator[Item]:
        """Everything in a list of the API, whose pages are fetched when they are needed."""
        cursor: str | None = ""
        while cursor is not None:
            page = described(operation(client=self.api, **filters, **({"cursor": cursor} if cursor else {})))
            yield from page.results
            cursor = cursor_of(page)

    def _new_key(self) -> str:
        return self._key or str(uuid.uuid4())
