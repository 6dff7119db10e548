from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Any, TypeVar, cast
from uuid import UUID

from attrs import define as _attrs_define

T = TypeVar("T", bound="PostSummary")


@_attrs_define
class PostSummary:
    id: UUID
    title: str
    slug: str
    description: str
    """ At most 160 characters. """
    tags: list[str]
    language: str
    """ BCP-47. """
    word_count: int
    model: str
    """ What wrote it; the demo model is called “local demo model”. """
    test: bool
    """ Whether a test key started it, and a simulated model wrote it. """
    conversation_id: str
    url: str
    created_at: datetime.datetime
    updated_at: datetime.datetime

    def to_dict(self) -> dict[str, Any]:
        id = str(self.id)

        title = self.title

        slug = self.slug

        description = self.description

        tags = self.tags

        language = self.language

        word_count = self.word_count

        model = self.model

        test = self.test

        conversation_id = self.conversation_id

        url = self.url

        created_at = self.created_at.isoformat()

        updated_at = self.updated_at.isoformat()

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "id": id,
                "title": title,
                "slug": slug,
                "description": description,
                "tags": tags,
                "language": language,
                "word_count": word_count,
                "model": model,
                "test": test,
                "conversation_id": conversation_id,
                "url": url,
                "created_at": created_at,
                "updated_at": updated_at,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        id = UUID(d.pop("id"))

        title = d.pop("title")

        slug = d.pop("slug")

        description = d.pop("description")

        tags = cast(list[str], d.pop("tags"))

        language = d.pop("language")

        word_count = d.pop("word_count")

        model = d.pop("model")

        test = d.pop("test")

        conversation_id = d.pop("conversation_id")

        url = d.pop("url")

        created_at = datetime.datetime.fromisoformat(d.pop("created_at").replace("Z", "+00:00"))

        updated_at = datetime.datetime.fromisoformat(d.pop("updated_at").replace("Z", "+00:00"))

        post_summary = cls(
            id=id,
            title=title,
            slug=slug,
            description=description,
            tags=tags,
            language=language,
            word_count=word_count,
            model=model,
            test=test,
            conversation_id=conversation_id,
            url=url,
            created_at=created_at,
            updated_at=updated_at,
        )

        return post_summary
