"""The ways in which providers fail, ready for `Script.add`."""

from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

from generation.llm.simulated import writing
from generation.llm.simulated.script import Answer, Failure


def broken(status: int = 500) -> Failure:
    return Failure(status)


def refused_key() -> Failure:
    return Failure(401)


def busy(seconds: float) -> Failure:
    """429 with Retry-After in seconds."""
    return Failure(429, (("Retry-After", f"{seconds:g}"),))


def busy_until(seconds: float) -> Failure:
    """429 with Retry-After as a date that many seconds from now."""
    then = datetime.now(UTC) + timedelta(seconds=seconds)
    return Failure(429, (("Retry-After", format_datetime(then, usegmt=True)),))


def busy_like_gemini(seconds: float) -> Failure:
    """429 that says when in the body, wrapped in a list as Gemini does."""
    detail = {"@type": "type.googleapis.com/google.rpc.RetryInfo", "retryDelay": f"{seconds:g}s"}
    error = {"code": 429, "status": "RESOURCE_EXHAUSTED", "message": "Quota exceeded.", "details": [detail]}
    return Failure(429, body=[{"error": error}])


def out_of_credit() -> Failure:
    error = {"type": "insufficient_quota", "code": "insufficient_quota", "message": "You have no credit."}
    return Failure(429, body={"error": error})


def hang_before_first_token() -> Answer:
    return Answer(hang_at=0)


def hang_after(tokens: int) -> Answer:
    return Answer(hang_at=tokens)


def cut_at(byte: int) -> Answer:
    """The connection is dropped after that many bytes of the body."""
    return Answer(cut_at=byte)


def error_after(tokens: int) -> Answer:
    """An error inside a stream that began with status 200."""
    return Answer(error_at=tokens)


def garbled_after(tokens: int) -> Answer:
    return Answer(garble_at=tokens)


def no_finish_reason() -> Answer:
    """A stream that ends as if all were well, but does not say why."""
    return Answer(finish=None)


def not_json() -> Answer:
    return Answer(text="Of course! The outline has an introduction, some sections and a conclusion.")


def wrong_schema() -> Answer:
    return Answer(text='{"unexpected": true}')


def half_json() -> Answer:
    """JSON that stops in the middle although the model says that it is done."""

    def half(text: str) -> str:
        return text[: len(text) // 2]

    return Answer(text=lambda asked: half(writing.reply(asked)))


def empty() -> Answer:
    return Answer(text="")


def many_sections(count: int = 10_000) -> Answer:
    """True to the schema but for the number of items, and with no regard to the limit."""
    return Answer(text=lambda asked: writing.reply(asked, items=count), heeds_limit=False)


def thinking_aloud() -> Answer:
    return Answer(text=lambda asked: f"<think>The reader wants this done.</think>\n\n{writing.reply(asked)}")


def refusal() -> Answer:
    return Answer(text="I can't help with that.", finish="refusal")


def never_stops() -> Answer:
    """New text without end, with no regard to the limit."""
    return Answer(
        text=lambda asked: writing.reply(asked) * 50, finish="length", endless=True, heeds_limit=False
    )


def loops() -> Answer:
    """One sentence over and over until the limit."""
    return Answer(text="Bees make honey in the summer months. ", finish="length", endless=True)


def ignores_limit(factor: int = 20) -> Answer:
    """A reply many times longer than the limit, which then ends by itself."""
    return Answer(text=lambda asked: "word " * (asked.max_tokens * factor), heeds_limit=False)


def refuses(parameter: str, status: int = 400) -> Failure:
    """For `Script.add(parameter=...)`: the usual words about a parameter that a server does not take."""
    named = {"json_schema": "response_format.json_schema", "json_object": "response_format.json_object"}
    named["system"] = "The role system"
    message = f"Unsupported parameter: {named.get(parameter, parameter)!r} is not supported with this model."
    return Failure(status, body={"error": {"message": message, "type": "invalid_request_error"}})


def loading() -> Failure:
    """What llama.cpp says while it reads its weights."""
    error = {"code": 503, "message": "Loading model", "type": "unavailable_error"}
    return Failure(503, body={"error": error})
