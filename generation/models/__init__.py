"""The models of the app, one module for each noun."""

from generation.models.brand import BrandProfile, VoiceFingerprint, VoiceSample, VoiceScore
from generation.models.conversation import Conversation
from generation.models.llm_call import LlmCall
from generation.models.notification import Notification
from generation.models.post import Post
from generation.models.rate_limit import RateLimitWindow
from generation.models.run import Run, RunEvent, RunStep
from generation.models.saved_filter import SavedFilter
from generation.models.share import Share
from generation.models.template import Template
from generation.models.tool_usage import ToolUsage
from generation.models.version import ContentVersion, Proposal

__all__ = [
    "BrandProfile",
    "ContentVersion",
    "Conversation",
    "LlmCall",
    "Notification",
    "Post",
    "Proposal",
    "RateLimitWindow",
    "Run",
    "RunEvent",
    "RunStep",
    "SavedFilter",
    "Share",
    "Template",
    "ToolUsage",
    "VoiceFingerprint",
    "VoiceSample",
    "VoiceScore",
]
