"""`make bench`: what the product promises about speed, as ratios against a floor or a peer of the same run.

Real processes on loopback: a simulated provider, `manage.py serve` or `worker` on a database of their own,
HTTP and sockets in between. Rounds of the sides alternate; every reply is checked. A bar is no gate: what
falls short is named at the end. Only a wrong reply makes the exit code 1.
"""

import argparse
import importlib
import os
import signal
import sys
import tempfile
import time
from pathlib import Path

import httpx
from rich.console import Console

from benchmarks.bench import Bench, Wrong
from benchmarks.database import choose_environment, prepared
from benchmarks.results import Figure, shown

MEASURES = (
    "floors",
    "wall",
    "at_once",
    "processor",
    "frames",
    "sockets",
    "pickup",
    "recovery",
    "statements",
    "keys",
    "reserve",
    "history",
    "start",
)

LONG = ("recovery", "start")
"""Left out of a quick run that names none."""


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="measure", help=f"all, or some of {', '.join(MEASURES)}")
    parser.add_argument(
        "--quick",
        action="store_true",
        help=f"two short rounds instead of seven; all but {' and '.join(LONG)}",
    )
    options = parser.parse_args()
    if unknown := set(options.names) - set(MEASURES):
        parser.error(f"no such measure: {', '.join(sorted(unknown))}")
    signal.signal(signal.SIGTERM, lambda number, frame: sys.exit(128 + number))  # by way of every `with`
    console = Console(width=120, highlight=False)
    short: list[tuple[str, Figure]] = []
    wrong = False
    with tempfile.TemporaryDirectory(prefix="blogai-bench-") as name:
        folder = Path(name)
        folder.chmod(0o755)  # Postgres runs as a user of its own when we are root
        choose_environment(folder)
        with prepared(folder) as database:
            bench = Bench(
                2 if options.quick else 7,
                options.quick,
                database,
                lambda line: console.print(line, style="dim"),
            )
            for name in options.names or [name for name in MEASURES if not (options.quick and name in LONG)]:
                began = time.monotonic()
                try:
                    measured = importlib.import_module(f"benchmarks.{name}").measure(bench)
                except (Wrong, TimeoutError, httpx.HTTPError) as error:
                    console.print(
                        f"{name}: no figure. {type(error).__name__}: {error}\n", style="red", markup=False
                    )
                    wrong = True
                    continue
                console.print(measured.table())
                console.print(f"{name}: {time.monotonic() - began:.0f} s\n", style="dim")
                short += [(name, figure) for figure in measured.figures if figure.over]
    console.print(_summary(short, os.cpu_count() or 1))
    return 1 if wrong else 0


def _summary(short: list[tuple[str, Figure]], cores: int) -> str:
    if not short:
        return f"Every bar is kept, on {cores} cores."
    lines = [
        f"  {name}: {each.what}, {shown(each.value, each.unit)} instead of {shown(each.bar or 0, each.unit)}"
        for name, each in short
    ]
    return "\n".join([f"Over their bar, on {cores} cores:", *lines])


if __name__ == "__main__":
    sys.exit(main())
