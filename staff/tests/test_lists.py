"""Every list: what it costs however long it is, its filters and searches, and what must not get in or out."""

from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

import pytest
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from accounts.signals import account_created
from generation.models import Post
from staff.admin import base
from staff.site import site
from staff.tests.things import LISTS, SCRIPT, WITHOUT_SCREEN, Things, more_of_everything

pytestmark = [pytest.mark.sweep, pytest.mark.usefixtures("no_lazy_fetches")]

MOST_QUERIES = 6
PATHS = pytest.mark.parametrize("path", LISTS.values(), ids=LISTS.keys())


def found(reply: Any) -> int:
    assert reply.status_code == 200, reply.status_code
    return int(reply.context["cl"].result_count)


@pytest.mark.worker
def test_they_cost_the_same_however_long_they_are(
    desk_for: Callable[..., Client], things: Things, mallory: User, settings: Any
) -> None:
    browser = desk_for("engineer")
    settings.STAFF_SECOND_FACTOR = True  # as in production, where each page asks for it
    TOTP.activate(User.objects.get(email="engineer@blog-ai.example"), generate_totp_secret())
    few = {path: queries(browser, path) for path in LISTS.values()}
    more_of_everything(mallory, 110)
    many = {path: queries(browser, path) for path in LISTS.values()}
    assert many == few
    assert max(many.values()) <= MOST_QUERIES
    assert "page 1 of 3" in browser.get(LISTS["run"]).text
    assert "page 3 of 3" in browser.get(f"{LISTS['run']}?p=3").text


def queries(browser: Client, path: str) -> int:
    with CaptureQueriesContext(connection) as context:
        assert browser.get(path).status_code == 200
    return len(context)


def test_a_list_counts_no_further_than_it_can_be_paged(
    desk: Client, things: Things, mallory: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    more_of_everything(mallory, 5)
    monkeypatch.setattr(base, "MOST", 4)
    monkeypatch.setattr(site._registry[type(things.run)], "list_per_page", 2)
    page = desk.get(LISTS["run"])
    assert found(page) == 5
    assert "More than 10,000 found, page 1 of 2" in page.text
    assert desk.get(f"{LISTS['run']}?p=3").status_code == 400


@PATHS
def test_every_value_of_every_filter_is_a_list(desk: Client, things: Things, path: str) -> None:
    filters = desk.get(path).context["cl"].filter_specs
    for spec in filters:
        name, values = spec.parameter_name, [value for value, _ in spec.lookup_choices]
        counts = [found(desk.get(f"{path}?{name}={value}")) for value in values]
        assert any(counts), f"{name} finds nothing, so this shows nothing"
        for wrong in ("nonsense!", "%27", "1e9", "--", "a" * 10_000):
            assert desk.get(f"{path}?{name}={wrong}").status_code == 400
        assert found(desk.get(f"{path}?{name}=")) == found(desk.get(path))


GUESSES = (
    *("password__startswith=p", "owner__password__startswith=p", "digest__startswith=0", "pk__gt=0"),
    *("user__email__contains=a", "brief__topic=x", "nothing=1", "_to_field=password", "is_superuser=1"),
)


@PATHS
def test_nothing_else_filters(desk: Client, things: Things, path: str) -> None:
    """Whether there are rows for a guess would tell what no column shows."""
    for query in GUESSES:
        assert desk.get(f"{path}?{query}").status_code == 400, query
    for query in ("p=x", "p=0", "p=-1", "p=999999999999"):  # what has one page has no other
        assert desk.get(f"{path}?{query}").context["cl"].paginator.num_pages == 1


@PATHS
def test_sorting_and_showing_all_is_not_offered(desk: Client, things: Things, path: str) -> None:
    first = desk.get(path).context["cl"]
    for query in ("o=1", "o=-2.1", "o=99", "o=x", "all=", "_facets=1", "_popup=1"):
        again = desk.get(f"{path}?{query}").context["cl"]
        assert again.queryset.query.order_by == first.queryset.query.order_by
        assert not again.add_facets


ODD = (
    *("%", "_", "\\", "' OR 1=1", '"; DROP TABLE users; --', "a" * 10_000, "😀", "\x01", "\ud800x"),
    *("( | )", "0", "cus_", "bai_", "evt_"),
)


@PATHS
def test_odd_words_find_nothing_and_break_nothing(desk: Client, things: Things, path: str) -> None:
    if path == LISTS["plan"]:  # which cannot be searched
        return
    for words in ODD:
        query = urlencode({"q": words.encode("utf-8", "surrogatepass")})
        assert found(desk.get(f"{path}?{query}")) == 0, words


@PATHS
def test_a_nul_is_refused(desk: Client, things: Things, path: str) -> None:
    assert desk.get(f"{path}?q=%00").status_code == 400


def test_users_are_found_by_whatever_a_customer_has_at_hand(
    desk: Client, things: Things, mallory: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    owners = {"cus_1": things.owner.pk}
    monkeypatch.setattr("billing.stripe.mirror.owner_of", owners.get)
    by_name: Any = things.by_name
    for words in (
        *(things.owner.email, things.owner.email.upper(), "alice@", str(things.owner.pk)),
        *(things.owner.pk.hex, str(things.run.pk), str(things.run.post_id), str(by_name["post"].pk)),
        *(str(by_name["key"].pk), by_name["key"].prefix, things.raw_key, "cus_1"),
    ):
        reply = desk.get(LISTS["user"], {"q": words})
        assert [user.pk for user in reply.context["cl"].result_list] == [things.owner.pk], words
    assert found(desk.get(LISTS["user"], {"q": "cus_2"})) == 0


@pytest.mark.parametrize("name", ["run", "post", "notification", "key", "line", "call", "done"])
def test_everything_is_found_by_its_owner(desk: Client, things: Things, mallory: User, name: str) -> None:
    more_of_everything(mallory, 2)
    for words in (things.owner.email, str(things.owner.pk)):
        mine = found(desk.get(LISTS[name], {"q": words}))
        assert 0 < mine < found(desk.get(LISTS[name]))
    assert found(desk.get(LISTS[name], {"q": mallory.email})) == (2 if name == "done" else 0)


@PATHS
def test_what_customers_write_stays_text(desk: Client, things: Things, path: str) -> None:
    page = desk.get(path).text
    assert SCRIPT not in page
    shows_none = {LISTS[name] for name in ("notification", "plan", "line", "event")}
    assert ("&lt;script&gt;alert" in page) == (path not in shows_none)


@PATHS
def test_each_row_leads_to_its_screen(desk: Client, things: Things, path: str) -> None:
    name = next(name for name, each in LISTS.items() if each == path)
    page = desk.get(path).text
    if name in WITHOUT_SCREEN:
        assert f'href="{path}' not in page.replace(f'href="{path}"', "")
    else:
        assert f'href="{things.screen(name)}"' in page


def test_the_lines_of_a_run(desk: Client, things: Things, mallory: User) -> None:
    more_of_everything(mallory, 1)
    reply = desk.get(LISTS["line"], {"q": str(things.run.pk)})
    assert {line.kind for line in reply.context["cl"].result_list} == {"reserve", "refund"}
    assert queries(desk, f"{LISTS['line']}?q={things.run.pk}") <= MOST_QUERIES


def test_users_by_plan(desk: Client, things: Things, mallory: User) -> None:
    def on(plan: str) -> list[str]:
        return [user.email for user in desk.get(LISTS["user"], {"plan": plan}).context["cl"].result_list]

    assert on("business") == [mallory.email]
    assert on("pro") == []
    assert mallory.email not in on("free")
    assert things.owner.email in on("free")


def test_the_sample_of_an_account_is_no_post_of_theirs(desk: Client, mallory: User) -> None:
    account_created.send(User, user=mallory)
    title = Post.objects.get(owner=mallory).title
    assert found(desk.get("/admin/generation/post/")) == 0
    assert title not in desk.get(f"/admin/accounts/user/{mallory.pk}").text
