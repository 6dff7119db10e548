"""The checklist as text for people and as JSON for programs."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import asdict

from blogai.configuration import env_file
from blogai.configuration.checklist import Result, State

START, SPELLING = "Settings are right", "Variables are spelled right"
PROOF = "manage.py check_config --env-file .env.production"


def refused(sentence: str) -> list[Result]:
    """All that can be said where a wrong value stops the start: no other line can be judged."""
    return [Result("blogai.start", START, State.ERROR, sentence, "manage.py check"), *spelling()]


def spelling() -> Iterator[Result]:
    """A line for each variable that looks misspelt, or one that none does."""
    found = list(env_file.advice())
    for sentence in found:
        yield Result("blogai.spelling", SPELLING, State.WARNING, sentence, PROOF)
    if not found:
        yield Result("blogai.spelling", SPELLING, State.OK, "No variable looks misspelt.", PROOF)


def shown(results: Sequence[Result], *, as_json: bool) -> str:
    if as_json:
        return json.dumps([asdict(each) for each in results], indent=2)
    lines = []
    for each in results:
        lines.append(f"{each.state:<8} {each.title}: {each.sentence}")
        lines.append(f"         {each.proof}")
    counts = {state: sum(each.state == state for each in results) for state in State}
    return "\n".join([*lines, ", ".join(f"{count} {state}" for state, count in counts.items())])


def exit_code(results: Sequence[Result]) -> int:
    """1 if anything is an error."""
    return int(any(each.state == State.ERROR for each in results))
