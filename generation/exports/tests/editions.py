"""A post that has everything which formats get wrong, under a title that tries to be more than text."""

from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID

from generation.exports.edition import Edition, direction_of

TEXT = Path(__file__).with_name("torture.md").read_text()
TITLE = '=1+1: "on" \\today & <b>time</b>\r\n---\nevil: yes #{x} ${y} {{7*7}}\x0b\ud83d مد'
SHOWN = '=1+1: "on" \\today & <b>time</b> --- evil: yes #{x} ${y} {{7*7}} مد'
WHEN = datetime(2026, 11, 28, 9, 30, tzinfo=UTC)


def edition(text: str = TEXT, *, title: str = TITLE, language: str = "en") -> Edition:
    return Edition(
        id=UUID("019b0000-0000-7000-8000-000000000000"),
        title=title,
        description='Say "hi" & </script>',
        slug="tides",
        tags=("moon", "a: b, c", " "),
        language=language,
        direction=direction_of(language),
        created_at=WHEN,
        updated_at=WHEN,
        words=123,
        body=text,
        reply={"title": title},
    )
