"""/api/v1/posts/{id}/text: read and save a text; nothing that anybody wrote is lost."""

from typing import Any
from uuid import uuid4

import pytest

from accounts.models import User
from generation.models import ContentVersion, Post, Proposal
from generation.posts.services import delete
from generation.posts.tests.posts import a_post
from generation.runs.invariants import broken

BODY = """Twice a day the sea comes in.

## The pull of the moon

The moon pulls. The sea follows.

## Conclusion

Look at the table before you swim.

## Questions

### Why twice?

There are two bulges."""


@pytest.fixture
def post(alice: User) -> Post:
    return a_post(alice, text="The moon pulls. The sea follows.")


@pytest.fixture
def text(client_for: Any, post: Post) -> Any:
    """Saves a text on top of a version, and returns the reply's body; without a text, reads."""
    client, url = client_for("alice"), f"/api/v1/posts/{post.pk}/text"

    def ask(base: int = 0, text: str | None = None, **more: Any) -> Any:
        if text is None:
            reply = client.get(url)
        else:
            reply = client.put(url, {"base": base, "text": text, **more}, content_type="application/json")
        assert reply.status_code == 200, reply.content
        return reply.json()

    return ask


def test_it_works(text: Any, post: Post) -> None:
    assert text() == {"version": 1, "title": post.title, "text": BODY}
    changed = BODY.replace("The sea follows.", "The sea follows it. 🌊")
    assert text(1, changed) == {
        **{"version": 2, "title": post.title, "text": changed},
        **{"merged": False, "changes": [], "conflict": None},
    }
    assert text()["version"] == 2
    post.refresh_from_db()
    assert post.content_markdown == f"# {post.title}\n\n{changed}"
    assert post.parts[1]["text"] == "The moon pulls. The sea follows it. 🌊"
    versions = ContentVersion.objects.filter(post=post).order_by("number")
    assert [(each.author, each.body) for each in versions] == [("model", BODY), ("person", changed)]
    assert broken() == []


def test_the_same_text_makes_no_version(text: Any) -> None:
    assert text(1, BODY)["version"] == 1
    assert not ContentVersion.objects.exists()


def test_two_tabs_are_merged(text: Any) -> None:
    text(1, BODY.replace("Twice a day", "Twice each day"), session=str(uuid4()))
    late = BODY.replace("🌊", "").replace("The sea follows.", "The sea follows. 🌊")
    reply = text(1, late, session=str(uuid4()))
    both = late.replace("Twice a day", "Twice each day")
    assert (reply["text"], reply["merged"], reply["conflict"]) == (both, True, None)
    assert reply["changes"] == [{"from": 6, "to": 8, "insert": "each "}]
    assert [each.author for each in ContentVersion.objects.order_by("number")] == [
        *("model", "person", "person", "merge")
    ]


def test_what_contradicts_becomes_a_proposal(text: Any, post: Post) -> None:
    theirs = BODY.replace("The moon pulls.", "It is the moon that does it.")
    mine = BODY.replace("The moon pulls.", "Gravity, says Newton.") + " Two, no less."
    text(1, theirs)
    reply = text(1, mine)
    assert reply["text"] == theirs + " Two, no less."
    proposal = Proposal.objects.get(pk=reply["conflict"]["proposal_id"])
    assert (proposal.original.strip(), proposal.body.strip()) == (
        "It is the moon that does it.",
        "Gravity, says Newton.",
    )
    assert reply["text"][proposal.start : proposal.end] == proposal.original
    assert (proposal.base, proposal.beside) == (reply["version"], reply["conflict"]["version"])
    assert ContentVersion.objects.get(post=post, number=reply["conflict"]["version"]).body == mine


def test_a_reply_that_got_lost_is_no_conflict(text: Any) -> None:
    session = str(uuid4())
    text(1, BODY + " A second tho", session=session)
    reply = text(1, BODY + " A second thought.", session=session)
    assert (reply["text"], reply["merged"]) == (BODY + " A second thought.", False)


@pytest.mark.parametrize("base", [0, 7, 2_147_483_647])
def test_an_unknown_base_is_the_nearest(text: Any, base: int) -> None:
    text(1, BODY + " Mine.")
    assert "Yours." in text(base, BODY + " Mine. Yours.")["text"]


def test_a_deleted_post_says_so(client_for: Any, alice: User, post: Post) -> None:
    delete(alice, post.pk)
    reply = client_for("alice").put(
        f"/api/v1/posts/{post.pk}/text", {"base": 1, "text": "x"}, content_type="application/json"
    )
    assert reply.status_code == 404


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({"base": 1}, 422),
        ({"base": "1", "text": "x"}, 422),
        ({"base": 1, "text": "\0"}, 422),
        ({"base": 1, "text": "x", "session": 7}, 422),
        ({"base": 1, "text": "x" * 2_000_001}, 413),
        ({"base": 1, "text": "x" * 7_000_000}, 413),
    ],
)
def test_bad_bodies(client_for: Any, post: Post, body: dict[str, Any], status: int) -> None:
    url = f"/api/v1/posts/{post.pk}/text"
    reply = client_for("alice").put(url, body, content_type="application/json")
    assert reply.status_code == status, reply.content


def test_two_megabytes_are_taken(text: Any) -> None:
    long = "The sea, the sea. " * 111_000
    assert len(text(1, long)["text"]) == len(long)


def test_an_empty_text_is_one_too(text: Any, post: Post, client_for: Any) -> None:
    assert text(1, "")["text"] == ""
    reply = client_for("alice").get(f"/api/v1/posts/{post.pk}")
    assert (reply.status_code, reply.json()["introduction"], reply.json()["sections"]) == (200, "", [])


def test_parts_keep_their_names(text: Any, post: Post) -> None:
    head = text(1, BODY.replace("## The pull of the moon\n\nThe moon pulls. The sea follows.\n\n", ""))
    head = text(head["version"], head["text"] + "\n\n## New\n\nAll new.")
    post.refresh_from_db()
    assert [part["name"] for part in post.parts] == ["introduction", "conclusion", "faq", "section-2"]
    text(head["version"], BODY + "\n\n### Another?\n\nNo.")
    post.refresh_from_db()
    assert [part["name"] for part in post.parts] == ["introduction", "section-1", "conclusion", "faq"]
    assert [pair["question"] for pair in post.faq] == ["Why twice?", "Another?"]
