"""Lists the models of a server that speaks OpenAI's protocol, and finds such servers on this machine."""

import asyncio
import ssl
from dataclasses import dataclass

import httpx

SERVERS = {"Ollama": 11434, "LM Studio": 1234, "llama.cpp": 8080, "vLLM": 8000}
"""Their default ports."""
SECONDS = 0.5
MOST_BYTES, MOST_MODELS = 500_000, 100


@dataclass(frozen=True, slots=True)
class Found:
    """A server on this machine, with at least one model."""

    name: str
    base_url: str
    models: tuple[str, ...]


async def on_this_machine(but: int) -> list[Found]:
    """The servers that answer on loopback, queried concurrently. `but` is a port to skip: our own."""
    asked = {name: f"http://127.0.0.1:{port}/v1" for name, port in SERVERS.items() if port != but}
    answers = await asyncio.gather(*(models_at(base_url, seconds=SECONDS) for base_url in asked.values()))
    servers = zip(asked.items(), answers, strict=True)
    return [Found(name, base_url, models) for (name, base_url), models in servers if models]


async def models_at(base_url: str, key: str = "", *, seconds: float) -> tuple[str, ...] | None:
    """The server's models without embedding models; None where nothing answers.

    Empty if it does not return a valid list in time.
    """
    headers = {"Authorization": f"Bearer {key}"} if key else {}
    try:
        async with (
            httpx.AsyncClient(trust_env=False, verify=_verify(base_url)) as client,
            asyncio.timeout(seconds),
            client.stream("GET", f"{base_url}/models", headers=headers) as reply,
        ):
            if reply.status_code != httpx.codes.OK:
                return ()
            body = b""
            async for piece in reply.aiter_bytes():
                body += piece
                if len(body) > MOST_BYTES:
                    return ()
            return _models(httpx.Response(200, content=body).json())
    except httpx.ConnectError:
        return None
    except (TimeoutError, httpx.HTTPError, httpx.InvalidURL, ValueError):
        return ()  # slow, or another kind of server


def _verify(base_url: str) -> ssl.SSLContext | bool:
    """Certificate checks. An empty context for plain HTTP, as loading the authorities takes 150 ms."""
    return base_url.startswith("https:") or ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)


def _models(body: object) -> tuple[str, ...]:
    """The names in `{"data": [{"id": "llama3.2"}, …]}`, without embedding models."""
    listed = body.get("data") if isinstance(body, dict) else None
    entries = listed if isinstance(listed, list) else []
    names = [entry.get("id") for entry in entries if isinstance(entry, dict)]
    return tuple(name for name in names if isinstance(name, str) and name and "embed" not in name.lower())[
        :MOST_MODELS
    ]
