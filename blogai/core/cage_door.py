"""The first thing in a process of `cage`: sets its limits, then becomes the program. Imports nothing of ours.

Its alarm ends the program even when the server that waits for it has been killed.
"""

import math
import os
import resource
import signal
import sys
from contextlib import suppress


def main(seconds: str, memory: str, *command: str) -> None:
    allowed = math.ceil(float(seconds))
    for limit, value in (
        (resource.RLIMIT_AS, int(memory)),
        (resource.RLIMIT_CPU, allowed),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_CORE, 0),
    ):
        resource.setrlimit(limit, (value, value))
    signal.alarm(allowed + 1)
    # Where memory runs out, Linux ends this first, and not the server. Other systems have no such file.
    with suppress(OSError), open("/proc/self/oom_score_adj", "w") as score:
        score.write("1000")
    os.execvp(command[0], command)


if __name__ == "__main__":
    main(*sys.argv[1:])
