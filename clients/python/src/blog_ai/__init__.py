"""A client of Blog AI. See README.md."""

from . import errors
from .async_client import AsyncBlogAI
from .client import BlogAI
from .draft import Draft
from .errors import APIError, BlogAIError
from .events import Event
from .generated.version import VERSION as __version__
from .retry import Retry
from .stream import AsyncStream, Stream

__all__ = [
    "APIError",
    "AsyncBlogAI",
    "AsyncStream",
    "BlogAI",
    "BlogAIError",
    "Draft",
    "Event",
    "Retry",
    "Stream",
    "__version__",
    "errors",
]
