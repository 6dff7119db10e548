"""`make bench`: what the product promises about speed, as ratios against a floor or a peer of the same run.

Real processes on loopback: the simulated provider, `manage.py serve`, and HTTP in between. Rounds of the two
sides alternate; every reply is checked; the median counts.
"""

import argparse
import sys

from rich.console import Console

from benchmarks import wall


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="three rounds and two sizes instead of all")
    quick = parser.parse_args().quick
    console = Console(width=110)
    sizes = (2, 5) if quick else (2, 5, 8, 12)
    table = wall.measure(rounds=3 if quick else 7, sizes=sizes, say=console.print)
    console.print(table)
    return 0


if __name__ == "__main__":
    sys.exit(main())
