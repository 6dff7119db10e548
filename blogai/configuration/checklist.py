"""The list of what must hold before an installation goes live: each line once, for every command that asks.

`manage.py check_config` shows all of it. `manage.py check --deploy` shows what doesn't hold, among Django's
own messages, and so does `make lint` for the production environment in the Makefile.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, Warning, register, run_checks


class State(StrEnum):
    OK = "ok"
    WARNING = "warning"
    ERROR = "error"


@dataclass(frozen=True, slots=True)
class Finding:
    """What a line found: one sentence, without the value of a secret."""

    state: State
    sentence: str


type Judge = Callable[[], Finding]


@dataclass(frozen=True, slots=True)
class Line:
    """A line of the list. `proof` is a command that shows it from outside; {url} is the site's address."""

    id: str
    title: str
    proof: str
    judge: Judge

    @property
    def proving(self) -> str:
        host = settings.PUBLIC_URL.partition("://")[2]
        return self.proof.replace("{url}", settings.PUBLIC_URL).replace("{host}", host)


@dataclass(frozen=True, slots=True)
class Result:
    """A line with what it found, as `check_config` shows it."""

    id: str
    title: str
    state: State
    sentence: str
    proof: str


LINES: list[Line] = []
PREFIX = "blogai."


def line(title: str, proof: str) -> Callable[[Judge], Judge]:
    """Adds a line: a function that reads the settings as they are now and asks no other program."""

    def add(judge: Judge) -> Judge:
        LINES.append(Line(f"{PREFIX}{judge.__name__}", title, proof, judge))
        return judge

    return add


def ok(sentence: str) -> Finding:
    return Finding(State.OK, sentence)


def warning(sentence: str) -> Finding:
    return Finding(State.WARNING, sentence)


def error(sentence: str) -> Finding:
    return Finding(State.ERROR, sentence)


def results() -> Iterator[Result]:
    """Every line, then one for each thing that Django's own security checks find."""
    for each in LINES:
        found = each.judge()
        yield Result(each.id, each.title, found.state, found.sentence, each.proving)
    for message in run_checks(tags=[Tags.security], include_deployment_checks=True):
        if not str(message.id).startswith(PREFIX) and not message.is_silenced():
            state = State.ERROR if message.is_serious() else State.WARNING
            yield Result(str(message.id), "Django", state, message.msg, "manage.py check --deploy")


@register(Tags.security, deploy=True)
def deployment(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """What doesn't hold, for `manage.py check --deploy`."""
    kinds = {State.WARNING: Warning, State.ERROR: Error}
    found = [(each, each.judge()) for each in LINES]
    return [
        kinds[finding.state](finding.sentence, hint=each.proving, id=each.id)
        for each, finding in found
        if finding.state != State.OK
    ]
