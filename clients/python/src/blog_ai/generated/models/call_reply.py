from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from attrs import define as _attrs_define

T = TypeVar("T", bound="CallReply")


@_attrs_define
class CallReply:
    step: str
    provider: str
    model: str
    input_tokens: int
    output_tokens: int
    estimated: bool
    """ The provider did not count: characters / 4. """
    cost_usd: str
    price_version: str
    """ Of the price list; `own` is the operator’s, `local` and `simulated` are free, `unpriced` unknown. """
    duration_ms: int
    finish_reason: str
    error: str
    """ The code of the error that it ended with, or empty. """

    def to_dict(self) -> dict[str, Any]:
        step = self.step

        provider = self.provider

        model = self.model

        input_tokens = self.input_tokens

        output_tokens = self.output_tokens

        estimated = self.estimated

        cost_usd = self.cost_usd

        price_version = self.price_version

        duration_ms = self.duration_ms

        finish_reason = self.finish_reason

        error = self.error

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "step": step,
                "provider": provider,
                "model": model,
                "input_tokens": input_tokens,
                "output_tokens": output_tokens,
                "estimated": estimated,
                "cost_usd": cost_usd,
                "price_version": price_version,
                "duration_ms": duration_ms,
                "finish_reason": finish_reason,
                "error": error,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        step = d.pop("step")

        provider = d.pop("provider")

        model = d.pop("model")

        input_tokens = d.pop("input_tokens")

        output_tokens = d.pop("output_tokens")

        estimated = d.pop("estimated")

        cost_usd = d.pop("cost_usd")

        price_version = d.pop("price_version")

        duration_ms = d.pop("duration_ms")

        finish_reason = d.pop("finish_reason")

        error = d.pop("error")

        call_reply = cls(
            step=step,
            provider=provider,
            model=model,
            input_tokens=input_tokens,
            output_tokens=output_tokens,
            estimated=estimated,
            cost_usd=cost_usd,
            price_version=price_version,
            duration_ms=duration_ms,
            finish_reason=finish_reason,
            error=error,
        )

        return call_reply
