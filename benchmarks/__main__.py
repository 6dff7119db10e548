"""`make bench`: the product's performance targets, as ratios against a baseline measured in the same run.

Real processes on loopback: a simulated provider, and `manage.py serve` or `worker` on a database of their
own, with HTTP and sockets in between. The sides of a comparison alternate, and every reply is checked. A
missed target is listed at the end; only a wrong reply makes the exit code 1.
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

from benchmarks.bench import Bench, WrongReply
from benchmarks.database import choose_environment, prepared_database
from benchmarks.results import Figure, Measured, shown

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
    "enumeration",
    "limiter",
    "reserve",
    "webhook",
    "history",
    "search",
    "desk",
    "editor",
    "start",
)

LONG = ("recovery", "start")
"""Left out of a quick run, unless named."""


def main() -> int:
    options = _options()
    # Leave every `with` block on SIGTERM.
    signal.signal(signal.SIGTERM, lambda number, frame: sys.exit(128 + number))
    console = Console(width=120, highlight=False)
    with tempfile.TemporaryDirectory(prefix="blogai-bench-") as name:
        folder = Path(name)
        folder.chmod(0o755)  # for Postgres, which runs as another user if we are root
        choose_environment(folder)
        with prepared_database(folder) as database:
            rounds = 2 if options.quick else 7
            bench = Bench(rounds, options.quick, database, lambda line: console.print(line, style="dim"))
            names = options.names or [name for name in MEASURES if not (options.quick and name in LONG)]
            results = {name: _measure(name, bench, console) for name in names}
    missed = [
        (name, figure) for name, found in results.items() if found for figure in found.figures if figure.over
    ]
    console.print(_summary(missed, os.cpu_count() or 1))
    return 0 if all(results.values()) else 1


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    names = ", ".join(MEASURES)
    parser.add_argument("names", nargs="*", metavar="benchmark", help=f"some of {names}; default: all")
    parser.add_argument(
        "--quick",
        action="store_true",
        help=f"two short rounds instead of seven; all but {' and '.join(LONG)}",
    )
    options = parser.parse_args()
    if unknown := set(options.names) - set(MEASURES):
        parser.error(f"no such benchmark: {', '.join(sorted(unknown))}")
    return options


def _measure(name: str, bench: Bench, console: Console) -> Measured | None:
    """Run a benchmark and print its results. None, with the error printed, if a reply was wrong."""
    began = time.monotonic()
    try:
        measured: Measured = importlib.import_module(f"benchmarks.{name}").measure(bench)
    except (WrongReply, TimeoutError, httpx.HTTPError) as error:
        console.print(f"{name}: no result. {type(error).__name__}: {error}\n", style="red", markup=False)
        return None
    console.print(measured.table())
    console.print(f"{name}: {time.monotonic() - began:.0f} s\n", style="dim")
    return measured


def _summary(missed: list[tuple[str, Figure]], cores: int) -> str:
    if not missed:
        return f"All targets met, on {cores} cores."
    lines = [
        f"  {name}: {each.what}, {shown(each.value, each.unit)} instead of {shown(each.bar or 0, each.unit)}"
        for name, each in missed
    ]
    return "\n".join([f"Targets missed, on {cores} cores:", *lines])


if __name__ == "__main__":
    sys.exit(main())
