"""docs/retention.md says of every table how long its rows are kept, and names real jobs and tests."""

import ast
import re

from django.apps import apps
from django.conf import settings

from blogai.schema.files import our_apps

PAGE = (settings.BASE_DIR / "docs/retention.md").read_text()


def test_every_table_has_its_place() -> None:
    tables = {
        model._meta.db_table
        for model in apps.get_models(include_auto_created=True)
        if model._meta.app_label in our_apps() and not model._meta.auto_created
    }
    assert {table for table in tables if f"`{table}`" not in PAGE} == set()


def test_what_it_names_is_there() -> None:
    named = re.findall(r"`([\w/]+\.py)::(\w+)`", PAGE)
    assert len(named) > 20
    for path, name in named:
        tree = ast.parse((settings.BASE_DIR / path).read_text())
        names = {node.name for node in tree.body if isinstance(node, ast.FunctionDef | ast.ClassDef)}
        names |= {node.name for node in tree.body if isinstance(node, ast.AsyncFunctionDef)}
        assert name in names, f"{path}::{name}"
