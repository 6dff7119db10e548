from typing import Literal, cast

ToneEnum = Literal[
    "casual", "conversational", "formal", "friendly", "informative", "persuasive", "professional"
]


def check_tone_enum(value: str) -> ToneEnum:
    """The value as it is: a newer server may send one that is not listed here."""
    return cast(ToneEnum, value)
