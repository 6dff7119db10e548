"""Finished posts for tests, stored in the same way as by a completed run."""

from uuid_utils.compat import uuid7

from accounts.models import User
from generation.conversations.services import conversation_named
from generation.models import Post
from generation.pipeline.assembly import markdown
from generation.pipeline.types import Draft, Part, Question, Scores
from generation.posts.services import store


def a_post(
    owner: User,
    title: str = "How tides work",
    *,
    text: str = "The moon pulls, and the **sea** follows.",
    written_by: tuple[str, str] = ("openai", "scripted"),
    language: str = "en",
    notes: tuple[str, ...] = (),
) -> Post:
    parts = (
        Part(name="introduction", heading="", text="Twice a day the sea comes in."),
        Part(name="section-1", heading="The pull of the moon", text=text),
        Part(name="conclusion", heading="Conclusion", text="Look at the table before you swim."),
        Part(name="faq", heading="Questions", text="### Why twice?\n\nThere are two bulges."),
    )
    return store(
        id=uuid7(),
        owner_id=owner.pk,
        conversation=conversation_named(owner, ""),
        language=language,
        draft=Draft(
            title=title,
            slug="how-tides-work",
            description="",
            tags=(),
            parts=parts,
            faq=(Question(question="Why twice?", answer="There are two bulges."),),
            content_markdown=markdown(title, parts),
            word_count=1240,
            scores=Scores(words=1240, target_words=1200, notes=notes),
        ),
        written_by=written_by,
    )
