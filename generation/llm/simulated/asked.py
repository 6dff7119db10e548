"""What a call asks for, whichever API it came through."""

import hashlib
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Asked:
    model: str
    system: str
    user: str
    max_tokens: int
    schema: dict[str, Any] | None
    stream: bool
    wants_usage: bool = True
    parameters: frozenset[str] = frozenset()
    """What the request has besides its prompt, and the kind of JSON that it asks for."""

    @property
    def prompt(self) -> str:
        return f"{self.system}\n\n{self.user}" if self.system else self.user

    @property
    def digest(self) -> str:
        """The prompt in twelve characters."""
        return hashlib.sha256(self.prompt.encode()).hexdigest()[:12]
