"""`manage.py generate_clients`: writes what the clients in clients/ have from the description of the API."""

import hashlib
import json
import re
import shutil
import subprocess
import tempfile
from argparse import ArgumentParser
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from drf_spectacular.generators import SchemaGenerator

CLIENTS = Path(settings.BASE_DIR, "clients")
SEAL = CLIENTS / "generated.json"
"""Hashes of the description and of what was made of it: `--check` needs no generator and no network."""
PYTHON = CLIENTS / "python" / "src" / "blog_ai" / "generated"
TYPESCRIPT = CLIENTS / "typescript" / "src" / "generated"
PACKAGE_JSON = CLIENTS / "typescript" / "package.json"
PYTHON_GENERATOR = "openapi-python-client==0.29.1"
STREAM = "text/event-stream"
FILE = "application/octet-stream"
METHODS = ("get", "put", "post", "patch", "delete")

type Schema = dict[str, Any]


class Command(BaseCommand):
    help = "Generate the Python and TypeScript clients from the API's description."
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--check", action="store_true", help="write nothing; fail if a file would change")

    def handle(self, *args: Any, **options: Any) -> None:
        document = SchemaGenerator().get_schema(request=None, public=True)  # type: ignore[no-untyped-call]
        schema = for_clients(document)
        if options["check"]:
            stale = differences(json.loads(SEAL.read_text()), seal(schema))
            if stale:
                raise CommandError(f"Run `make clients`: {', '.join(stale)} changed since the last time.")
            self.stdout.write("The clients match the API's description.")
            return
        generate(schema)
        write_seal(seal(schema))
        self.stdout.write("The clients are written.")


def for_clients(document: Schema) -> Schema:
    """What clients need: `/api/v1`, and of each operation what it answers when all is well.

    A refusal is raised as an error for all operations alike. Defaults are the server's: a client that sent
    them would overrule a server which has others.
    """
    paths = {path: item for path, item in document["paths"].items() if path.startswith("/api/v1/")}
    kept: Schema = json.loads(json.dumps({**document, "paths": paths}))
    for item in kept["paths"].values():
        for operation in (item[method] for method in METHODS if method in item):
            operation.pop("callbacks", None)
            answers = operation["responses"].items()
            operation["responses"] = {status: reply for status, reply in answers if status.startswith("2")}
            for reply in operation["responses"].values():
                if STREAM in reply.get("content", {}):  # read by hand, event by event
                    reply["content"][STREAM] = {"schema": {"type": "string"}}
                if len(reply.get("content", {})) > 1:  # a file, of whatever type: its bytes
                    reply["content"] = {FILE: {"schema": {"type": "string", "format": "binary"}}}
    for component in kept["components"]["schemas"].values():
        for field in component.get("properties", {}).values():
            field.pop("default", None)
    return kept


def generate(schema: Schema) -> None:
    """Replace what was generated. Raises CommandError where a generator is missing or fails."""
    version = schema["info"]["version"]
    with tempfile.TemporaryDirectory() as scratch:
        described = Path(scratch, "openapi.json")
        described.write_text(json.dumps(schema))
        _python(described, version)
        _typescript(described, version)


def _python(described: Path, version: str) -> None:
    folder = CLIENTS / "python"
    options = ("--meta", "none", "--overwrite", "--fail-on-warning")
    _run(
        *(_uv(), "tool", "run", "--from", PYTHON_GENERATOR, "openapi-python-client", "generate", *options),
        *("--path", described, "--output-path", PYTHON),
        *("--config", folder / "generator.json", "--custom-template-path", folder / "templates"),
    )
    (PYTHON / "version.py").write_text(f'VERSION = "{version}"\n')
    client = PYTHON / "client.py"
    in_python_3_10 = "from typing import Any\nfrom typing_extensions import Self"
    client.write_text(client.read_text().replace("from typing import Any, Self", in_python_3_10))
    ruff, style = (
        Path(settings.BASE_DIR, ".venv/bin/ruff"),
        ("--line-length", "110", "--target-version", "py310"),
    )
    _run(ruff, "check", "--isolated", "--quiet", *style, "--fix-only", "--select", "F401,I", PYTHON)
    _run(ruff, "format", "--isolated", "--quiet", *style, PYTHON)


def _typescript(described: Path, version: str) -> None:
    generator = CLIENTS / "typescript" / "node_modules" / ".bin" / "openapi-typescript"
    if not generator.exists():
        raise CommandError("openapi-typescript is not installed: `make clients` does that, with npm.")
    _run(
        generator,
        described,
        "--output",
        TYPESCRIPT / "schema.ts",
        "--root-types",
        "--root-types-no-schema-prefix",
    )
    (TYPESCRIPT / "version.ts").write_text(f'export const VERSION = "{version}";\n')
    package = PACKAGE_JSON.read_text()
    if f'"version": "{version}"' not in package:  # else make would think that there is something to install
        PACKAGE_JSON.write_text(re.sub(r'"version": "[^"]*"', f'"version": "{version}"', package))


def seal(schema: Schema) -> dict[str, str]:
    """What was generated, from what, as hashes."""
    return {
        "the description of the API": _hash(json.dumps(schema, sort_keys=True).encode()),
        "what generates the clients": _hash(*(path.read_bytes() for path in _inputs())),
        "clients/python": _hash_of_files(PYTHON),
        "clients/typescript": _hash_of_files(TYPESCRIPT),
    }


def write_seal(sealed: dict[str, str]) -> None:
    SEAL.write_text(json.dumps(sealed, indent=2) + "\n")


def differences(before: dict[str, str], now: dict[str, str]) -> list[str]:
    return [name for name, value in now.items() if before.get(name) != value]


def _inputs() -> Iterator[Path]:
    """The files, beside the description, that decide how generated code looks."""
    yield Path(__file__)
    yield CLIENTS / "python" / "generator.json"
    yield from sorted((CLIENTS / "python" / "templates").rglob("*.jinja"))
    yield PACKAGE_JSON


def _hash_of_files(folder: Path) -> str:
    files = sorted(path for path in folder.rglob("*") if path.suffix in (".py", ".ts"))
    return _hash(*(f"{path.relative_to(folder)}\n{path.read_text()}".encode() for path in files))


def _hash(*contents: bytes) -> str:
    return hashlib.sha256(b"\0".join(contents)).hexdigest()


def _uv() -> str:
    """`make .venv` has put uv into .venv where there is none on the path."""
    own = Path(settings.BASE_DIR, ".venv/uv/bin/uv")
    found = str(own) if own.exists() else shutil.which("uv")
    if found is None:
        raise CommandError("uv was not found: `make .venv` installs it.")
    return found


def _run(*command: str | Path) -> None:
    done = subprocess.run(command, cwd=CLIENTS, capture_output=True, text=True)
    if done.returncode:
        raise CommandError(f"{' '.join(map(str, command))} failed:\n{done.stdout}{done.stderr}")
