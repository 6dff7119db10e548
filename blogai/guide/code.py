"""Colours code on the server, with classes, so that pages need no script and no inline style."""

from django.utils.safestring import SafeString, mark_safe
from pygments import highlight as pygments_highlight
from pygments.formatters.html import HtmlFormatter
from pygments.lexers import get_lexer_by_name

_FORMATTER = HtmlFormatter(nowrap=True, classprefix="code-")
_LEXERS = {"console": "sh"}
"""A command to type, which no test runs, is coloured as one that it does."""


def highlight(source: str, language: str) -> SafeString:
    """The source as HTML, escaped, without a frame around it."""
    lexer = get_lexer_by_name(_LEXERS.get(language, language), stripnl=True)
    return mark_safe(str(pygments_highlight(source, lexer, _FORMATTER)).rstrip("\n"))  # noqa: S308 (escaped)
