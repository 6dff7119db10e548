"""What every provider does, on every fake: one test a promise of `base.Provider`."""

import json
import socket
from collections.abc import Callable
from contextlib import aclosing
from dataclasses import replace

import jsonschema  # type: ignore[import-untyped]
import pytest

from blogai.core.errors import ProviderBusy, ProviderError, ProviderRejected, ProviderTimeout
from generation.llm.base import Provider, Text
from generation.llm.providers import anthropic, openai
from generation.llm.providers.timeouts import Timeouts
from generation.llm.simulated import Server, faults
from generation.llm.tests.fakes import Fake, Simulated
from generation.llm.tests.prompts import SCHEMA, prompt, read

KEY = "sk-simulated"
PATIENT = Timeouts(connect=5, first_token=20, idle=20)

type Make = Callable[[Fake], Provider]


def with_timeouts(provider: Provider, **seconds: float) -> Provider:
    assert isinstance(provider, openai.ChatCompletions | anthropic.Messages)
    return replace(provider, timeouts=replace(PATIENT, **seconds))


def _openai(fake: Fake) -> Provider:
    return openai.ChatCompletions(
        name="openai", model="gpt-5.2", key=KEY, base_url=fake.openai_url, timeouts=PATIENT
    )


def _gemini(fake: Fake) -> Provider:
    return openai.ChatCompletions(
        name="gemini",
        model="gemini-3.5-flash",
        key=KEY,
        base_url=fake.openai_url,
        timeouts=PATIENT,
        dialect=openai.GEMINI,
    )


def _compatible(fake: Fake) -> Provider:
    return openai.ChatCompletions(
        name="openai",
        model="llama3.2",
        key=KEY,
        base_url=fake.openai_url,
        timeouts=PATIENT,
        dialect=openai.COMPATIBLE,
    )


def _anthropic(fake: Fake) -> Provider:
    return anthropic.Messages(model="claude-sonnet-5", key=KEY, base_url=fake.anthropic_url, timeouts=PATIENT)


@pytest.fixture(params=[_openai, _gemini, _compatible, _anthropic], ids=lambda make: make.__name__[1:])
def provider(request: pytest.FixtureRequest, fake: Fake) -> Provider:
    make: Make = request.param
    return make(fake)


async def test_a_reply_comes_in_pieces_and_ends_with_its_reason_and_size(provider: Provider) -> None:
    text, finish = await read(provider)

    assert len(text.split()) > 3
    assert finish and finish.reason == "stop"
    assert finish.input_tokens and finish.output_tokens


async def test_a_schema_gets_json_that_is_true_to_it(fake: Fake, provider: Provider) -> None:
    if provider.name not in fake.takes_schemas:
        pytest.skip("This fake answers Anthropic's output_config with prose.")

    text, finish = await read(provider, prompt(schema=SCHEMA, schema_name="outline"))

    jsonschema.validate(json.loads(text), SCHEMA)
    assert finish and finish.reason == "stop"


async def test_a_reply_that_runs_into_its_limit_says_so(fake: Fake, provider: Provider) -> None:
    fake.reaches_its_limit()

    text, finish = await read(provider)

    assert text == "A text that goes"
    assert finish and finish.reason == "length"


async def test_a_refusal_is_not_an_answer(fake: Fake, provider: Provider) -> None:
    fake.refuses()

    _, finish = await read(provider)

    assert finish and finish.reason == "refusal"


@pytest.mark.parametrize("status", [400, 401, 402, 403, 404, 413, 422])
async def test_what_will_never_be_accepted_is_rejected(fake: Fake, provider: Provider, status: int) -> None:
    fake.fails(status)

    with pytest.raises(ProviderRejected) as caught:
        await read(provider)

    assert KEY not in caught.value.detail
    assert any(title in caught.value.detail for title in ("OpenAI", "Gemini", "Anthropic"))


@pytest.mark.parametrize("status", [408, 500, 502, 503, 529])
async def test_a_failure_of_theirs_is_a_provider_error(fake: Fake, provider: Provider, status: int) -> None:
    fake.fails(status)

    with pytest.raises(ProviderError) as caught:
        await read(provider)

    assert type(caught.value) is ProviderError
    assert KEY not in caught.value.detail


async def test_a_busy_provider_says_when_to_come_back(fake: Fake, provider: Provider) -> None:
    fake.fails(429, retry_after=7)

    with pytest.raises(ProviderBusy) as caught:
        await read(provider)

    assert caught.value.retry_after == 7


async def test_no_first_token_is_a_timeout(fake: Fake, provider: Provider) -> None:
    fake.hangs_at_once()

    with pytest.raises(ProviderTimeout, match=r"didn’t start answering within 0\.5 seconds"):
        await read(with_timeouts(provider, first_token=0.5))


async def test_a_stream_that_falls_silent_is_a_timeout(fake: Fake, provider: Provider) -> None:
    fake.hangs_later()
    pieces = []

    with pytest.raises(ProviderTimeout, match=r"went silent for 0\.3 seconds"):
        async for piece in with_timeouts(provider, idle=0.3).stream(prompt()):
            pieces.append(piece)

    assert pieces


async def test_a_lost_connection_is_a_cut(fake: Fake, provider: Provider) -> None:
    fake.hangs_up()

    text, finish = await read(provider)

    assert text and finish is None


async def test_an_end_without_a_reason_is_a_cut(fake: Fake, provider: Provider) -> None:
    fake.ends_early()

    text, finish = await read(provider)

    assert text and finish is None


async def test_a_chunk_that_is_not_json_is_a_provider_error(fake: Fake, provider: Provider) -> None:
    fake.garbles()

    with pytest.raises(ProviderError):
        await read(provider)


async def test_one_provider_answers_again_after_a_failure(fake: Fake, provider: Provider) -> None:
    fake.fails(500)
    with pytest.raises(ProviderError):
        await read(provider)

    _, finish = await read(provider)

    assert finish and finish.reason == "stop"


async def test_leaving_early_leaves_the_provider_usable(provider: Provider) -> None:
    async with aclosing(provider.stream(prompt())) as pieces:
        async for _ in pieces:
            break

    _, finish = await read(provider)

    assert finish and finish.reason == "stop"


class TestOnOurs:
    """What only a server of our own can show."""

    @pytest.fixture
    def fake(self, server: Server) -> Fake:
        return Simulated(server)

    async def test_leaving_early_hangs_up(self, fake: Simulated, provider: Provider) -> None:
        fake.server.script.add(faults.never_stops())

        async with aclosing(provider.stream(prompt())) as pieces:
            async for _ in pieces:
                break
        fake.server.wait_until_idle()

        assert [call.outcome for call in fake.server.calls] == ["hung up"]

    async def test_an_error_inside_a_reply_is_a_provider_error(
        self, fake: Simulated, provider: Provider, caplog: pytest.LogCaptureFixture
    ) -> None:
        fake.server.script.add(faults.error_after(30))
        pieces = []

        with pytest.raises(ProviderError, match="failed partway through a reply"):
            async for piece in provider.stream(prompt()):
                pieces.append(piece)

        assert pieces and all(isinstance(piece, Text) for piece in pieces)
        assert "Simulated error" in caplog.text

    @pytest.mark.parametrize("byte", [0, 1, 100, 301, 700, 1000, 1700])
    async def test_a_cut_at_any_byte_never_looks_like_an_end(
        self, fake: Simulated, provider: Provider, byte: int
    ) -> None:
        fake.server.script.add(faults.cut_at(byte))

        _, finish = await read(provider)

        assert finish is None

    async def test_a_date_in_retry_after(self, fake: Simulated, provider: Provider) -> None:
        fake.server.script.add(faults.busy_until(30))

        with pytest.raises(ProviderBusy) as caught:
            await read(provider)

        assert caught.value.retry_after == pytest.approx(30, abs=2)

    async def test_geminis_delay_in_the_body(self, fake: Simulated, provider: Provider) -> None:
        fake.server.script.add(faults.busy_like_gemini(34))

        with pytest.raises(ProviderBusy) as caught:
            await read(provider)

        assert caught.value.retry_after == 34

    async def test_no_credit_is_not_busy(self, fake: Simulated, provider: Provider) -> None:
        fake.server.script.add(faults.out_of_credit())

        with pytest.raises(ProviderRejected, match="out of credit"):
            await read(provider)

    async def test_a_reply_without_counts_has_none(self, provider: Provider, fake: Simulated) -> None:
        fake.server.usage = False

        _, finish = await read(provider)

        assert finish and finish.reason == "stop" and finish.output_tokens is None

    async def test_two_calls_share_nothing_but_the_client(self, fake: Simulated, provider: Provider) -> None:
        first, second = await read(provider, prompt("One")), await read(provider, prompt("Two"))

        assert first[0] != second[0]
        assert [call.asked.user for call in fake.server.calls] == ["One", "Two"]


@pytest.mark.parametrize("make", [_openai, _gemini, _compatible, _anthropic])
class TestOutOfReach:
    async def test_nobody_listens(self, make: Make) -> None:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]

        with pytest.raises(ProviderError, match="can’t be reached"):
            await read(make(_at(port)))

    async def test_nobody_picks_up(self, make: Make) -> None:
        """A queue of waiting connections that is full: the kernel answers nothing."""
        with socket.socket() as full, socket.socket() as waiting, socket.socket() as more:
            full.bind(("127.0.0.1", 0))
            full.listen(0)
            for client in (waiting, more):
                client.setblocking(False)
                client.connect_ex(full.getsockname())

            with pytest.raises(ProviderTimeout, match=r"couldn’t be reached within 0\.3 seconds"):
                await read(with_timeouts(make(_at(full.getsockname()[1])), connect=0.3))


def _at(port: int) -> Fake:
    class Nowhere(Simulated):
        def __init__(self) -> None:
            self.openai_url = f"http://127.0.0.1:{port}/v1"
            self.anthropic_url = f"http://127.0.0.1:{port}"

    return Nowhere()
