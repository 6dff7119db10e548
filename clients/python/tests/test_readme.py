"""The example of the README."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

README = Path(__file__).parent.parent / "README.md"


def test_the_example_works(url: str, key: str, capsys: pytest.CaptureFixture[str]) -> None:
    found = re.search(r"```python\n(.*?)```", README.read_text(), re.S)
    assert found
    example = found[1].replace("bai_…", key).replace("http://127.0.0.1:8000", url)
    exec(example, {})  # noqa: S102 # our own
    assert "\n# " in capsys.readouterr().out
