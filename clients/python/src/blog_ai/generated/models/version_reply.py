from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Any, TypeVar, cast
from uuid import UUID

from attrs import define as _attrs_define

from ..models.author_enum import AuthorEnum, check_author_enum

T = TypeVar("T", bound="VersionReply")


@_attrs_define
class VersionReply:
    number: int
    title: str
    author: AuthorEnum
    """ * `person` - Person
    * `model` - Model
    * `merge` - Merge
    * `restore` - Restore """
    base: int | None
    """ The version that it was made of. """
    session: None | UUID
    run_id: None | UUID
    note: str
    created_at: datetime.datetime
    current: bool
    """ Whether it is what the post is now. """
    text: str
    """ Markdown, without the title. """

    def to_dict(self) -> dict[str, Any]:
        number = self.number

        title = self.title

        author: str = self.author

        base: int | None
        base = self.base

        session: None | str
        if isinstance(self.session, UUID):
            session = str(self.session)
        else:
            session = self.session

        run_id: None | str
        if isinstance(self.run_id, UUID):
            run_id = str(self.run_id)
        else:
            run_id = self.run_id

        note = self.note

        created_at = self.created_at.isoformat()

        current = self.current

        text = self.text

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "number": number,
                "title": title,
                "author": author,
                "base": base,
                "session": session,
                "run_id": run_id,
                "note": note,
                "created_at": created_at,
                "current": current,
                "text": text,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        number = d.pop("number")

        title = d.pop("title")

        author = check_author_enum(d.pop("author"))

        def _parse_base(data: object) -> int | None:
            if data is None:
                return data
            return cast(int | None, data)

        base = _parse_base(d.pop("base"))

        def _parse_session(data: object) -> None | UUID:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                session_type_0 = UUID(data)

                return session_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(None | UUID, data)

        session = _parse_session(d.pop("session"))

        def _parse_run_id(data: object) -> None | UUID:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                run_id_type_0 = UUID(data)

                return run_id_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(None | UUID, data)

        run_id = _parse_run_id(d.pop("run_id"))

        note = d.pop("note")

        created_at = datetime.datetime.fromisoformat(d.pop("created_at").replace("Z", "+00:00"))

        current = d.pop("current")

        text = d.pop("text")

        version_reply = cls(
            number=number,
            title=title,
            author=author,
            base=base,
            session=session,
            run_id=run_id,
            note=note,
            created_at=created_at,
            current=current,
            text=text,
        )

        return version_reply
