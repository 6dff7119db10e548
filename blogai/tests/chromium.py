"""The browser that tests drive: Debian's, since Playwright's own would have to be downloaded."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

CHROMIUM = Path("/usr/bin/chromium")
SHELL = Path("/usr/bin/chromium-headless-shell")
"""The same engine without windows: a page takes a third of the processor time."""


@contextmanager
def chromium(*arguments: str) -> Iterator[Any]:
    """A running browser. Without one the test is skipped, and on CI it fails."""
    from playwright.sync_api import sync_playwright

    program = SHELL if SHELL.exists() else CHROMIUM
    if not program.exists():
        if os.environ.get("CI"):
            raise FileNotFoundError(f"{program}: install Debian's chromium.")
        pytest.skip(f"There is no {program}.")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=str(program), args=["--no-sandbox", *arguments])
        yield browser
        browser.close()
