"""Typing in the editor: with an input method, from right to left, and right before the page is left."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pytest

from blogai.tests.processes import until
from generation.tests.e2e.test_editing import FIRST, SAVED, Editor, stored

if TYPE_CHECKING:
    from accounts.models import User

pytestmark = pytest.mark.e2e

AUTOSAVES = 2500
"""Milliseconds after a key in which the editor would have saved."""


@pytest.fixture
def write(session: str, window: Callable[..., Any], alice: "User") -> Callable[..., Editor]:
    """Opens a new post of the language and text in an editor."""
    from generation.posts.tests.posts import a_post

    return lambda language, text: Editor(window(session), a_post(alice, language=language, text=text))


def compose(page: Any, text: str) -> None:
    """Show `text` as what an input method has so far; it is no input yet."""
    position = {"selectionStart": len(text), "selectionEnd": len(text)}
    page.context.new_cdp_session(page).send("Input.imeSetComposition", {"text": text, **position})


def test_a_word_under_way_is_neither_saved_nor_disturbed(
    session: str, window: Callable[..., Any], write: Callable[..., Editor], complaints: list[str]
) -> None:
    japanese = write("ja", "月が引き、海がついてくる。")
    other = Editor(window(session), japanese.post)
    japanese.press("Control+Home")
    compose(japanese.page, "しお")
    other.press("Control+End").type(" They follow the moon.")
    other.save()
    japanese.page.wait_for_timeout(AUTOSAVES)
    assert "しお" not in stored(japanese.post)
    assert japanese.page.locator("#editor .cm-line").first.inner_text() == f"しお{FIRST}"
    compose(japanese.page, "潮")
    japanese.page.keyboard.insert_text("潮が満ちる。")
    until(lambda: stored(japanese.post).startswith(f"潮が満ちる。{FIRST}"))
    japanese.has("They follow the moon.")
    assert stored(japanese.post) == japanese.text
    assert complaints == []


def test_from_right_to_left(write: Callable[..., Editor], complaints: list[str]) -> None:
    arabic = write("ar", "يرتفع البحر مرتين في اليوم.")
    content = arabic.page.locator("#editor .cm-content")
    assert content.evaluate("each => [getComputedStyle(each).direction, each.lang]") == ["rtl", "ar"]
    arabic.select("مرتين").type("كثيرا")
    arabic.press("Home", "ArrowLeft", "ArrowLeft").type("ــ")
    arabic.save()
    assert "يرــتفع البحر كثيرا في اليوم." in stored(arabic.post)
    assert complaints == []


def test_what_was_typed_in_the_moment_of_leaving(write: Callable[..., Editor]) -> None:
    english = write("en", "The moon pulls.")
    english.press("Control+End").type(" They follow the moon.")
    english.page.goto("/posts")
    until(lambda: stored(english.post).endswith(" They follow the moon."))


def test_the_text_of_a_post_too_long_to_be_sent_on_leaving_is_there_again(
    write: Callable[..., Editor],
) -> None:
    english = write("en", "The moon pulls, and the sea follows. " * 3000)
    english.press("Control+End").type(" They follow the moon.")
    english.page.goto("/posts")
    english.open()
    english.has("There are two bulges. They follow the moon.")
    english.says(SAVED)
    assert stored(english.post).endswith(" They follow the moon.")
