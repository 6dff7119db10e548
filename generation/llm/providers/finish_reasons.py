"""Why a reply ended, in the words of every provider.

Sources: the API references of OpenAI, Azure, Anthropic, Gemini, Mistral, Cohere, DeepSeek, OpenRouter,
Ollama, vLLM, llama.cpp, Text Generation Inference and Together. Words are compared without case, and
without what Gemini appends ("content_filter: PROHIBITED_CONTENT").
"""

import re
import unicodedata
from typing import Literal

from generation.llm.base import FinishReason

type Reason = FinishReason | Literal["failure"]

STOP = """
    stop stopped stop_sequence stop_token stop_word end_turn eos eos_token eos_found end end_of_text complete
    completed finished finish done normal success stop_limit
"""
LENGTH = """
    length max_tokens max_token max_length max_output_tokens max_new_tokens max_completion_tokens model_length
    length_limit token_limit limit context_length context_length_exceeded model_context_window_exceeded
    pause_turn incomplete truncated
"""
REFUSAL = """
    content_filter content_filtered contentfilter refusal refused safety recitation prohibited_content
    blocklist spii image_safety language moderation moderated blocked guardrail_intervened
    guardrail_intervention error_toxic sensitive flagged policy_violation
"""
FAILURE = """
    error error_limit abort aborted cancel cancelled canceled failed failure internal_error server_error
    timeout network_error insufficient_system_resource overloaded preempted other unexpected_tool_call
    malformed_function_call malformed_response model_error user_cancel load interrupted
"""
NO_REASON = {"", "null", "none", "not_finished", "in_progress", "finish_reason_unspecified", "unspecified"}

REASONS: dict[str, Reason] = {
    **dict.fromkeys(STOP.split(), "stop"),
    **dict.fromkeys(LENGTH.split(), "length"),
    **dict.fromkeys(REFUSAL.split(), "refusal"),
    **dict.fromkeys(FAILURE.split(), "failure"),
}

_CLOSERS = "\"'*_`~)]}>»”’›」』】）〉》〕］｝"
_ENDINGS = ".!?…。！？．｡؟۔।॥။។៕՝։።"
_WITHOUT_FULL_STOPS = re.compile(r"[\u0e00-\u0eff]")  # Thai and Lao end a sentence with a blank


def said(reason: object) -> str:
    """The provider's word in its plain form; empty where it gives none."""
    if isinstance(reason, dict):
        reason = reason.get("type") or reason.get("reason")
    word = str(reason or "").partition(":")[0].strip().lower().replace("-", "_").replace(" ", "_")
    word = word.removeprefix("finish_reason_").removeprefix("finishreason.")
    return "" if word in NO_REASON else word


def reason_of(word: str, text: str) -> Reason:
    """What `word`, as `said` gives it, means at the end of `text`.

    A word that no table has is "stop" behind a text that ends like one, and otherwise a failure.
    """
    return REASONS.get(word) or ("stop" if ends_like_a_text(text) else "failure")


def ends_like_a_text(text: str) -> bool:
    """Whether `text` ends with a whole sentence, a block of its own (code, a table) or whole JSON."""
    text = text.rstrip()
    if text.endswith(("}", "]", "|", "```")):
        return True
    last = text.rstrip(_CLOSERS).rstrip()[-1:]
    return bool(last) and (
        last in _ENDINGS or unicodedata.category(last) == "So" or bool(_WITHOUT_FULL_STOPS.match(last))
    )


def only_thoughts(text: str) -> bool:
    """Whether nothing of `text` is for the reader: it is blank, or thoughts that did not end."""
    text = text.strip().lower()
    return not text or (text.startswith(("<think", "[think")) and "/think" not in text)
