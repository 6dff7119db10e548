"""Prompts and readers that the tests share."""

from typing import Any

from generation.llm.base import Finish, Prompt, Provider, Text

SCHEMA: dict[str, Any] = {
    "type": "object",
    "properties": {
        "title": {"type": "string"},
        "sections": {
            "type": "array",
            "items": {
                "type": "object",
                "properties": {"heading": {"type": "string"}},
                "required": ["heading"],
                "additionalProperties": False,
            },
        },
    },
    "required": ["title", "sections"],
    "additionalProperties": False,
}


def prompt(user: str = "Write about bees in about 60 words.", **more: Any) -> Prompt:
    fields: dict[str, Any] = {"system": "You write.", "max_tokens": 500, "temperature": 0.5, **more}
    return Prompt(user=user, **fields)


async def read(provider: Provider, asked: Prompt | None = None) -> tuple[str, Finish | None]:
    """The text of a whole reply and its Finish, which comes last, once, or not at all."""
    pieces = [piece async for piece in provider.stream(asked or prompt())]
    finishes = [piece for piece in pieces if isinstance(piece, Finish)]
    assert finishes in ([], pieces[-1:])
    text = "".join(piece.text for piece in pieces if isinstance(piece, Text))
    return text, finishes[0] if finishes else None
