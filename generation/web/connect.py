"""Connect a model: in development, a key or an address is tested and then used for the next post."""

import asyncio
import logging
from typing import Any
from urllib.parse import urlsplit

from django import forms
from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from blogai.core.db import release_connections
from blogai.core.errors import BlogAIError, ProviderBusy, ProviderRejected, ProviderTimeout, Unavailable
from blogai.core.form_errors import CHOICE
from generation.llm import connected
from generation.llm.connected import Connection
from generation.llm.discovery import models_at, on_this_machine
from generation.llm.providers.errors import KeyRejected, ModelRejected, OutOfCredit, Unreachable, title
from generation.llm.registry import label, provider_of, writer
from generation.llm.trial import try_out
from generation.web.page import SignedInPage

logger = logging.getLogger(__name__)

LIST_SECONDS = 5
"""Timeout for a server's list of models."""


def on_offer() -> list[str]:
    """The providers that can be connected: those in LLM_PROVIDER_ORDER that no variable configures."""
    return [
        name
        for name in settings.LLM_PROVIDER_ORDER
        if name in connected.PROVIDERS and not connected.set_in_environment(name)
    ]


class SecretField(forms.CharField):
    """An API key. It is never rendered back into the page."""

    widget = forms.PasswordInput(attrs={"autocomplete": "off", "spellcheck": "false"})

    def clean(self, value: Any) -> str:
        key = str(super().clean(value))
        if not (key.isascii() and key.isprintable()) or " " in key:
            raise forms.ValidationError("Keys don’t have spaces or special letters. Copy it again.")
        return key


class Trial(forms.Form):
    """A form whose values are tested with one call. Failures become errors of the field that they concern."""

    def connection(self) -> Connection:
        """The connection that a valid form describes. May add errors to the form."""
        raise NotImplementedError

    def tried(self) -> Connection | None:
        """The connection if a model answered through it; else None, with an error added to the form."""
        connection = self.connection()
        if self.errors:
            return None
        release_connections()  # hold no database connection while the model answers
        try:
            asyncio.run(
                try_out(provider_of(connection))
            )  # a new event loop closes its HTTP clients when it ends
        except BlogAIError as error:
            logger.info("could not connect a model: %s", error.detail)
            self.add_error(*self.fault(error, connection))
            return None
        return connection

    def fault(self, error: BlogAIError, connection: Connection) -> tuple[str, str]:
        """The field that the error concerns, and the message."""
        raise NotImplementedError


class KeyForm(Trial):
    """A key for OpenAI, Anthropic or Gemini."""

    provider = forms.ChoiceField(
        choices=lambda: [(name, title(name)) for name in on_offer()], error_messages=CHOICE
    )
    key = SecretField(max_length=500, label="Key", error_messages={"required": "Paste your key."})
    model = forms.CharField(max_length=200, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        usual = [f"{getattr(settings, f'{name.upper()}_MODEL')} ({title(name)})" for name in on_offer()]
        self.fields["model"].help_text = f"Leave blank for {', '.join(usual)}."

    def connection(self) -> Connection:
        given = self.cleaned_data
        return Connection(given["provider"], given["key"], model=given["model"])

    def fault(self, error: BlogAIError, connection: Connection) -> tuple[str, str]:
        who = title(connection.provider)
        match error:
            case KeyRejected():
                return "key", f"{who} didn’t accept this key. Check that you copied all of it."
            case OutOfCredit():
                return "key", f"Your {who} account is out of credit."
            case ModelRejected():
                return "model", f"{who} doesn’t offer {provider_of(connection).model} with this key."
            case ProviderBusy():
                return "key", f"{who} is busy, or this key has reached its limit. Try again in a minute."
            case ProviderRejected():
                return "key", f"{who} didn’t accept the request. Check the key and the model’s name."
            case Unreachable():
                return "provider", f"We can’t reach {who}. Check your internet connection."
            case ProviderTimeout():
                return "provider", f"{who} didn’t answer in time. Try again."
        return "provider", f"{who} sent an answer we can’t use. Try again in a minute."


class ServerForm(Trial):
    """Any server that speaks OpenAI's protocol, for example one on this computer."""

    base_url = forms.CharField(
        max_length=500,
        label="Address",
        help_text="Such as http://127.0.0.1:11434/v1. Most addresses end in /v1.",
        widget=forms.TextInput(attrs={"inputmode": "url", "autocomplete": "off", "spellcheck": "false"}),
        error_messages={"required": "Enter the server’s address."},
    )
    model = forms.CharField(
        max_length=200,
        required=False,
        help_text="Such as llama3.2. Leave blank if the server has only one model.",
    )
    key = SecretField(max_length=500, required=False, help_text="Only if the server needs one.")

    def clean_base_url(self) -> str:
        base_url: str = self.cleaned_data["base_url"].rstrip("/").removesuffix("/chat/completions")
        wrong = forms.ValidationError("Start the address with http:// or https://, then the server’s name.")
        try:
            parts = urlsplit(base_url)
            good = parts.scheme in {"http", "https"} and parts.hostname and parts.port != 0
        except ValueError:
            raise wrong from None
        if not good or not base_url.isascii() or not base_url.isprintable() or " " in base_url:
            raise wrong
        return base_url

    def clean(self) -> dict[str, Any]:
        if "openai" not in on_offer():
            raise forms.ValidationError(
                "An environment variable already sets OpenAI, or a server in its place."
            )
        return self.cleaned_data

    def connection(self) -> Connection:
        base_url, key = self.cleaned_data["base_url"], self.cleaned_data["key"]
        return Connection(
            "openai", key, base_url, self.cleaned_data["model"] or self._only_model(base_url, key)
        )

    def _only_model(self, base_url: str, key: str) -> str:
        """The server's model, if it has exactly one; else adds an error to the form."""
        release_connections()
        models = asyncio.run(models_at(base_url, key, seconds=LIST_SECONDS))
        if models is None:
            self.add_error("base_url", "Nothing is answering at this address. Is the server running?")
        elif len(models) == 1:
            return models[0]
        elif models:
            some = ", ".join(models[:5]) + (", …" if len(models) > 5 else "")
            self.add_error("model", f"This server has several models. Enter one of these: {some}.")
        else:
            self.add_error("model", "This server doesn’t list its models. Enter the name of the one to use.")
        return ""

    def fault(self, error: BlogAIError, connection: Connection) -> tuple[str, str]:
        match error:
            case KeyRejected() if connection.key:
                return "key", "The server didn’t accept this key. Check that you copied all of it."
            case KeyRejected():
                return "key", "This server needs a key."
            case OutOfCredit():
                return "key", "The account behind this key is out of credit."
            case ModelRejected():
                return (
                    "model",
                    f"The server doesn’t have {connection.model}. Check the name and the address.",
                )
            case ProviderBusy():
                return "base_url", "The server is busy. Try again in a minute."
            case ProviderRejected():
                return (
                    "base_url",
                    "The server didn’t accept the request. Check the address and the model’s name.",
                )
            case Unreachable():
                return "base_url", "Nothing is answering at this address. Is the server running?"
            case ProviderTimeout():
                return (
                    "base_url",
                    "The server didn’t answer in time. It may still be loading the model, so try again.",
                )
        return "base_url", "The server failed, or isn’t compatible with OpenAI. Check the address."


class ConnectModel(SignedInPage):
    def get(self, request: HttpRequest) -> HttpResponse:
        return self.show(KeyForm(prefix="key"), ServerForm(prefix="server"))

    def post(self, request: HttpRequest) -> HttpResponse:
        sent = request.POST
        by_address = "server-base_url" in sent
        key = KeyForm(None if by_address else sent, prefix="key")
        server = ServerForm(sent if by_address else None, prefix="server")
        form: Trial = server if by_address else key
        connection = form.tried() if form.is_valid() else None
        if connection is None:
            return self.show(key, server, status=422)
        try:
            connected.connect(connection)
        except OSError as error:  # a full disk, or a folder that cannot be written
            raise Unavailable(
                f"The model works, but we can’t save it in {settings.DATA_DIR}: {error.strerror}."
            ) from error
        messages.success(request, _news(connection))
        return redirect("connect")

    def show(self, key: KeyForm, server: ServerForm, status: int = 200) -> HttpResponse:
        offered, connection = on_offer(), connected.kept()
        for form in (key, server):
            _ask_for_key_again(form)
        release_connections()  # hold no database connection while servers are queried
        context = {
            "key": key if offered else None,
            "server": server if "openai" in offered else None,
            "refused": bool(key.errors or server.errors),
            "found": asyncio.run(on_this_machine(but=settings.PORT)) if "openai" in offered else [],
            "connection": connection,
            "used": connection is not None and connection == connected.current(),
            "provider": title(connection.provider) if connection else "",
            "model": writer(connection.provider)[1] if connection else "",
            "writer": label(*writer()),
            "demo": writer()[0] == "local",
            "folder": settings.DATA_DIR,
            "from_environment": [
                title(name) for name in connected.PROVIDERS if connected.set_in_environment(name)
            ],
        }
        return render(self.request, "generation/connect.html", context, status=status)


def _ask_for_key_again(form: Trial) -> None:
    """Say beside a refused form's key that it has to be pasted again."""
    if form.errors and form.data.get(form.add_prefix("key")):
        form["key"].help_text = "Your key wasn’t saved. Paste it again."


class DisconnectModel(SignedInPage):
    def post(self, request: HttpRequest) -> HttpResponse:
        connected.disconnect()
        messages.success(request, "The model is disconnected and its key deleted from this computer.")
        return redirect("connect")


def _news(connection: Connection) -> str:
    provider, model = writer()
    if provider == connection.provider:
        return f"{model} is connected and will write your next post."
    new = writer(connection.provider)[1]
    return (
        f"{new} is connected. {label(provider, model)} still writes your posts unless you choose "
        "another model."
    )
