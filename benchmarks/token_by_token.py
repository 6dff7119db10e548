"""A simulated provider that sends every token in a chunk of its own, as fast as it is read.

The usual one sends twenty at once when it has no pace, so that other benchmarks do not measure chunks.
"""

from generation.llm.simulated import __main__, speech


def main() -> None:
    speech.BURST = 1
    __main__.main()


if __name__ == "__main__":
    main()
