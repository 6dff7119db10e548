"""Texts that keep a careless regular expression busy: runs, nests and near misses, of any length."""

from collections.abc import Callable

_RUNS = {
    "blanks": " ",
    "breaks": "\n",
    "tabs": "\t",
    "CRLF": "\r\n",
    "no-break spaces": "\xa0",
    "ideographic spaces": "\u3000",
    "zero-width spaces": "\u200b",
    "zero-width joiners": "\u200d",
    "byte order marks": "\ufeff",
    "combining marks": "\u0301",
    "NUL": "\x00",
    "backticks": "`",
    "tildes": "~",
    "asterisks": "*",
    "underscores": "_",
    "hashes": "#",
    "hyphens": "-",
    "equals": "=",
    "bars": "|",
    "less-than": "<",
    "greater-than": ">",
    "opening brackets": "[",
    "closing brackets": "]",
    "opening parentheses": "(",
    "braces": "{",
    "straight quotes": '"',
    "apostrophes": "'",
    "opening quotes": "“",
    "full stops": ".",
    "question marks": "?",
    "colons": ":",
    "exclamation marks": "!",
    "digits": "7",
    "letters": "a",
    "Chinese": "土",
    "Thai": "ก",
    "Khmer": "ក",
    "emoji": "🌱",
    "words": "soil ",
    "sentences": "Soil is good. ",
    "lines": "soil\n",
    "items": "- soil\n",
    "numbered items": "1. soil\n",
    "rows": "| a | b |\n",
    "headings": "## Soil\n",
    "fences": "```\n",
    "quotations": "> soil\n",
    "nested quotations": "> ",
    "nested items": "- ",
    "indented items": "  - a\n",
    "blank lines with blanks": "    \n",
    "blanks before breaks": "a  \n",
    "blanks and zero-width": " \u200b",
    "blanks and dots": " .",
    "bold": "**a** ",
    "code": "`a` ",
    "half tags": "<think",
    "open tags": "<think>",
    "closing tags": "</think>",
    "channels": "<|channel|>",
    "tokens": "<|im_end|>",
    "markers": "<blog-a>",
    "agreements": "Sure, ",
    "openings": "Here is the section ",
    "offers": "Would you like me to ",
    "counts": "(Word count: 82)\n",
    "questions": "Q: why? ",
    "fields": "title: x\n",
    "sentences of refusal": "I can't help with that. ",
}
_TURNED: dict[str, Callable[[int], str]] = {
    "one long word": lambda size: "a" * size + ".",
    "blanks inside": lambda size: f"Soil{' ' * size}is good.",
    "breaks inside": lambda size: f"Soil\n{chr(10) * size}is good.",
    "an open fence": lambda size: "```\n" + "x = 1\n" * (size // 6),
    "an open quotation": lambda size: '"' + "soil " * (size // 5),
    "front matter": lambda size: "---\ntitle: x\n" + "key: value\n" * (size // 11),
    "stairs": lambda size: "".join(f"{' ' * (number % 40)}- a\n" for number in range(size // 25)),
}


def pattern_names() -> list[str]:
    return [*_RUNS, *_TURNED]


def pattern(name: str, size: int) -> str:
    """The text of pattern `name`, about `size` characters long."""
    if name in _TURNED:
        return _TURNED[name](size)
    unit = _RUNS[name]
    return unit * (size // len(unit))
