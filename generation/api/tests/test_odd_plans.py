"""Replies as models write them, through the whole product: one call a part, and a post that reads well."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from accounts.models import User
from generation.api.tests.test_generate_blog import generate
from generation.llm.simulated import Answer, Server, writing
from generation.llm.simulated.asked import Asked

BODY = {"topic": "How tides work", "sections": 2, "include_faq": False}
CALLS = 1 + 1 + 2 + 1
"""The outline, the introduction, the sections, the conclusion."""


@pytest.fixture
def key(key_for: Any, alice: User) -> str:
    return str(key_for(alice))


def plan(change: Callable[[dict[str, Any]], str]) -> Answer:
    return Answer(text=lambda asked: change(json.loads(writing.reply(asked))))


ODD = {
    "a trailing comma": lambda plan: json.dumps(plan)[:-1] + ",}",
    "a raw line break": lambda plan: json.dumps(plan | {"introduction": "One line@and another."}).replace(
        "@", "\n"
    ),
    "a comment": lambda plan: json.dumps(plan).replace("{", "{ // the plan\n", 1),
    "Python": repr,
    "nulls": lambda plan: json.dumps(plan | {"tags": None, "slug": None, "description": None}),
    "a section too many": lambda plan: json.dumps(
        plan | {"sections": [*plan["sections"], {"heading": "Surplus"}]}
    ),
    "sections as texts": lambda plan: json.dumps(plan | {"sections": ["The moon pulls", "The sun helps"]}),
    "names in capitals": lambda plan: (
        json.dumps(plan).replace('"title"', '"TITLE"').replace("headi", "Headi")
    ),
    "names in camel case": lambda plan: json.dumps(plan).replace('"title"', '"blogTitle"'),
    "names with blanks": lambda plan: json.dumps(plan).replace('"title"', '"Post title"'),
    "a title in a list": lambda plan: json.dumps(plan | {"title": [plan["title"]]}),
    "a section that is null": lambda plan: json.dumps(plan | {"sections": [None, *plan["sections"]]}),
    "the arguments of a call": lambda plan: json.dumps({"response": {"data": {"plan": plan}}}),
    "an example before": lambda plan: 'As in {"title": "…", "sections": []}:\n' + json.dumps(plan),
}


@pytest.mark.parametrize("change", ODD.values(), ids=ODD)
def test_an_odd_plan_takes_one_call(
    key: str, provider: Server, change: Callable[[dict[str, Any]], str]
) -> None:
    provider.script.add(plan(change), schema=True)
    reply = generate(key, BODY)
    assert (reply.status_code, len(provider.calls)) == (201, CALLS), reply.json()
    assert len(reply.json()["sections"]) == 2
    assert "Surplus" not in reply.json()["content_markdown"]


def test_links_of_a_model_are_words_wherever_the_post_is_read(key: str, provider: Server) -> None:
    def linked(asked: Asked) -> str:
        text = writing.reply(asked)
        return f"{text}\n\nSee [the *atlas*](https://x.example/atlas) and ![a chart](c)[^1].\n\n[^1]: Here."

    provider.script.add(Answer(text=linked), schema=False, times=None)
    reply = generate(key, BODY)
    assert reply.status_code == 201, reply.json()
    markdown = reply.json()["content_markdown"]
    assert markdown.count("See the *atlas* and a chart[^") == 4
    assert not [part for part in ("](", "x.example") if part in markdown]
    assert {"[^section-1-1]:", "[^section-2-1]:"} <= {*markdown.split()}
