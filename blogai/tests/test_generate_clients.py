"""`manage.py generate_clients --check`, and what of the description the clients are made of."""

from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from drf_spectacular.generators import SchemaGenerator

from blogai.management.commands import generate_clients
from blogai.management.commands.generate_clients import for_clients

DOCUMENT: dict[str, Any] = {
    "info": {"version": "1.2.3"},
    "paths": {
        "/api/v1/things": {"post": {"callbacks": {}, "responses": {"201": {}, "default": {}, "503": {}}}},
        "/health": {"get": {"responses": {"200": {}}}},
    },
    "components": {"schemas": {"Thing": {"properties": {"size": {"type": "integer", "default": 5}}}}},
}


def test_clients_are_made_of_calls_that_succeed_and_send_no_defaults() -> None:
    made_of = for_clients(DOCUMENT)
    assert made_of["paths"] == {"/api/v1/things": {"post": {"responses": {"201": {}}}}}
    assert made_of["components"]["schemas"]["Thing"]["properties"] == {"size": {"type": "integer"}}
    assert "default" in DOCUMENT["paths"]["/api/v1/things"]["post"]["responses"]


def test_a_change_of_the_description_or_of_a_generated_file_is_found(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(SchemaGenerator, "get_schema", lambda *args, **options: DOCUMENT)
    monkeypatch.setattr(generate_clients, "SEAL", tmp_path / "generated.json")
    sealed = generate_clients.seal(for_clients(DOCUMENT))
    generate_clients.write_seal(sealed)
    call_command("generate_clients", "--check", stdout=StringIO())

    generate_clients.write_seal({**sealed, "the description of the API": "other"})
    with pytest.raises(CommandError, match=r"^Run `make clients`: the description of the API changed"):
        call_command("generate_clients", "--check")

    generate_clients.write_seal(sealed)
    monkeypatch.setattr(generate_clients, "PYTHON", tmp_path)
    with pytest.raises(CommandError, match="clients/python changed"):
        call_command("generate_clients", "--check")
