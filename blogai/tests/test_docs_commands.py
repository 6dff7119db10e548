"""The commands of README.md and docs/, and those that operators bring with them. `make docs-test` runs them.

`docs_commands.toml` says of each block of the documents what it prints, or why it isn't run;
`blogai/container/tests/commands.toml` says the same of the commands that docs/compatibility.md lists.
"""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from blogai.tests.processes import PROJECT
from blogai.tests.shell import Deployment, blocks, deployed, listed

DOCUMENTED = listed(Path(__file__).with_name("docs_commands.toml"))
FAMILIAR = listed(PROJECT / "blogai/container/tests/commands.toml")


def test_every_block_of_the_docs_is_run_or_it_says_why_not() -> None:
    """If not: add the block to docs_commands.toml."""
    known = [(command.page, command.first) for command in DOCUMENTED]
    assert len(known) == len(set(known))
    assert set(known) == blocks().keys()


def test_what_is_said_of_each_command_is_complete() -> None:
    for command in (*DOCUMENTED, *FAMILIAR):
        assert bool(command.prints) != bool(command.not_run), (
            f"{command.name}: what it prints, or why it isn't run"
        )
        assert not (command.run and command.not_run), command.name
        assert command.page or (command.group and command.here), command.name
        assert not command.tested_by or (PROJECT / command.tested_by).is_file(), command.name


def test_the_table_of_familiar_commands_is_the_list() -> None:
    """If not: copy what this prints into docs/compatibility.md."""
    lines = []
    for group in dict.fromkeys(command.group for command in FAMILIAR):
        lines += [f"### {group}", "", "| you know | here |", "| --- | --- |"]
        for command in FAMILIAR:
            if command.group == group:
                lines.append(f"| `{command.familiar.replace('|', chr(92) + '|')}` | {command.here} |")
        lines.append("")
    assert "\n".join(lines) in (PROJECT / "docs/compatibility.md").read_text(), "\n".join(lines)


@pytest.fixture(scope="module")
def deployment(database_url: str, django_db_blocker: Any) -> Iterator[Deployment]:
    with deployed(database_url, django_db_blocker) as running:
        yield running


@pytest.mark.worker
@pytest.mark.timeout(240)
def test_every_command_does_what_it_says(deployment: Deployment) -> None:
    texts = blocks()
    todo = [(command, texts[command.page, command.first]) for command in DOCUMENTED if command.prints]
    todo += [(command, command.run or command.familiar) for command in FAMILIAR if command.prints]
    with ThreadPoolExecutor(4) as side_by_side:
        complaints = list(
            side_by_side.map(lambda one: deployment.complaint(*one), [x for x in todo if not x[0].alone])
        )
    complaints += [deployment.complaint(*one) for one in todo if one[0].alone]
    assert not any(complaints), "\n\n".join(filter(None, complaints))
