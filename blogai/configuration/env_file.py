"""A file of variables, as `--env-file` names one. Imports no Django: the settings are read from it.

`check_config --env-file .env.production` reads it as `docker run --env-file` does: one NAME=value a line.
"""

import argparse
import os
import re
from collections.abc import Iterator, Sequence
from pathlib import Path

from blogai.configuration import spelling

ASSIGNMENT = re.compile(r"(?:export\s+)?([A-Za-z_][\w.-]*)\s*=(.*)")


def add_option(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--env-file", help="a file of variables to read instead of .env: .env.production")


def option_to_environment(arguments: Sequence[str]) -> None:
    """Set ENV_FILE from the option, before the settings are read."""
    parser = argparse.ArgumentParser(add_help=False)
    add_option(parser)
    if path := parser.parse_known_args(arguments)[0].env_file:
        os.environ["ENV_FILE"] = path


def advice() -> Iterator[str]:
    """A sentence for each variable that is misspelt or does nothing, in ENV_FILE and in the environment."""
    names: set[str] = set()
    path = Path(os.environ.get("ENV_FILE") or "/")
    if path.is_file():
        text = path.read_text()
        names = {name for name, _ in assignments(text)}
        yield from mistakes(text)
        yield from spelling.advice(names, all_ours=True)
    yield from spelling.advice(os.environ.keys() - names)


def assignments(text: str) -> Iterator[tuple[str, str]]:
    for row in text.splitlines():
        if found := ASSIGNMENT.fullmatch(row.strip()):
            yield found[1], found[2].strip()


def mistakes(text: str) -> Iterator[str]:
    """What Docker reads in another way than a shell: quotes and comments become part of the value."""
    seen: set[str] = set()
    for name, value in assignments(text):
        if value[:1] in {"'", '"'} and value[-1:] == value[:1] and len(value) > 1:
            yield f"{name} has quotes around its value, and Docker keeps them."
        elif re.search(r"\s#\s", value):
            yield f"{name} has a comment after its value, which becomes part of it."
        if name in seen:
            yield f"{name} stands there twice; the last one counts."
        seen.add(name)
