from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar, cast
from uuid import UUID

from attrs import define as _attrs_define

from ..models.post_status import PostStatus, check_post_status
from ..models.post_type import PostType, check_post_type

if TYPE_CHECKING:
    from ..models.post_reply_notes import PostReplyNotes
    from ..models.question import Question
    from ..models.receipt import Receipt
    from ..models.scores_reply import ScoresReply
    from ..models.section import Section


T = TypeVar("T", bound="PostReply")


@_attrs_define
class PostReply:
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
    status: PostStatus
    """ * `success` - success """
    success: bool
    type_: PostType
    """ * `blog` - blog """
    version: int
    """ The number of its newest version: 1 until it is edited. """
    content_markdown: str
    introduction: str
    sections: list[Section]
    conclusion: str
    faq: list[Question]
    sources: list[Any]
    """ Always empty: posts have no sources yet. """
    notes: PostReplyNotes
    """ Per part, what the checks found and could not fix. """
    scores: ScoresReply
    run: None | Receipt

    def to_dict(self) -> dict[str, Any]:
        from ..models.receipt import Receipt  # noqa: PLC0415

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

        status: str = self.status

        success = self.success

        type_: str = self.type_

        version = self.version

        content_markdown = self.content_markdown

        introduction = self.introduction

        sections = []
        for sections_item_data in self.sections:
            sections_item = sections_item_data.to_dict()
            sections.append(sections_item)

        conclusion = self.conclusion

        faq = []
        for faq_item_data in self.faq:
            faq_item = faq_item_data.to_dict()
            faq.append(faq_item)

        sources = self.sources

        notes = self.notes.to_dict()

        scores = self.scores.to_dict()

        run: dict[str, Any] | None
        if isinstance(self.run, Receipt):
            run = self.run.to_dict()
        else:
            run = self.run

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
                "status": status,
                "success": success,
                "type": type_,
                "version": version,
                "content_markdown": content_markdown,
                "introduction": introduction,
                "sections": sections,
                "conclusion": conclusion,
                "faq": faq,
                "sources": sources,
                "notes": notes,
                "scores": scores,
                "run": run,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.post_reply_notes import PostReplyNotes  # noqa: PLC0415
        from ..models.question import Question  # noqa: PLC0415
        from ..models.receipt import Receipt  # noqa: PLC0415
        from ..models.scores_reply import ScoresReply  # noqa: PLC0415
        from ..models.section import Section  # noqa: PLC0415

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

        status = check_post_status(d.pop("status"))

        success = d.pop("success")

        type_ = check_post_type(d.pop("type"))

        version = d.pop("version")

        content_markdown = d.pop("content_markdown")

        introduction = d.pop("introduction")

        sections = []
        _sections = d.pop("sections")
        for sections_item_data in _sections:
            sections_item = Section.from_dict(sections_item_data)

            sections.append(sections_item)

        conclusion = d.pop("conclusion")

        faq = []
        _faq = d.pop("faq")
        for faq_item_data in _faq:
            faq_item = Question.from_dict(faq_item_data)

            faq.append(faq_item)

        sources = cast(list[Any], d.pop("sources"))

        notes = PostReplyNotes.from_dict(d.pop("notes"))

        scores = ScoresReply.from_dict(d.pop("scores"))

        def _parse_run(data: object) -> None | Receipt:
            if data is None:
                return data
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                run_type_0 = Receipt.from_dict(data)

                return run_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(None | Receipt, data)

        run = _parse_run(d.pop("run"))

        post_reply = cls(
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
            status=status,
            success=success,
            type_=type_,
            version=version,
            content_markdown=content_markdown,
            introduction=introduction,
            sections=sections,
            conclusion=conclusion,
            faq=faq,
            sources=sources,
            notes=notes,
            scores=scores,
            run=run,
        )

        return post_reply
