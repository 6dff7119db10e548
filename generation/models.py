"""Every model of the app, for Django to find; each lives in the room of its noun."""

from generation.conversations.models import Conversation
from generation.llm.models import LlmTurns
from generation.notices.models import Notice
from generation.posts.models import Post
from generation.runs.models import LlmCall, Run, RunEvent, RunStep

__all__ = ["Conversation", "LlmCall", "LlmTurns", "Notice", "Post", "Run", "RunEvent", "RunStep"]
