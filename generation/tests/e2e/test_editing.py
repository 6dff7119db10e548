"""Editing a post: two browsers at once, one of them offline; the keyboard; what runs nowhere."""

import re
from collections.abc import Callable
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from django.utils import timezone

from blogai.tests.processes import until
from generation.tests.e2e.conftest import violations

if TYPE_CHECKING:
    from accounts.models import User
    from generation.models import Post

pytestmark = pytest.mark.e2e

TEXT = """\
The moon pulls, and the sea follows. It takes six hours to come in.

### A heading below

1. First
2. Second

> Somebody said this.

| High water | Low water |
| --- | --- |
| 06:12 | 12:25 |

```
# tide = moon + sun
```
"""
FIRST = "Twice a day the sea comes in."
SAVED = re.compile("^Saved")
OFFLINE = "Offline. Your changes are kept on this device."


@pytest.fixture
def post(transactional_db: None, alice: "User") -> "Post":
    from generation.posts.tests.posts import a_post

    return a_post(alice, "Why the tides come twice a day", text=TEXT)


@pytest.fixture
def editor(session: str, window: Callable[..., Any], post: "Post") -> Callable[..., "Editor"]:
    """Opens the post's editor in a browser of its own."""
    return lambda **options: Editor(window(session, **options), post)


class Editor:
    def __init__(self, page: Any, post: "Post") -> None:
        self.page, self.post = page, post
        self.open()

    def open(self) -> None:
        self.page.goto(f"/posts/{self.post.pk}/edit")
        self.page.locator("[data-editor=ready]").wait_for(state="attached")

    def reload(self) -> None:
        self.page.reload()
        self.page.locator("[data-editor=ready]").wait_for(state="attached")

    def press(self, *keys: str) -> "Editor":
        self.page.locator("#editor .cm-content").focus()
        for key in keys:
            self.page.keyboard.press(key)
        return self

    def type(self, text: str) -> None:
        self.page.keyboard.type(text)

    def select(self, words: str) -> "Editor":
        """Select what it finds, by the keyboard."""
        self.press("Control+f")
        self.page.get_by_label("Find", exact=True).fill(words)
        for key in ("Enter", "Escape"):
            self.page.keyboard.press(key)
        return self

    def says(self, words: str | re.Pattern[str]) -> None:
        self.page.locator("#state span", has_text=words).wait_for()

    def save(self) -> None:
        self.page.keyboard.press("Control+s")
        self.says(SAVED)

    @property
    def text(self) -> str:
        """The field that the form would send; it follows the editor."""
        self.page.wait_for_timeout(300)
        value: str = self.page.locator("#text").input_value()
        return value

    def has(self, words: str) -> None:
        until(lambda: words in self.text, words)


def stored(post: "Post") -> str:
    from generation.editing.services import text_of
    from generation.models import Post

    return text_of(Post.objects.get(pk=post.pk)).text


def test_it_saves_by_itself(page: Any, post: "Post", complaints: list[str]) -> None:
    page.goto(f"/posts/{post.pk}")
    page.keyboard.press("e")
    page.wait_for_url(f"**/posts/{post.pk}/edit")
    page.locator("[data-editor=ready]").wait_for(state="attached")
    page.locator("#editor .cm-content").click()
    page.keyboard.press("Control+Home")
    page.keyboard.type("e, said the sea. ")
    until(lambda: stored(post).startswith(f"e, said the sea. {FIRST}"))
    page.keyboard.type("And: ")
    page.get_by_role("link", name="Done").click()  # which waits for what was typed in this moment
    page.wait_for_url(f"**/posts/{post.pk}")
    page.get_by_text("e, said the sea. And: Twice a day").wait_for()
    assert complaints == []


def test_two_browsers_and_one_of_them_is_offline(editor: Callable[..., Editor], post: "Post") -> None:
    one, other = editor(), editor()
    other.page.context.set_offline(True)
    other.press("Control+End").type(" They follow the moon.")
    other.says(OFFLINE)
    one.press("Control+Home").type("Every coast knows it. ")
    one.save()
    other.page.context.set_offline(False)
    other.says(SAVED)
    for each in (one, other):
        each.has("Every coast knows it. Twice a day")
        each.has("There are two bulges. They follow the moon.")
    assert stored(post) == one.text == other.text


def test_a_browser_that_was_closed_while_it_was_offline(editor: Callable[..., Editor], post: "Post") -> None:
    one, other = editor(), editor()
    other.page.context.set_offline(True)
    other.press("Control+End").type(" They follow the moon.")
    other.says(OFFLINE)
    one.press("Control+Home").type("Every coast knows it. ")
    one.save()
    context = other.page.context
    other.page.close()
    context.set_offline(False)
    other.page = context.new_page()
    other.open()
    other.has("They follow the moon.")
    other.has("Every coast knows it.")
    until(lambda: "They follow the moon." in stored(post))
    assert "Every coast knows it." in stored(post)


def test_two_devices_whose_clocks_are_days_apart(
    session: str, window: Callable[..., Any], post: "Post"
) -> None:
    pages = [window(session), window(session)]
    for page, days in zip(pages, (-2, 2), strict=True):
        page.clock.set_fixed_time(timezone.now() + timedelta(days=days))
    behind, ahead = (Editor(page, post) for page in pages)
    for each in (behind, ahead):
        each.page.context.set_offline(True)
    ahead.press("Control+End").type(" They follow the moon.")
    behind.press("Control+Home").type("Every coast knows it. ")
    for each in (ahead, behind):
        each.says(OFFLINE)
        each.page.context.set_offline(False)
        each.says(SAVED)
    ahead.has("Every coast knows it. Twice a day")
    behind.has("There are two bulges. They follow the moon.")
    assert stored(post) == behind.text == ahead.text


def test_one_sentence_in_two_browsers(
    editor: Callable[..., Editor], post: "Post", complaints: list[str]
) -> None:
    one, other = editor(), editor()
    other.page.context.set_offline(True)
    other.select(FIRST).type("Nobody has ever asked it why.")
    other.says(OFFLINE)
    one.select(FIRST).type("It arrives at dawn and at dusk.")
    one.save()
    other.page.context.set_offline(False)
    other.page.get_by_text("so nothing is lost.").wait_for()
    other.has("It arrives at dawn and at dusk.")
    other.page.get_by_role("button", name="Compare and choose").click()
    other.page.get_by_text("1 change left").wait_for()
    for scheme in ("light", "dark"):
        other.page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
        other.page.wait_for_timeout(150)
        assert violations(other.page) == []
    other.page.keyboard.press("Enter")  # "Accept change" has the focus
    until(lambda: stored(post).startswith("Nobody has ever asked it why."))
    other.press("Control+z")
    until(lambda: stored(post).startswith("It arrives at dawn and at dusk."))
    assert complaints == []


def test_undo_reaches_back_before_a_reload(editor: Callable[..., Editor], post: "Post") -> None:
    mine = editor()
    mine.press("Control+End").type(" Gone in a moment.")
    mine.save()
    mine.reload()
    mine.has("Gone in a moment.")
    mine.press("Control+z")
    until(lambda: stored(post).endswith("There are two bulges."))
    mine.press("Control+y")
    until(lambda: stored(post).endswith("Gone in a moment."))


def test_title_and_details_are_saved_too(
    editor: Callable[..., Editor], post: "Post", complaints: list[str]
) -> None:
    from generation.models import Post

    mine = editor()
    mine.page.get_by_label("Title").fill("Tides")
    mine.page.get_by_text("For your website").click()
    mine.page.get_by_label("Tags").fill("sea, moon")
    mine.page.get_by_label("Title").press("Enter")  # which goes on to the text
    mine.press("Control+End").type(" More.")
    until(lambda: stored(post).endswith(" More."))
    until(lambda: Post.objects.get(pk=post.pk).tags == ["sea", "moon"])
    assert Post.objects.get(pk=post.pk).title == "Tides"
    mine.page.get_by_label("Slug").fill("two words")
    mine.says("Fix what’s marked below.")
    complaints.clear()  # Chromium says of every 422 that it is one
    mine.page.get_by_label("Slug").fill("tides")
    mine.says(SAVED)
    assert Post.objects.get(pk=post.pk).slug == "tides"


def test_the_keyboard_is_enough(editor: Callable[..., Editor], complaints: list[str]) -> None:
    mine = editor()
    mine.select("moon pulls").press("Control+b", "Control+i")
    mine.has("The ***moon pulls***, and")
    mine.press("Control+i", "Control+b")
    mine.has("The moon pulls, and")
    mine.select("Somebody said").press("Control+Shift+9", "Control+Shift+8")
    mine.has("\n- Somebody said this.")
    mine.press("End", "Enter", "Enter").press("Control+z", "Control+z", "Control+z")
    mine.select("follows").press("Control+k")
    mine.type("example.org")
    mine.has("[follows](example.org)")
    mine.page.keyboard.press("Tab")  # leaves the text
    assert mine.page.evaluate("document.activeElement.id") != "editor"
    mine.press("Control+f")
    mine.page.get_by_label("Find", exact=True).fill("THE")
    mine.page.get_by_text("found", exact=False).first.wait_for()
    mine.page.get_by_label("Replace with").fill("The one ")
    mine.page.get_by_label("Match case").check()
    mine.page.get_by_text("Not found").wait_for()
    mine.page.keyboard.press("Escape")
    mine.press("Control+/")
    mine.page.get_by_role("heading", name="Keyboard shortcuts").wait_for()
    mine.page.keyboard.press("Escape")
    mine.page.get_by_role("button", name="The pull of the moon").press("Enter")
    mine.type(", again")
    mine.has("## The pull of the moon, again")
    mine.page.get_by_role("button", name="The pull of the moon, again").wait_for()
    assert mine.page.get_by_role("button", name="tide = moon").count() == 0
    assert complaints == []


def test_a_hostile_post_runs_nothing(
    session: str, window: Callable[..., Any], alice: "User", complaints: list[str]
) -> None:
    from generation.posts.tests.posts import a_post

    hostile = "</script></textarea><script>window.hacked = 1</script><img src=x onerror=window.hacked=1>"
    post = a_post(alice, hostile, text=f"{hostile}\n\n## {hostile}\n\n[x](javascript:window.hacked=1)")
    mine = Editor(window(session), post)
    mine.page.get_by_role("button", name="Preview").click()
    mine.page.locator("#preview .prose h2").first.wait_for()
    mine.press("Control+End").type(f" {hostile}")
    mine.save()
    until(lambda: stored(post).endswith(f" {hostile}"))
    assert not mine.page.evaluate("window.hacked")
    assert complaints == []


def test_a_megabyte_is_edited_like_any_text(
    session: str, window: Callable[..., Any], alice: "User", complaints: list[str]
) -> None:
    from generation.posts.tests.posts import a_post

    long = "\n\n".join(
        f"### Tide {number}\n\n" + "The sea comes in *twice* a day. " * 30 for number in range(1000)
    )
    post = a_post(alice, text=long.strip())
    assert len(post.content_markdown) > 950_000
    mine = Editor(window(session), post)
    mine.press("Control+End").type(" The end.")
    mine.save()
    until(lambda: stored(post).endswith("There are two bulges. The end."))
    assert complaints == []


def test_it_looks_and_reads_well(
    editor: Callable[..., Editor], look: Callable[..., None], complaints: list[str]
) -> None:
    mine = editor()
    look(mine.page, "edit", whole=False)
    mine.page.get_by_role("button", name="Preview").click()
    mine.page.locator("#preview .prose h2").first.wait_for()
    look(mine.page, "edit-preview", whole=False)
    mine.page.set_viewport_size({"width": 1280, "height": 900})
    mine.page.get_by_role("button", name="Preview").click()
    mine.press("Control+f")
    mine.page.keyboard.type("the")
    look(mine.page, "edit-find", whole=False)
    mine.page.set_viewport_size({"width": 1280, "height": 900})
    mine.page.context.set_offline(True)
    mine.press("Control+End").type(" More.")
    mine.says(OFFLINE)
    look(mine.page, "edit-offline", whole=False)
    mine.page.context.set_offline(False)
    mine.says(SAVED)


def test_without_scripts_the_form_is_enough(editor: Any, session: str, window: Any, post: "Post") -> None:
    page = window(session, java_script_enabled=False)
    page.goto(f"/posts/{post.pk}")
    page.get_by_role("link", name="Edit").click()
    page.get_by_label("Text", exact=True).fill("It comes and goes.")
    page.get_by_role("button", name="Save").click()
    page.get_by_text("Saved.").wait_for()
    page.get_by_text("It comes and goes.").wait_for()
    assert stored(post) == "It comes and goes."
