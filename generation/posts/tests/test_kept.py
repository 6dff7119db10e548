"""Long texts are rendered once, however many people open them at a time."""

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from generation.posts import kept
from generation.posts.kept import Kept

LONG = "[" * kept.WORTH_KEEPING


class Maker:
    """Makes upper-case text, and counts."""

    def __init__(self) -> None:
        self.made: list[str] = []
        self.wrong = False
        self.kept = Kept(self.make, len)

    def make(self, text: str) -> str:
        self.made.append(text[-1])
        if self.wrong:
            raise ValueError(text[-1])
        return text.upper()


def test_a_long_text_is_made_once_and_a_short_one_each_time() -> None:
    maker = Maker()
    assert {maker.kept(text) for text in (f"{LONG}a", f"{LONG}a")} == {f"{LONG}A"}
    assert maker.kept(f"{LONG}b") == f"{LONG}B"
    assert (maker.kept("c"), maker.kept("c")) == ("C", "C")
    assert maker.made == ["a", "b", "c", "c"]


def test_who_comes_meanwhile_waits_for_it() -> None:
    begun, go_on = threading.Event(), threading.Event()
    made: list[str] = []

    def make(text: str) -> str:
        made.append(text)
        begun.set()
        assert go_on.wait(10)
        return text

    slow = Kept(make, len)
    with ThreadPoolExecutor(2) as threads:
        first = threads.submit(slow, LONG)
        assert begun.wait(10)
        second = threads.submit(slow, LONG)
        go_on.set()
        assert first.result(10) == second.result(10) == LONG
    assert made == [LONG]


def test_what_fails_is_tried_again() -> None:
    maker = Maker()
    maker.wrong = True
    with pytest.raises(ValueError, match="a"):
        maker.kept(f"{LONG}a")
    maker.wrong = False
    assert maker.kept(f"{LONG}a") == f"{LONG}A"


@pytest.mark.parametrize("bound", ["MOST", "MOST_BYTES"])
def test_the_least_wanted_goes_first(monkeypatch: pytest.MonkeyPatch, bound: str) -> None:
    monkeypatch.setattr(kept, bound, {"MOST": 2, "MOST_BYTES": 2 * len(LONG) + 2}[bound])
    maker = Maker()
    for letter in "abacab":
        maker.kept(LONG + letter)
    assert maker.made == ["a", "b", "c", "b"]
