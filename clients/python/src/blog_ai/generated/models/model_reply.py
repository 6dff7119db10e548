from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, cast

from attrs import define as _attrs_define

T = TypeVar("T", bound="ModelReply")


@_attrs_define
class ModelReply:
    provider: str
    """ `openai`, `anthropic`, `gemini`, or `local`, the demo model. """
    model: str
    """ The name that its provider uses. """
    label: str
    """ The display name, as in posts. """
    default: bool
    """ Whether it writes posts that request no model. """
    context_window: int | None
    """ In tokens; null if not known. """
    priced: bool
    """ Whether the price is known. Without it, `max_cost_usd` is refused. """
    input_price_usd: None | str
    """ Per million tokens, a decimal string; null if not known. """
    output_price_usd: None | str

    def to_dict(self) -> dict[str, Any]:
        provider = self.provider

        model = self.model

        label = self.label

        default = self.default

        context_window: int | None
        context_window = self.context_window

        priced = self.priced

        input_price_usd: None | str
        input_price_usd = self.input_price_usd

        output_price_usd: None | str
        output_price_usd = self.output_price_usd

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "provider": provider,
                "model": model,
                "label": label,
                "default": default,
                "context_window": context_window,
                "priced": priced,
                "input_price_usd": input_price_usd,
                "output_price_usd": output_price_usd,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        provider = d.pop("provider")

        model = d.pop("model")

        label = d.pop("label")

        default = d.pop("default")

        def _parse_context_window(data: object) -> int | None:
            if data is None:
                return data
            return cast(int | None, data)

        context_window = _parse_context_window(d.pop("context_window"))

        priced = d.pop("priced")

        def _parse_input_price_usd(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        input_price_usd = _parse_input_price_usd(d.pop("input_price_usd"))

        def _parse_output_price_usd(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        output_price_usd = _parse_output_price_usd(d.pop("output_price_usd"))

        model_reply = cls(
            provider=provider,
            model=model,
            label=label,
            default=default,
            context_window=context_window,
            priced=priced,
            input_price_usd=input_price_usd,
            output_price_usd=output_price_usd,
        )

        return model_reply
