"""What a post has beside its text: title, slug, description, tags, and whether it is a favorite."""

from collections.abc import Callable, Mapping
from typing import Any
from uuid import UUID

from accounts.models import User
from generation.editing import history
from generation.editing.services import shelf_of
from generation.models import Post
from generation.posts.services import post_for


def change(user: User, post_id: UUID, fields: Mapping[str, Any], *, require: Callable[[Post], None]) -> Post:
    """Change those fields of the user's post. A new title is a new version of the post. Raises NotFound.

    `require` may refuse, with an error, to change the post that it is given; nobody can change it meanwhile.
    """
    with shelf_of(user, post_id) as shelf:
        post = shelf.post
        require(post)
        others = {name: value for name, value in fields.items() if name != "title"}
        if "title" in fields:
            history.rename(shelf, fields["title"])
        for name, value in others.items():
            setattr(post, name, value)
        if others:
            post.save(update_fields=[*others, "updated_at"])
        return post_for(user, post_id)
