"""Names of variables that are not ours: misspelt ones, and those of other programs' checklists.

Imports no Django: the first process of a container asks it, and gunicorn's.
"""

import re
from collections.abc import Iterable, Iterator
from difflib import get_close_matches
from pathlib import Path

PROJECT = Path(__file__).resolve().parent.parent.parent
ALIKE = 0.85
"""How much two names must have in common, from 0 to 1: one or two wrong letters, not another word."""
OURS = re.compile(r"(ANTHROPIC|GEMINI|LLM|MAINTENANCE|OPENAI|RATE_LIMIT|SECURITY|STAFF|STRIPE|SUPABASE)_")
"""How names start that nobody sets for another program. Kubernetes sets REDIS_PORT, CI sets GITHUB_TOKEN."""
INSTEAD = {
    "NEXT_PUBLIC_API_URL": "There's no separate frontend: PUBLIC_URL is the address of pages and API.",
    "NEXT_PUBLIC_WS_URL": "There's no separate frontend: sockets are at PUBLIC_URL too.",
    "NEXT_PUBLIC_SUPABASE_URL": "Pages don't talk to Supabase: DATABASE_URL is its Postgres.",
    "NEXT_PUBLIC_SUPABASE_ANON_KEY": "Pages don't talk to Supabase, so they need no key of it.",
    "NEXT_PUBLIC_STRIPE_PUBLISHABLE_KEY": "People pay on Stripe's own page: STRIPE_SECRET_KEY is enough.",
    "NEXT_PUBLIC_SENTRY_DSN": "SENTRY_DSN is for pages too, which report to this server.",
}
"""Variables of deployment checklists that do nothing here, and why. One that `.env.example` lists does."""


def known() -> set[str]:
    """The names of our variables: `.env.example` lists them all."""
    return set(re.findall(r"^#([A-Z][A-Z0-9_]*)=", (PROJECT / ".env.example").read_text(), re.MULTILINE))


def advice(names: Iterable[str], *, all_ours: bool = False) -> Iterator[str]:
    """A sentence for each name that is misspelt, or does nothing here.

    With `all_ours`, all names are meant for Blog AI, as those in its own file are: any other is named.
    """
    variables = known()
    for name in sorted(names):
        stem = name.removesuffix("_FILE")  # any variable may name a file instead
        if name in variables or stem in variables:
            continue
        near = get_close_matches(stem.upper().replace("-", "_"), variables, n=1, cutoff=ALIKE)
        if stem in INSTEAD:
            yield f"{name} does nothing. {INSTEAD[stem]}"
        elif near:
            yield f"{name} isn't a variable of Blog AI. Did you mean {near[0]}?"
        elif all_ours or OURS.match(name) or name.startswith("NEXT_PUBLIC_"):
            yield f"{name} isn't a variable of Blog AI."
