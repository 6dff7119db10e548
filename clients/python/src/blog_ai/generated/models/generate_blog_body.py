from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, cast

from attrs import define as _attrs_define

from ..models.tone_enum import ToneEnum, check_tone_enum
from ..types import UNSET, Unset

T = TypeVar("T", bound="GenerateBlogBody")


@_attrs_define
class GenerateBlogBody:
    """A brief, as a person or a program writes it. Text is kept as written."""

    topic: str
    keywords: list[str] | Unset = UNSET
    sections: int | Unset = UNSET
    """ Or `num_sections`. """
    tone: ToneEnum | Unset = UNSET
    """ * `informative` - informative
    * `casual` - casual
    * `professional` - professional
    * `friendly` - friendly
    * `formal` - formal
    * `conversational` - conversational
    * `persuasive` - persuasive """
    audience: str | Unset = UNSET
    language: str | Unset = UNSET
    """ BCP-47. """
    words: int | None | Unset = UNSET
    include_faq: bool | Unset = UNSET
    review_outline: bool | Unset = UNSET
    """ Wait after the outline until `…/continue`. """
    include_research: bool | Unset = UNSET
    """ Or `research`. Only false: there is no web research yet. """
    provider: str | Unset = UNSET
    model: str | Unset = UNSET
    conversation_id: str | Unset = UNSET
    max_cost_usd: None | str | Unset = UNSET
    """ US dollars that the model calls of the run may cost together; at the limit it stops and keeps what is
    finished. Left out: as your plan says. """
    callback_url: str | Unset = UNSET
    """ An https address that is told, once and signed, how the run ended. """
    email_when_done: bool | Unset = UNSET
    """ Mail the account's address when the run has ended. """
    num_sections: int | Unset = UNSET
    """ The same as `sections`. """
    research: bool | Unset = UNSET
    """ The same as `include_research`. """

    def to_dict(self) -> dict[str, Any]:
        topic = self.topic

        keywords: list[str] | Unset = UNSET
        if not isinstance(self.keywords, Unset):
            keywords = self.keywords

        sections = self.sections

        tone: str | Unset = UNSET
        if not isinstance(self.tone, Unset):
            tone = self.tone

        audience = self.audience

        language = self.language

        words: int | None | Unset
        if isinstance(self.words, Unset):
            words = UNSET
        else:
            words = self.words

        include_faq = self.include_faq

        review_outline = self.review_outline

        include_research = self.include_research

        provider = self.provider

        model = self.model

        conversation_id: str | Unset
        if isinstance(self.conversation_id, Unset):
            conversation_id = UNSET
        else:
            conversation_id = self.conversation_id

        max_cost_usd: None | str | Unset
        if isinstance(self.max_cost_usd, Unset):
            max_cost_usd = UNSET
        else:
            max_cost_usd = self.max_cost_usd

        callback_url = self.callback_url

        email_when_done = self.email_when_done

        num_sections = self.num_sections

        research = self.research

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "topic": topic,
            }
        )
        if keywords is not UNSET:
            field_dict["keywords"] = keywords
        if sections is not UNSET:
            field_dict["sections"] = sections
        if tone is not UNSET:
            field_dict["tone"] = tone
        if audience is not UNSET:
            field_dict["audience"] = audience
        if language is not UNSET:
            field_dict["language"] = language
        if words is not UNSET:
            field_dict["words"] = words
        if include_faq is not UNSET:
            field_dict["include_faq"] = include_faq
        if review_outline is not UNSET:
            field_dict["review_outline"] = review_outline
        if include_research is not UNSET:
            field_dict["include_research"] = include_research
        if provider is not UNSET:
            field_dict["provider"] = provider
        if model is not UNSET:
            field_dict["model"] = model
        if conversation_id is not UNSET:
            field_dict["conversation_id"] = conversation_id
        if max_cost_usd is not UNSET:
            field_dict["max_cost_usd"] = max_cost_usd
        if callback_url is not UNSET:
            field_dict["callback_url"] = callback_url
        if email_when_done is not UNSET:
            field_dict["email_when_done"] = email_when_done
        if num_sections is not UNSET:
            field_dict["num_sections"] = num_sections
        if research is not UNSET:
            field_dict["research"] = research

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        topic = d.pop("topic")

        keywords = cast(list[str], d.pop("keywords", UNSET))

        sections = d.pop("sections", UNSET)

        _tone = d.pop("tone", UNSET)
        tone: ToneEnum | Unset
        if isinstance(_tone, Unset):
            tone = UNSET
        else:
            tone = check_tone_enum(_tone)

        audience = d.pop("audience", UNSET)

        language = d.pop("language", UNSET)

        def _parse_words(data: object) -> int | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(int | None | Unset, data)

        words = _parse_words(d.pop("words", UNSET))

        include_faq = d.pop("include_faq", UNSET)

        review_outline = d.pop("review_outline", UNSET)

        include_research = d.pop("include_research", UNSET)

        provider = d.pop("provider", UNSET)

        model = d.pop("model", UNSET)

        def _parse_conversation_id(data: object) -> str | Unset:
            if isinstance(data, Unset):
                return data
            return cast(str | Unset, data)

        conversation_id = _parse_conversation_id(d.pop("conversation_id", UNSET))

        def _parse_max_cost_usd(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        max_cost_usd = _parse_max_cost_usd(d.pop("max_cost_usd", UNSET))

        callback_url = d.pop("callback_url", UNSET)

        email_when_done = d.pop("email_when_done", UNSET)

        num_sections = d.pop("num_sections", UNSET)

        research = d.pop("research", UNSET)

        generate_blog_body = cls(
            topic=topic,
            keywords=keywords,
            sections=sections,
            tone=tone,
            audience=audience,
            language=language,
            words=words,
            include_faq=include_faq,
            review_outline=review_outline,
            include_research=include_research,
            provider=provider,
            model=model,
            conversation_id=conversation_id,
            max_cost_usd=max_cost_usd,
            callback_url=callback_url,
            email_when_done=email_when_done,
            num_sections=num_sections,
            research=research,
        )

        return generate_blog_body
