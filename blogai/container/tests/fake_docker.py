#!/usr/bin/env python3
"""Stands in for docker and its compose: keeps containers in a file, and notes what was asked of it."""

import json
import os
import sys
from pathlib import Path
from typing import Any

STATE = Path(os.environ["FAKE_DOCKER"])


def compose(state: dict[str, Any], words: list[str]) -> None:
    match words:
        case ["ps", "-q", service]:
            print("\n".join(name for name in state["containers"] if name.startswith(f"{service}-")))
        case ["up", *options, service] if "--scale" in options:
            wanted = int(options[options.index("--scale") + 1].partition("=")[2])
            there = [name for name in state["containers"] if name.startswith(f"{service}-")]
            for number in range(wanted - len(there)):
                state["containers"][f"{service}-{os.environ['VERSION']}-{number}"] = 0
        case ["run", *_] if os.environ.get("MIGRATION_FAILS"):
            sys.exit("Blog AI can't start: the migration failed")


def docker(state: dict[str, Any], words: list[str]) -> None:
    match words:
        case ["compose", "version"]:
            return
        case ["compose", "-f", _, *rest]:
            compose(state, rest)
        case ["inspect", "--format", _, name]:
            state["containers"][name] += 1  # becomes healthy at the second look
            well = state["containers"][name] > 1 and os.environ["VERSION"] != "broken"
            print("healthy" if well else "starting")
        case ["rm", *names]:
            for name in names:
                state["containers"].pop(name, None)


if __name__ == "__main__":
    state = json.loads(STATE.read_text())
    if sys.argv[1:2] != ["inspect"]:
        state["asked"].append(" ".join(sys.argv[1:]))
    docker(state, sys.argv[1:])
    STATE.write_text(json.dumps(state))
