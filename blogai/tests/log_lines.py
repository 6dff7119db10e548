"""What the product's handler writes, read again as the JSON that a log collector gets."""

import io
import json
import logging
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.conf import settings
from django.utils.module_loading import import_string

from blogai.logs import Formatter, NotTwice

type Line = dict[str, Any]


class Lines:
    def __init__(self, written: io.StringIO) -> None:
        self._written = written

    @property
    def text(self) -> str:
        return self._written.getvalue()

    def all(self) -> list[Line]:
        return [json.loads(line) for line in self.text.splitlines()]

    def about(self, *events: str) -> list[Line]:
        return [line for line in self.all() if line["event"] in events]


@contextmanager
def json_lines() -> Iterator[Lines]:
    """The lines that are written inside the block, as they are in production."""
    import_string(settings.ASGI_APPLICATION)  # the first time, it sets logging up anew
    written = io.StringIO()
    handler = logging.StreamHandler(written)
    handler.setFormatter(Formatter("json"))
    handler.addFilter(NotTwice())
    logging.root.addHandler(handler)
    try:
        yield Lines(written)
    finally:
        logging.root.removeHandler(handler)
