"""/new: the form, its errors, and that submitting it twice makes one run."""

import re
import uuid
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from html import unescape
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

import pytest
from django.db import connection
from django.test import Client
from pytest_django import Settings

from accounts.models import User
from billing.models import TierLimit
from generation.llm.simulated import Server
from generation.models import Run
from generation.pipeline.types import MAX_TOPIC, MAX_WORDS, MIN_WORDS, Brief
from generation.runs.start import RunOptions, submit


def filled(**fields: str) -> dict[str, str]:
    return {
        "form": str(uuid.uuid4()),
        "topic": "How tides work",
        "sections": "5",
        "tone": "informative",
        "keywords": "",
        "audience": "",
        "language": "en",
        "words": "",
        "include_faq": "on",
        **fields,
    }


def test_it_works(browser: Any, provider: Server, alice: User) -> None:
    page = browser.get("/new")
    assert page.status_code == 200
    assert "What do you want to write about?" in page.text
    assert "gpt-5.2</b> writes it" in page.text
    assert f'data-limit="{MAX_TOPIC}"' in page.text and f"{MIN_WORDS} to {MAX_WORDS:,}" in page.text
    reply = browser.post("/new", filled(keywords="moon, sun,moon,, bulge", words="900", sections="3"))
    run = Run.objects.get()
    assert (run.owner, reply.status_code, reply.url) == (alice, 302, f"/posts/{run.post_id}")
    assert Brief.model_validate(run.brief) == Brief(
        topic="How tides work", keywords=("moon", "sun", "bulge"), words=900, sections=3
    )
    assert browser.get(reply.url).status_code == 200


def test_it_is_filled_in_by_its_address(browser: Any, provider: Server) -> None:
    page = browser.get("/new?topic=Tides+%3Cb%3E&sections=7&language=pt-BR&include_faq=false").text
    assert "Tides &lt;b&gt;</textarea>" in page
    assert '<option value="7" selected>' in page
    assert '<option value="pt-BR" selected>' in page
    assert 'name="include_faq" checked' not in page
    assert 'id="examples"' not in page


def test_examples_stand_below_an_empty_field(browser: Any, provider: Server) -> None:
    assert browser.get("/new").text.count("data-topic=") == 3


WRONG = [
    ({"topic": ""}, "Say in a few words"),
    ({"topic": "   "}, "Say in a few words"),
    ({"topic": "x" * 501}, "Yours has 501"),
    ({"topic": "a\x00b"}, "Null characters"),
    ({"sections": "13"}, "Choose one from the list."),
    ({"sections": ""}, "Choose one from the list."),
    ({"tone": "sarcastic"}, "Choose one from the list."),
    ({"words": "149"}, "at least 150 words"),
    ({"words": "many"}, "Enter a number of words"),
    ({"language": "english!"}, "Choose a language"),
    ({"keywords": ",".join(f"k{n}" for n in range(21))}, "You have 21"),
    ({"keywords": "k" * 101}, "up to 100 characters"),
    ({"audience": "a" * 201}, "Use up to 200 characters. This has 201."),
]


@pytest.mark.parametrize(("change", "sentence"), WRONG)
def test_what_is_wrong_is_said_beside_it_and_nothing_is_lost(
    browser: Any, provider: Server, change: dict[str, str], sentence: str
) -> None:
    sent = filled(**{"audience": "divers", "keywords": "moon", **change})
    reply = browser.post("/new", sent)
    assert reply.status_code == 422
    assert sentence in unescape(reply.text)
    name = next(iter(change))
    assert f'id="{name}-error"' in reply.text
    assert 'aria-invalid="true"' in reply.text
    assert f'value="{sent["form"]}"' in reply.text
    for kept in (sent["audience"], sent["topic"].strip().replace("\x00", "\x00")):
        assert kept in reply.text
    assert not Run.objects.exists()


def test_text_is_kept_as_typed(browser: Any, provider: Server) -> None:
    topic = '\r\n<b>"مد" & 潮 🌊</b>\r\nsecond line'
    reply = browser.post("/new", filled(topic=topic, words="1"))
    assert "\n&lt;b&gt;&quot;مد&quot; &amp; 潮 🌊&lt;/b&gt;" in reply.text
    browser.post("/new", filled(topic=topic))
    assert Run.objects.get().brief["topic"] == '<b>"مد" & 潮 🌊</b>\nsecond line'


def test_without_a_model_it_says_so_and_keeps_what_was_typed(browser: Any) -> None:
    assert "You need a model first." in browser.get("/new").text
    reply = browser.post("/new", filled())
    assert reply.status_code == 503
    assert "No model is set up" in reply.text
    assert "How tides work</textarea>" in reply.text


def test_submitting_twice_makes_one_run(browser: Any, provider: Server) -> None:
    sent = filled()
    assert browser.post("/new", sent).url == browser.post("/new", sent).url
    assert Run.objects.count() == 1


def test_going_back_and_changing_it_makes_another(browser: Any, provider: Server) -> None:
    sent = filled()
    browser.post("/new", sent)
    browser.post("/new", {**sent, "topic": "How ebbs work"})
    assert Run.objects.count() == 2


@pytest.mark.django_db(transaction=True)
def test_submitting_at_the_same_moment_makes_one_run(provider: Server, alice: User) -> None:
    form = uuid.uuid4()

    def press(_: int) -> uuid.UUID:
        try:
            return submit(alice, RunOptions(brief=Brief(topic="Tides")), form).pk
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as threads:
        assert len(set(threads.map(press, range(8)))) == 1
    assert Run.objects.count() == 1


def test_the_same_form_of_another_person_is_another(provider: Server, alice: User, bob: User) -> None:
    form, brief = uuid.uuid4(), Brief(topic="Tides")
    runs = {submit(who, RunOptions(brief=brief), form).pk for who in (alice, bob)}
    assert len(runs) == 2


@pytest.fixture
def two_models(provider: Server, settings: Settings) -> None:
    settings.OPENAI_MODEL, settings.ANTHROPIC_MODEL = "gpt-5.2", "claude-haiku-4-5"
    settings.ANTHROPIC_API_KEY, settings.ANTHROPIC_BASE_URL = "simulated", provider.anthropic_url


HAIKU = "anthropic/claude-haiku-4-5"


def test_there_is_no_choice_of_one_model(browser: Any, provider: Server) -> None:
    assert 'id="model"' not in browser.get("/new").text


def test_a_model_can_be_chosen_by_its_price(browser: Any, two_models: None) -> None:
    page = browser.get("/new").text
    assert 'value="" selected>gpt-5.2 (default) · about $0.05 a post</option>' in plain(page)
    assert f'value="{HAIKU}">claude-haiku-4-5 · about $0.02 a post</option>' in plain(page)
    browser.post("/new", filled(model=HAIKU))
    run = Run.objects.get()
    assert (run.provider, run.model) == ("anthropic", "claude-haiku-4-5")
    assert run.estimated_cost_usd and run.estimated_cost_usd < Decimal("0.03")


def test_without_a_choice_the_router_decides(browser: Any, two_models: None) -> None:
    browser.post("/new", filled(model=""))
    browser.post("/new", filled())
    assert set(Run.objects.values_list("provider", "model")) == {("", "")}


def test_a_model_without_a_price_says_so(browser: Any, two_models: None, settings: Settings) -> None:
    settings.ANTHROPIC_MODEL = "claude-next"
    assert ">claude-next · price not known</option>" in browser.get("/new").text


def test_the_quote_follows_the_model(browser: Any, two_models: None) -> None:
    for page in (
        browser.get(f"/new/estimate?sections=5&include_faq=on&model={HAIKU}").text,
        browser.get(f"/new?model={HAIKU}").text,
        browser.post("/new", filled(topic="", model=HAIKU)).text,
    ):
        assert "<b>claude-haiku-4-5</b> writes it for <b>about $0.02</b>." in page
    assert "<b>gpt-5.2</b> writes it" in browser.get("/new/estimate?model=none/such").text


def test_the_quote_follows_without_javascript(browser: Any, two_models: None) -> None:
    """The button beside "Write post" starts nothing; it shows the page with a new quote."""
    assert '<noscript><button class="button" name="estimate"' in browser.get("/new").text
    reply = browser.post("/new", filled(model=HAIKU, sections="12", include_faq="", estimate="1"))
    assert reply.status_code == 302
    page = browser.get(reply.url).text
    assert "<b>claude-haiku-4-5</b> writes it for <b>about $0.05</b>." in page
    assert f'<option value="{HAIKU}" selected>' in page
    assert "How tides work</textarea>" in page
    assert not Run.objects.exists()


def test_a_model_that_is_gone_is_said_beside_it(browser: Any, two_models: None, settings: Settings) -> None:
    settings.ANTHROPIC_API_KEY = settings.ANTHROPIC_BASE_URL = ""
    reply = browser.post("/new", filled(model=HAIKU))
    assert reply.status_code == 422
    assert "available anymore" in reply.text.partition('id="model-error"')[2]
    assert 'composer-choices" open' in reply.text
    assert not Run.objects.exists()


def test_going_back_and_changing_the_model_makes_another(browser: Any, two_models: None) -> None:
    sent = filled()
    browser.post("/new", sent)
    browser.post("/new", {**sent, "model": HAIKU})
    browser.post("/new", {**sent, "model": HAIKU})
    assert Run.objects.count() == 2


def plain(page: str) -> str:
    """With runs of whitespace collapsed, and none before the end of a tag."""
    return " ".join(page.split()).replace(" >", ">")


def test_who_is_signed_out_comes_back_to_what_was_typed(client: Client) -> None:
    typed = filled(topic="Tides & moons", sections="3", include_faq="")
    for reply in (client.post("/new", typed), client.get("/new?topic=Tides+%26+moons&sections=3")):
        assert reply.status_code == 302
        back = parse_qs(urlsplit(reply.url).query)["next"][0]  # type: ignore[attr-defined]
        assert urlsplit(back).path == "/new"
        query = parse_qs(urlsplit(unquote(back) if "%3D" in back else back).query)
        assert (query["topic"], query["sections"]) == (["Tides & moons"], ["3"])


def test_a_very_long_form_comes_back_with_its_topic(client: Client) -> None:
    reply = client.post("/new", filled(topic="潮" * 500, keywords="潮" * 2000))
    assert len(reply.url) < 16_000  # type: ignore[attr-defined]
    assert "topic" in reply.url  # type: ignore[attr-defined]
    assert "keywords" not in reply.url  # type: ignore[attr-defined]


LANGUAGES_OF_TOPICS = [
    ("How tides work", "en", "English"),
    ("كيف يعمل المد والجزر", "ar", "العربية"),
    ("چگونه جزر و مد کار می‌کند", "fa", "فارسی"),
    ("איך עובדת הגאות", "he", "עברית"),
    ("潮の満ち引き", "ja", "日本語"),
    ("潮汐的成因", "zh", "中文"),
    ("조수의 원리", "ko", "한국어"),
    ("Как работают приливы", "ru", "Русский"),
    ("Як працюють припливи і відпливи", "uk", "Українська"),
    ("ज्वार-भाटा", "hi", "हिन्दी"),
    ("Why 潮汐 is the word for tides", "en", "English"),
    ("2026 🌊", "en", "English"),
]


@pytest.mark.parametrize(("topic", "language", "name"), LANGUAGES_OF_TOPICS)
def test_the_topics_script_gives_the_language(
    browser: Any, provider: Server, topic: str, language: str, name: str
) -> None:
    assert f">Automatic ({name})</option>" in browser.get("/new", {"topic": topic}).text
    assert f">Automatic ({name})</option>" in browser.post("/new", filled(topic=topic, words="1")).text
    reply = browser.post("/new", filled(topic=topic, language="auto"))
    assert Run.objects.get().brief["language"] == language
    told = f"We’re writing in the language of your topic: {name}." in browser.get(reply.url).text
    assert told == (language != "en")


def test_a_chosen_language_stays(browser: Any, provider: Server) -> None:
    browser.post("/new", filled(topic="潮汐的成因", language="en"))
    assert Run.objects.get().brief["language"] == "en"


def test_a_topic_in_the_address_is_shown_whole_and_never_endless(browser: Any, provider: Server) -> None:
    assert f"\n{'x' * 600}</textarea>" in browser.get("/new", {"topic": "x" * 600}).text
    assert f"\n{'x' * 2000}</textarea>" in browser.get("/new", {"topic": "x" * 5000}).text


def test_the_demo_model_begins_with_little(browser: Any, settings: Settings, tmp_path: Any) -> None:
    settings.LOCAL_MODEL_ADDRESS = tmp_path / "model.url"
    settings.LOCAL_MODEL_ADDRESS.write_text("http://127.0.0.1:1/v1")
    page = browser.get("/new").text
    assert '<option value="2" selected>2 sections</option>' in plain(page)
    assert re.search(r'id="words"[^>]*value="300"', page) and 'composer-choices" open' not in page
    assert '<option value="7" selected>' in browser.get("/new?sections=7").text


def test_what_is_being_written_is_said_on_the_page_and_in_the_fragment(
    browser: Any, provider: Server, alice: User
) -> None:
    assert "being written" not in browser.get("/new").text
    address = browser.post("/new", filled(topic="How <tides> work")).url
    for shown in (browser.get("/new").text, browser.get("/new/estimate").text):
        assert "Your post is being written: " in shown
        assert f'<a href="{address}" dir="auto">How &lt;tides&gt; work</a>' in shown
    browser.post("/new", filled())
    assert '2 of your posts are being written. <a href="/posts?state=writing">' in browser.get("/new").text
    Run.objects.update(status=Run.Status.WAITING)
    Run.objects.filter(post_id=address.removeprefix("/posts/")).delete()
    assert "Your outline is ready: " in browser.get("/new").text


def test_the_last_post_of_a_month_is_one_post(browser: Any, provider: Server) -> None:
    TierLimit.objects.update(posts_per_month=1, posts_per_day=None)
    assert "<p>1 post left this month</p>" in browser.get("/new").text
