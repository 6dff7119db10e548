"""How an import says no: every sentence names what is wrong with the file, and what helps."""

from blogai.core.errors import ValidationFailed


def refused(sentence: str) -> ValidationFailed:
    """The error for a file that can't become a post."""
    return ValidationFailed(sentence, errors={"file": [sentence]})


def text_of(content: bytes) -> str:
    """The file's text, without a byte order mark. Raises ValidationFailed."""
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise refused("This file isn’t in UTF-8. Save it with that encoding, and choose it again.") from None
