"""The links of the ledger's lines to the posts that they are about, as /usage shows them."""

import re

from django.test import Client

from accounts.models import User
from generation.llm.simulated import Answer, Server
from generation.models import Post
from generation.notifications.tests.acting import write
from generation.pipeline.types import Brief
from generation.posts.services import delete, restore
from generation.runs.links import links_of
from generation.runs.start import RunOptions, start_run


def test_a_line_leads_to_its_post_while_that_is_there(browser: Client, alice: User, provider: Server) -> None:
    run = write(start_run(alice, RunOptions(brief=Brief(topic="Tides", sections=1))))
    post = Post.objects.get()
    link = f'<a href="/posts/{post.pk}" dir="auto">{post.title}</a>'
    assert link in browser.get("/usage").text
    delete(alice, post.pk)
    page = browser.get("/usage").text
    assert link not in page and "A deleted post" in page
    restore(alice, post.pk)
    assert links_of(alice, [run.pk])[run.pk].title == post.title


def test_one_that_was_not_finished_leads_to_its_page(browser: Client, alice: User, provider: Server) -> None:
    provider.script.add(Answer(text=""), schema=False, times=None)
    run = write(start_run(alice, RunOptions(brief=Brief(topic="Why <i>tides</i>", sections=1))))
    page = browser.get("/usage").text
    found = re.search(rf'<a href="/posts/{run.post_id}" dir="auto">(.*?)</a>', page)
    assert found and "<i>" not in found[1]
    assert "Failed or stopped – not charged" in page
    assert browser.get(f"/posts/{run.post_id}").status_code == 200


def test_no_link_is_a_strangers(alice: User, mallory: User, provider: Server) -> None:
    run = start_run(alice, RunOptions(brief=Brief(topic="Tides", sections=1)))
    assert links_of(mallory, [run.pk]) == {}
    assert links_of(alice, [run.pk])[run.pk].title == "Tides"
