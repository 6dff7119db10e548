"""How the time of a function grows with its input: text that nobody writes must not hold a process up."""

import gc
import time
from collections.abc import Callable
from contextlib import suppress
from statistics import median

# Parts of what models write when they loop, and of what parsers find hardest. Each is repeated to a length.
PATTERNS = (
    *(
        " ",
        "\n",
        "\t",
        " \n",
        "\r\n",
        "\x00",
        "\u0301",
        "a\u0301",
        "\u200b",
        "\u200d\ufe0f",
        "\ufeff",
        "中",
        "中 ",
    ),
    *("*", "**", "* ", "*a", "a**", "*a ", "_", "_a ", "*a_ ", "*a **b ", "~~", "~~a ", "**“中”**"),
    *("`", "` ", "``a `", "```\n", "~~~\n", "    a\n", "\\", "\\`", "\\["),
    *(
        "[",
        "]",
        "[]",
        "[a",
        "![",
        "[a](",
        "![a](",
        "[a](b ",
        '[a](b "',
        "[a][",
        "[a]: b\n",
        "[^",
        "[^1]",
        "](",
        "(",
        ")",
    ),
    *(
        "|",
        "|-|\n",
        "a|b\n",
        "|a|b|\n|-|-|\n",
        "> ",
        ">",
        "> a\n",
        "- ",
        "- a\n",
        "-\n",
        "1. ",
        "1. a\n",
        "- > ",
    ),
    *(
        "#",
        "# ",
        "### a\n",
        "a\n=\n",
        "---\n",
        "<",
        "<a ",
        "<!--",
        "<http://a",
        "<br>",
        "&",
        "&#1;",
        "- [ ] a\n",
    ),
    *(
        "{",
        "{}",
        '{"a": ',
        '{"',
        '"',
        '",',
        "'",
        "“",
        ": ",
        "//",
        "/*",
        "a? ",
        "Q: ",
        "A: ",
        "a.",
        "1",
        "https://a",
    ),
)

_FLOOR = 0.02
"""Seconds of the processor under which nothing is compared: there the clock and the machine decide."""
_TRIES = 9


def grows_too_fast(
    function: Callable[[str], object], pattern: str, *sizes: int, wrong: type[Exception]
) -> str:
    """What is wrong if the time grows faster than the length to the power of 1.2; empty if it does not.

    `wrong` is what the function may raise. All sizes are tried again while it is in doubt. Each size's best
    time counts, or else the growth of the median try: a machine that slows down for some seconds slows all
    sizes of a try.
    """
    texts = [(pattern * (size // len(pattern) + 1))[:size] for size in sizes]
    allowed = (sizes[-1] / sizes[0]) ** 1.2
    tries: list[list[float]] = []
    for _ in range(_TRIES):
        tries.append([_seconds(function, text, wrong) for text in texts])
        best = [min(times) for times in zip(*tries, strict=True)]
        if best[-1] <= max(_FLOOR, best[0] * allowed):
            return ""
    if median(times[-1] / times[0] for times in tries) <= allowed:
        return ""
    return f"{pattern!r}: {[round(each, 3) for each in best]} s for {sizes} characters"


def _seconds(function: Callable[[str], object], text: str, wrong: type[Exception]) -> float:
    gc.disable()  # what it takes depends on all that the process has made so far
    try:
        started = time.process_time()
        with suppress(wrong):
            function(text)
        return time.process_time() - started
    finally:
        gc.enable()
