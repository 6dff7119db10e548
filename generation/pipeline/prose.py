"""The prose of a Markdown text: code, quotations and tables blanked, every other character in its place."""

import re

_FENCE = re.compile(r"[ \t>]*(`{3,}|~{3,})")
_BLANKED = re.compile(r"\S")
_INLINE_CODE = re.compile(r"(`{1,9})(?!`)([^`\n]{1,400})\1(?!`)")
# A quotation mark opens after a blank or a bracket. One that does not close on its line quotes nothing.
# The mark comes first in each alternative, so that the engine skips to the next one.
_QUOTED = re.compile(
    r"\"(?<![\w\"]\")[^\"\n]{1,400}\"|“[^”\n]{1,400}”|„[^“”\n]{1,400}[“”]|«[^»\n]{1,400}»|‹[^›\n]{1,400}›"
    r"|「[^」\n]{1,400}」|『[^』\n]{1,400}』|‘(?<!\w‘)[^’\n]{1,400}’(?!\w)"
)


def prose(text: str) -> str:
    """`text` with code, quotations and tables blanked: what a detector may look at."""
    lines = text.split("\n")
    fence = ""
    for number, line in enumerate(lines):
        mark = _FENCE.match(line)
        if fence:
            lines[number] = _blank(line)
            if mark and mark[1].startswith(fence) and not line[mark.end() :].strip("`~ \t"):
                fence = ""
        elif mark:
            lines[number], fence = _blank(line), mark[1]
        elif _is_quoted(line) or _is_row(line):
            lines[number] = _blank(line)
    joined = _INLINE_CODE.sub(_blanked, "\n".join(lines))
    return _QUOTED.sub(_blanked, joined)


def _is_quoted(line: str) -> bool:
    return line.lstrip().startswith(">")


def _is_row(line: str) -> bool:
    """Whether the line is a row of a table: cells between bars."""
    stripped = line.strip()
    return stripped.count("|") >= 2 and (stripped[0] == "|" or stripped[-1] == "|")


def _blank(text: str) -> str:
    return _BLANKED.sub(" ", text)


def _blanked(match: re.Match[str]) -> str:
    return _blank(match[0])
