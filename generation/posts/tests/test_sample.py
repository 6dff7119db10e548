"""The sample post, which the landing page and /sample show."""

from generation.pipeline.types import MAX_DESCRIPTION, MAX_LINE, MAX_TOPIC
from generation.posts.sample import FILE, sample_draft, sample_topic


def test_it_is_a_post_like_any_other() -> None:
    draft = sample_draft()
    assert [part.name for part in draft.parts] == [
        "introduction",
        *(f"section-{number}" for number in (1, 2, 3, 4)),
        "conclusion",
    ]
    assert all(part.text for part in draft.parts)
    assert len(draft.title) <= MAX_LINE
    assert len(draft.description) <= MAX_DESCRIPTION
    assert len(sample_topic()) <= MAX_TOPIC


def test_nothing_of_the_file_is_lost() -> None:
    written = FILE.read_text().split("+++")[2]
    assert written.split() == sample_draft().content_markdown.split()
    assert 350 <= sample_draft().word_count <= 450
