"""Splitting, merging and comparing texts: nothing is lost, and nothing stands there twice."""

from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from generation.editing import alignment, parts, sentences
from generation.editing.changes import changes, diff
from generation.editing.merge import merge
from generation.editing.passages import Passage, passage_now
from generation.posts.markdown import render_edited

MARKDOWN = st.lists(
    st.sampled_from(
        [
            *(
                "One is here. ",
                "Two, says Dr. Low. ",
                "三。",
                "Four?\n",
                "\n",
                "\n\n",
                "## A heading\n\n",
                "- item\n",
            ),
            *(
                "  - inner\n",
                "| a | b |\n",
                "|---|---|\n",
                "```\n",
                "code  \n",
                "    more\n",
                "> quoted\n",
                "\t",
            ),
            *("[^1]: note\n", "---\n", "5 ", "end", "\r", "\x0b", "\u2028", "🌊 "),
        ]
    ),
    max_size=14,
).map("".join)


@given(MARKDOWN, st.sampled_from(["en", "de-AT", "ja", "xx"]))
def test_pieces_are_the_whole_text(text: str, language: str) -> None:
    assert "".join(sentences.split(text, language)) == text
    assert "".join(sentences.words(text)) == text


def test_what_a_piece_is() -> None:
    text = "## Tides\n\nDr. Low knows. He swims!\n\n- One. Two.\n- Three\n\n| a | b |\n|---|---|\n\n"
    text += "```\nx = 1\n\ny\n```\n"
    assert [piece.strip() for piece in sentences.split(text)] == [
        *("## Tides", "Dr. Low knows.", "He swims!", "- One. Two.", "- Three"),
        *("| a | b |", "|---|---|", "```", "x = 1", "y", "```"),
    ]


@settings(max_examples=300, deadline=None)
@given(MARKDOWN, MARKDOWN, MARKDOWN)
def test_a_merge_keeps_what_either_side_wrote(base: str, mine: str, theirs: str) -> None:
    merged = merge(base, mine, theirs, by_word=False)
    old = {piece.rstrip() for piece in sentences.split(base)}
    for side, text in ((mine, merged.mine), (theirs, merged.text)):
        new = {piece.rstrip() for piece in sentences.split(side)} - old
        assert {piece for piece in new if piece not in text} == set()
    assert merge(base, base, theirs).text == theirs
    assert merge(base, mine, base).text == mine
    assert merge(base, mine, mine).text == mine


@settings(max_examples=300, deadline=None)
@given(MARKDOWN, MARKDOWN)
def test_changes_and_diff_lead_from_one_text_to_the_other(before: str, after: str) -> None:
    units = before.encode("utf-16-le")
    for change in reversed(changes(before, after)):
        start, end = change["from"] * 2, change["to"] * 2
        units = units[:start] + change["insert"].encode("utf-16-le") + units[end:]
    assert units.decode("utf-16-le") == after
    pieces = diff(before, after)
    assert "".join(piece.text for piece in pieces if piece.kind != "insert") == before
    assert "".join(piece.text for piece in pieces if piece.kind != "delete") == after


@given(MARKDOWN)
def test_a_page_has_the_sections_that_are_parts(text: str) -> None:
    found = parts.split(text, [])
    _, sections = render_edited(text)
    named = [placed.part.name for placed in found]
    assert len(sections) == len([name for name in named if name != "introduction"])
    assert all(text[placed.text_start :].startswith(placed.part.text) for placed in found)


A = "The sea rises. It falls.\n\nThe moon pulls.\n"


@pytest.mark.parametrize(
    ("mine", "theirs", "merged"),
    [
        pytest.param(
            A.replace("falls.", "falls. Always."), A.replace("pulls.", "pulls it."),
            "The sea rises. It falls. Always.\n\nThe moon pulls it.\n", id="different places",
        ),
        pytest.param(
            A + "\nMine.\n", A + "\nTheirs.\n", A + "\nTheirs.\n\nMine.\n", id="both add a paragraph",
        ),
        pytest.param(
            A.replace("falls.", "falls. So."), A.replace("falls.", "falls. So."),
            A.replace("falls.", "falls. So."), id="both add the same",
        ),
        pytest.param(
            A.replace("falls.", "falls. So."), A.replace("It falls.", "It falls. So. And then."),
            A.replace("It falls.", "It falls. So. And then."), id="one adds more",
        ),
        pytest.param(
            A.replace("The moon", "Our moon"), A.replace("moon pulls", "moon pulls hard"),
            A.replace("The moon pulls", "Our moon pulls hard"), id="different words of a sentence",
        ),
        pytest.param(
            "The sea rises. It falls.\n", A + "\nThe end.\n",
            "The sea rises. It falls.\n\nThe end.\n", id="deleted before what is added",
        ),
    ],
)  # fmt: skip
def test_what_becomes_of_both(mine: str, theirs: str, merged: str) -> None:
    found = merge(A, mine, theirs)
    assert (found.text, found.clean) == (merged, True)


def test_two_rewrites_of_a_paragraph_are_a_conflict() -> None:
    mine = A.replace("The sea rises.", "Gravity does it, says Newton.") + "\nMine.\n"
    theirs = A.replace("The sea rises.", "Nobody knows why.")
    found = merge(A, mine, theirs)
    assert found.text == theirs + "\nMine.\n", "what does not contradict is merged"
    assert [(each.mine.strip(), each.theirs.strip()) for each in found.conflicts] == [
        ("Gravity does it, says Newton.", "Nobody knows why.")
    ]


def test_deleted_here_and_changed_there_is_a_conflict() -> None:
    found = merge(A, A.replace(" It falls.", ""), A.replace("It falls.", "It falls twice."))
    assert not found.clean and "It falls twice." in found.text


@pytest.mark.sweep
@pytest.mark.parametrize("line", ["- a\n", "Each sentence is another, number {}. ", "'"])
def test_a_megabyte_is_split_and_merged(line: str) -> None:
    base = "".join(line.format(number) for number in range(1_000_000 // len(line)))
    middle = len(base) // len(line) // 2 * len(line)
    mine, theirs = f"Mine.\n\n{base}", f"{base[:middle]}\n\nTheirs.\n\n{base[middle:]}"
    merged = merge(base, mine, theirs)
    assert "Mine." in merged.mine and "Theirs." in merged.text


def test_long_texts_are_aligned_by_what_stands_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(alignment, "MOST", 400)
    random = Random(3)
    before = [str(random.randrange(500)) for _ in range(400)]
    after = [each for each in before if random.random() > 0.05] + ["last"]
    rebuilt, done = [], 0
    for edit in alignment.edits(before, after):
        rebuilt += before[done : edit.i1] + after[edit.j1 : edit.j2]
        done = edit.i2
    assert rebuilt + before[done:] == after


@pytest.mark.parametrize(
    ("now", "found"),
    [
        pytest.param(f"New.\n\n{A}", "The moon pulls.", id="further down"),
        pytest.param("The moon pulls.\n\nThe sea rises. It falls.\n", "The moon pulls.", id="moved"),
        pytest.param(A.replace("pulls", "pulls hard"), "The moon pulls hard.", id="edited"),
        pytest.param("The sea rises. It falls.\n", "", id="deleted"),
    ],
)
def test_a_passage_is_found_again(now: str, found: str) -> None:
    start = A.index("The moon")
    passage = passage_now(Passage(start, start + 15, "The moon pulls."), A, now, "en")
    assert passage.text.strip() == found
    assert now[passage.start : passage.end] == passage.text
