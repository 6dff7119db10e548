"""Tones and bounds of a brief are in `generation/pipeline/types.py` alone.

A process imports that file with other values, and says what everything else made of them.
"""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

PROJECT = Path(__file__).resolve().parent.parent.parent
TYPES = PROJECT / "generation" / "pipeline" / "types.py"
CHANGES = {
    '"conversational", "persuasive"': '"conversational", "persuasive", "wry"',
    "MAX_AUDIENCE = 500, 20, 100, 200": "MAX_AUDIENCE = 511, 21, 111, 222",
    "MAX_SECTIONS = 12": "MAX_SECTIONS = 13",
    "MIN_WORDS, MAX_WORDS = 150, 6000": "MIN_WORDS, MAX_WORDS = 155, 6666",
}
TONES = ["informative", "casual", "professional", "friendly", "formal", "conversational", "persuasive", "wry"]
REPORT = """
import importlib, json, sys
from types import ModuleType

name, path = "generation.pipeline.types", sys.argv[1]
sys.modules[name] = module = ModuleType(name)
exec(compile(sys.stdin.read(), path, "exec"), vars(module))
import django
django.setup()
from django.template.loader import render_to_string
from drf_spectacular.generators import SchemaGenerator
from blogai.management.commands.write import Command
from generation.api.generate_blog_serializers import GenerateBlogBody
from generation.web.brief_form import DEFAULTS, BriefForm, new_form

schemas = SchemaGenerator(urlconf="blogai.urls").get_schema(public=True)["components"]["schemas"]
described = schemas["GenerateBlogBody"]["properties"]
api, form = GenerateBlogBody().fields, new_form({}, DEFAULTS).fields
options = {action.dest: action for action in Command().create_parser("manage.py", "write")._actions}
tone = [each["$ref"] for each in described["tone"]["allOf"]][0].rpartition("/")[2]
bounds = ("maxLength", "maxItems", "minimum", "maximum")
print(json.dumps({
    "tones": {
        "api": list(api["tone"].choices),
        "form": [value for value, _ in form["tone"].choices],
        "command": list(options["tone"].choices),
        "openapi": schemas[tone]["enum"],
    },
    "bounds": {
        "api": {
            "topic": api["topic"].max_length,
            "keywords": [api["keywords"].max_length, api["keywords"].child.max_length],
            "audience": api["audience"].max_length,
            "sections": api["sections"].max_value,
            "words": [api["words"].min_value, api["words"].max_value],
        },
        "form": {
            "topic": form["topic"].max_length,
            "audience": form["audience"].max_length,
            "sections": form["sections"].choices[-1][0],
            "words": [validator.limit_value for validator in form["words"].validators],
        },
        "openapi": {
            name: {bound: described[name][bound] for bound in bounds if bound in described[name]}
            for name in ("topic", "keywords", "audience", "sections", "words")
        },
    },
    "help": " ".join(options[name].help for name in ("sections", "words")),
    "page": render_to_string("generation/runs/new.html", {"form": new_form({}, DEFAULTS)}),
}))
"""


@pytest.fixture(scope="module")
def made_of_it() -> dict[str, Any]:
    source = TYPES.read_text()
    for before, after in CHANGES.items():
        assert source.count(before) == 1, before
        source = source.replace(before, after)
    command = [sys.executable, "-c", REPORT, str(TYPES)]
    done = subprocess.run(command, cwd=PROJECT, input=source, capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr
    told: dict[str, Any] = json.loads(done.stdout)
    return told


def test_a_tone_is_one_line_in_one_file(made_of_it: dict[str, Any]) -> None:
    assert made_of_it["tones"] == dict.fromkeys(("api", "form", "command", "openapi"), TONES)


def test_the_api_the_form_and_openapi_have_the_bounds(made_of_it: dict[str, Any]) -> None:
    assert made_of_it["bounds"] == {
        "api": {
            "topic": 511,
            "keywords": [21, 111],
            "audience": 222,
            "sections": 13,
            "words": [155, 6666],
        },
        "form": {"topic": 511, "audience": 222, "sections": 13, "words": [155, 6666]},
        "openapi": {
            "topic": {"maxLength": 511},
            "keywords": {"maxItems": 21},
            "audience": {"maxLength": 222},
            "sections": {"minimum": 1, "maximum": 13},
            "words": {"minimum": 155, "maximum": 6666},
        },
    }


def test_what_people_read_has_them(made_of_it: dict[str, Any]) -> None:
    assert "1 to 13" in made_of_it["help"]
    assert "155 to 6666" in made_of_it["help"]
    page = made_of_it["page"]
    for piece in (
        'data-limit="511"',
        'maxlength="222"',
        "155 to 6,666",
        "Up to 21,",
        ">13 sections<",
        ">Wry<",
    ):
        assert piece in page, piece
