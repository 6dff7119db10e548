"""docs/configuration.md, from what says it already.

What a variable means is the comment above it in `.env.example`. What it takes, and its defaults, are those
that the settings declare to `blogai.environment` when they are read as in development and as in production.
What production requires is whatever of `.env.production.example` it doesn't start without.
"""

import os
import re
import runpy
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from django.core.exceptions import ImproperlyConfigured

from blogai import environment
from blogai.configuration.env_file import assignments
from blogai.environment import Declaration

PROJECT = Path(__file__).resolve().parent.parent.parent
PAGE = PROJECT / "docs" / "configuration.md"
EXAMPLE, PRODUCTION = PROJECT / ".env.example", PROJECT / ".env.production.example"
FILLER = "0123456789-abcdefghijklmnopqrstuvwxyz-filler"
SECRET = re.compile(
    r"(_KEY|_FALLBACKS|_SECRET|_TOKEN|_PEPPER|_PEPPER_NEXT|_PEPPER_PREVIOUS|_DSN|_HEADERS)$|^(DATABASE_URL(_DIRECT)?|REDIS_URL|EMAIL_URL)$"
)
"""Names whose values nobody may see: keys, and addresses with passwords."""
INTRODUCTION = """\
# Configuration

Every variable that Blog AI reads. This page is written by `manage.py generate_config_docs` from
`.env.example`, where you change what a variable means, and from `blogai/settings.py`, where its default is.

- A clone runs with none of them set. They come from the environment or from `.env`.
- A wrong value stops the start with a sentence that names the variable. A misspelt name is named too, and
  `manage.py check_config` says what else is wrong ([security checklist](security-checklist.md)).
- An empty value counts as not set.
- Any `NAME` can be `NAME_FILE`, the path of a file with the value, as Docker's and Kubernetes' secrets are.
  Do that for those marked **secret**: their values are in no log, no error and no page.
- Where development and production have different defaults, both are given.
"""
HEAD = "| variable | takes | default | meaning |\n| --- | --- | --- | --- |\n"


class Undocumented(Exception):
    """A variable without a comment in `.env.example`, or one that is missing there."""


@dataclass(frozen=True, slots=True)
class Variable:
    name: str
    meaning: str
    example: str


@dataclass(slots=True)
class Section:
    title: str
    variables: list[Variable] = field(default_factory=list)


def page() -> str:
    """The page as it should be. Raises Undocumented."""
    development = declared({"SECRET_KEY": FILLER, "API_KEY_PEPPER": FILLER})
    production, required = in_production()
    parts = [INTRODUCTION]
    for section in sections(EXAMPLE.read_text()):
        parts.append(f"\n## {section.title}\n\n{HEAD}")
        for variable in section.variables:
            name = variable.name
            here, there = (said.get(name, Declaration("a file", "")) for said in (development, production))
            parts.append(_row(variable, here, there, required=name in required))
    return "".join(parts)


def sections(text: str) -> Iterator[Section]:
    """The sections of `.env.example`, whose variables each have a comment of their own."""
    section, comment = Section(""), ""
    for row in text.splitlines():
        if title := re.fullmatch(r"# --- (.*?) -+", row):
            if section.title:
                yield section
            section, comment = Section(title[1]), ""
        elif row.startswith("# "):
            comment = f"{comment} {row[2:]}".strip()
        elif assigned := re.fullmatch(r"#([A-Z][A-Z0-9_]*)=(.*)", row):
            if not comment:
                raise Undocumented(f"{assigned[1]} has no comment of its own in {EXAMPLE.name}.")
            section.variables.append(Variable(assigned[1], comment, assigned[2]))
            comment = ""
        else:
            comment = ""
    yield section


def in_production() -> tuple[dict[str, Declaration], set[str]]:
    """What the settings declare in production, and the names without which they refuse to be read."""
    example = assignments(PRODUCTION.read_text())
    variables = {name: value or f"{name}-{FILLER}" for name, value in example}
    required = {"ENVIRONMENT"}  # without it, it isn't production
    for name in variables:
        try:
            declared({key: value for key, value in variables.items() if key != name})
        except ImproperlyConfigured:
            required.add(name)
    return declared(variables), required


def declared(variables: Mapping[str, str]) -> dict[str, Declaration]:
    """What the settings declare if these variables are set and no others. Raises ImproperlyConfigured."""
    with _only(variables):
        runpy.run_path(str(PROJECT / "blogai" / "settings.py"))
        return dict(environment.declared)


@contextmanager
def _only(variables: Mapping[str, str]) -> Iterator[None]:
    tables: list[object] = [os.environ, environment.declared, environment.variables_set]
    before = [dict(table) for table in tables]  # type: ignore[call-overload]
    try:
        os.environ.clear()
        os.environ.update(
            variables, ENV_FILE=str(EXAMPLE)
        )  # in which everything is a comment, instead of .env
        environment.declared.clear()
        yield
    finally:
        for table, was in zip(tables, before, strict=True):
            table.clear()  # type: ignore[attr-defined]
            table.update(was)  # type: ignore[attr-defined]


def _row(variable: Variable, here: Declaration, there: Declaration, *, required: bool) -> str:
    name = variable.name
    default = _default(here, None if required else there)
    takes = f"{here.takes}, **secret**" if SECRET.search(name) else here.takes
    meaning = re.sub(r"\bdocs/(\S+\.md)", r"[\1](\1)", variable.meaning)
    if variable.example and f"`{variable.example}`" not in {
        *map(_written, (here, there)),
        "`true`",
        "`false`",
    }:
        meaning = f"{meaning.rstrip('.')}. Such as `{variable.example}`"
    cells = (f"`{name}`", takes, default, f"{meaning.rstrip('.')}.")
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |\n"


def _default(here: Declaration, there: Declaration | None) -> str:
    """With None, production has no default and wants one."""
    development, production = _written(here), _written(there) if there else "**required**"
    return development if development == production else f"{development}; in production {production}"


def _written(said: Declaration) -> str:
    shown = re.sub(r"(?<=^blog-ai@).+", "version", said.default.replace(f"{PROJECT}/", ""))
    return f"`{shown}`" if shown else "–"
