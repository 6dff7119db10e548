"""`.env.example` lists every variable that the product reads, and no other."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

PROJECT = Path(__file__).resolve().parent.parent.parent
PRODUCT = ("accounts", "billing", "blogai", "docker", "generation", "health")


def listed() -> list[str]:
    return re.findall(r"^#([A-Z][A-Z0-9_]*)=", (PROJECT / ".env.example").read_text(), re.MULTILINE)


def read_by_settings() -> Iterator[str]:
    """The names that settings.py gives to the readers of environment.py, and to functions of its own."""
    nodes = [*ast.walk(ast.parse((PROJECT / "blogai/settings.py").read_text()))]
    readers = {node.name for node in nodes if isinstance(node, ast.FunctionDef)}
    for node in nodes:
        if isinstance(node, ast.ImportFrom) and (node.module or "").endswith(".environment"):
            readers |= {alias.name for alias in node.names}
    for node in nodes:
        match node:
            case ast.Call(func=ast.Name(id=reader), args=[ast.Constant(value=str(name)), *_]):
                if reader in readers:
                    yield name


def read_directly() -> Iterator[str]:
    """The names in `os.environ["NAME"]` and `os.environ.get("NAME")` anywhere in the product."""
    modules = (path for room in PRODUCT for path in (PROJECT / room).rglob("*.py"))
    for module in modules:
        if "tests" in module.parts:
            continue
        for node in ast.walk(ast.parse(module.read_text())):
            match node:
                case ast.Subscript(value=ast.Attribute(attr="environ"), slice=ast.Constant(value=str(name))):
                    yield name
                case ast.Call(
                    func=ast.Attribute(value=ast.Attribute(attr="environ"), attr="get"),
                    args=[ast.Constant(value=str(name)), *_],
                ):
                    yield name


def test_it_lists_every_variable_that_is_read_and_no_other() -> None:
    names = listed()
    assert len(names) == len(set(names))
    assert set(names) == {*read_by_settings(), *read_directly()}
