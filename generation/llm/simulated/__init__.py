"""A model provider on loopback for tests and benchmarks, shaped like OpenAI and Anthropic, and scripted.

    with simulated.serve(seconds_per_call=0.5) as server:
        ...  OPENAI_BASE_URL=server.openai_url, ANTHROPIC_BASE_URL=server.anthropic_url
        server.script.add(faults.busy(2), prompt="Introduction")
        assert server.max_in_flight == 16

It runs in a thread and an event loop of its own, so that sync and async tests use it alike. Its replies are
true to any JSON schema, and prose that differs from prompt to prompt; `faults` has the ways to fail.
`sandbox` writes the same without a server, for the runs of test keys.
"""

from generation.llm.simulated import faults
from generation.llm.simulated.calls import Call, Pace
from generation.llm.simulated.script import Answer, Failure, Gate, Raw, Script
from generation.llm.simulated.server import Server, serve

__all__ = ["Answer", "Call", "Failure", "Gate", "Pace", "Raw", "Script", "Server", "faults", "serve"]
