"""The simulated provider for people with curl: python -m generation.llm.simulated --port 9000"""

import argparse
import signal
import threading

from generation.llm.simulated.server import serve


def main() -> None:
    parser = argparse.ArgumentParser(description="Serve a simulated model provider until interrupted.")
    parser.add_argument("--port", type=int, default=9000)
    parser.add_argument("--seconds-per-call", type=float, help="how long every reply takes")
    parser.add_argument("--first-token", type=float, default=0.0, help="seconds before the first token")
    parser.add_argument("--tokens-per-second", type=float)
    parser.add_argument("--no-usage", action="store_true", help="do not count tokens")
    options = parser.parse_args()
    stop = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stop.set())
    with serve(
        port=options.port,
        seconds_per_call=options.seconds_per_call,
        first_token=options.first_token,
        tokens_per_second=options.tokens_per_second,
        usage=not options.no_usage,
    ) as server:
        print(f"OPENAI_BASE_URL={server.openai_url} ANTHROPIC_BASE_URL={server.anthropic_url}", flush=True)
        stop.wait()


if __name__ == "__main__":
    main()
