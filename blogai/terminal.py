"""Shows a run in a terminal: as a live table, or as plain lines when output is redirected."""

from types import TracebackType
from typing import Protocol, Self, TextIO

from rich.console import Console
from rich.live import Live
from rich.spinner import Spinner
from rich.table import Table
from rich.text import Text

from generation.runs.frames import Frame

WORDS_SHOWN = 12


class Display(Protocol):
    def __enter__(self) -> Self: ...

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None: ...

    def show(self, frame: Frame) -> None: ...


def display_for(stream: TextIO) -> Display:
    """The display for the stream."""
    console = Console(file=stream)
    return LiveTable(console) if console.is_terminal else PlainLines(stream)


class PlainLines:
    """Prints a line for each milestone."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self._lengths: dict[str, int] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stream.flush()

    def show(self, frame: Frame) -> None:
        if line := self._line(frame):
            self._stream.write(f"{line}\n")
            self._stream.flush()

    def _line(self, frame: Frame) -> str:
        match frame["type"]:
            case "run.started":
                return "Planning the outline"
            case "outline.ready":
                return f"Outline: {frame['outline']['title']} ({len(frame['outline']['sections'])} sections)"
            case "part.reset":
                return f"{frame['part']}: trying again ({frame['reason']})"
            case "part.done":
                return f"{frame['part']}: done, {frame['length']} characters"
            case "run.completed":
                return "Finished"
            case "run.failed":
                return f"Failed: {frame['detail']}"
        return ""


class LiveTable:
    """A live table with a row for each part and its latest words."""

    def __init__(self, console: Console) -> None:
        self._title = "Planning the outline"
        self._headings: dict[str, str] = {}
        self._texts: dict[str, str] = {}
        self._done: set[str] = set()
        self._spinner = Spinner("dots")
        self._live = Live(console=console, get_renderable=self._table, refresh_per_second=8)

    def __enter__(self) -> Self:
        self._live.__enter__()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._live.__exit__(kind, error, trace)

    def show(self, frame: Frame) -> None:
        match frame["type"]:
            case "outline.ready":
                self._title = frame["outline"]["title"]
                self._headings = {part["part"]: part["heading"] for part in frame["parts"]}
            case "part.reset":
                self._texts[frame["part"]] = ""
                self._done.discard(frame["part"])
            case "part.delta":
                self._texts[frame["part"]] = self._texts.get(frame["part"], "") + frame["text"]
            case "part.done":
                self._done.add(frame["part"])
            case "run.failed":
                self._title = f"Failed: {frame['detail']}"

    def _table(self) -> Table:
        table = Table(title=Text(self._title), title_justify="left", box=None, expand=True, show_header=False)
        table.add_column(width=2)
        table.add_column(ratio=2, no_wrap=True)
        table.add_column(width=11, justify="right", style="dim")
        table.add_column(ratio=3, no_wrap=True, style="dim")
        for part, heading in self._headings.items():
            text = self._texts.get(part, "")
            mark = "●" if part in self._done else self._spinner if text else "○"
            tail = "" if part in self._done else " ".join(text.split()[-WORDS_SHOWN:])
            table.add_row(mark, Text(heading or "Introduction"), f"{len(text.split())} words", Text(tail))
        return table
