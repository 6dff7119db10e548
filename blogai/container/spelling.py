"""Names of variables that look like a misspelt one of ours."""

import re
from collections.abc import Iterable, Iterator
from difflib import get_close_matches
from pathlib import Path

PROJECT = Path(__file__).resolve().parent.parent.parent
ALIKE = 0.85
"""How much two names must have in common, from 0 to 1: one or two wrong letters, not another word."""


def advice(names: Iterable[str]) -> Iterator[str]:
    """A sentence for each misspelt name. `.env.example` lists the right ones."""
    known = set(re.findall(r"^#([A-Z][A-Z0-9_]*)=", (PROJECT / ".env.example").read_text(), re.MULTILINE))
    for name in sorted(names):
        stem = name.removesuffix("_FILE")  # any variable may name a file instead
        if name in known or stem in known:
            continue
        for meant in get_close_matches(stem.upper().replace("-", "_"), known, n=1, cutoff=ALIKE):
            yield f"{name} isn't a variable of Blog AI. Did you mean {meant}?"
