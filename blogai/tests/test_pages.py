"""What all pages share: layout, errors, stylesheets, icons and times."""

import re
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.contrib.staticfiles import finders
from django.core.mail import EmailMessage
from django.core.management import CommandError
from django.db import OperationalError
from django.template import Context, Template, TemplateSyntaxError
from django.test import Client, RequestFactory
from django.utils.html import escape

from accounts.models import User
from billing import quotas
from blogai import stylesheets, views
from blogai.core import errors
from blogai.mail import Console, mailer
from blogai.management.commands.vendor import differences, packages
from blogai.templatetags.times import ago

BROWSER = {"Accept": "text/html,application/xhtml+xml,*/*;q=0.8"}
ALL_ERRORS = [
    errors.Malformed(),
    errors.NotAuthenticated(),
    errors.PermissionDenied(),
    errors.NotFound(),
    errors.MethodNotAllowed("POST is not possible here.", allow="GET"),
    errors.PayloadTooLarge(),
    errors.RateLimited(retry_after=7),
    errors.BlogAIError(),
    errors.Unavailable(),
    errors.Maintenance(retry_after=60),
]
NAMES = [f"{type(error).__name__} {error.status}" for error in ALL_ERRORS]


@pytest.mark.django_db
@pytest.mark.parametrize(
    "path", ["/", "/terms", "/privacy", "/sign-in", "/sign-up", "/help", "/contact", "/status"]
)
def test_every_page_has_the_frame(client: Client, path: str, settings: Any) -> None:
    settings.PUBLIC_URL = "http://testserver"
    page = client.get(path).text
    for piece in ('class="skip"', 'id="content"', 'id="toasts"', "<h1>", "<footer"):
        assert page.count(piece) == 1, piece
    assert "http://" not in page.replace("http://testserver", "").replace("http://www.w3.org", "")
    assert "https://" not in page


@pytest.mark.django_db
def test_the_bar_knows_who_is_reading(client: Client, alice: User) -> None:
    assert "Sign up" in client.get("/terms").text
    client.force_login(alice)
    page = client.get("/terms").text
    assert "Sign up" not in page
    assert alice.email in page
    assert "Sign out" in page


@pytest.mark.django_db
def test_the_landing_page_is_small(client: Client, django_assert_num_queries: Any) -> None:
    with django_assert_num_queries(1):
        page = client.get("/").text
    files = [page.encode()]
    drawn = [f"icons/{name}" for name in ("icon-32.png", "apple-touch-icon.png")]
    for name in ("css/site.css", "css/landing.css", "js/site.js", "js/recording.js", "favicon.svg", *drawn):
        assert f"/static/{name}" in page
        files.append(client.get(f"/static/{name}").content)
    fonts = re.findall(r'<link rel="preload" href="/static/vendor/([^"]+)" as="font"', page)
    assert fonts == ["instrument-sans/latin.woff2", "source-serif-4/latin.woff2"]
    assert page.count("/static/") == 7 + len(fonts) + 1, "and the picture that previews of its link show"
    assert sum(map(len, files)) < 100_000


@pytest.mark.django_db
def test_the_page_for_no_connection_knows_nobody(client: Client, alice: User) -> None:
    anonymous = client.get("/offline").text
    client.force_login(alice)
    assert client.get("/offline").text == anonymous
    assert "Can’t reach Blog AI" in anonymous
    assert 'name="service-worker"' not in anonymous
    assert 'name="service-worker" content="/service-worker.js"' in client.get("/terms").text


def test_the_service_worker_changes_with_the_page(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    reply = client.get("/service-worker.js")
    assert (reply.headers["Content-Type"], reply.headers["Cache-Control"]) == ("text/javascript", "no-cache")
    assert '"/static/css/site.css"' in reply.text
    monkeypatch.setattr(views, "_offline_page", lambda: "another")
    assert client.get("/service-worker.js").text != reply.text


@pytest.mark.parametrize("error", ALL_ERRORS, ids=NAMES)
def test_an_error_is_a_page_with_a_way_on(error: errors.BlogAIError) -> None:
    request = RequestFactory().get("/some/page?x=1", headers=BROWSER)
    response = views.reply_for(error, request)
    page = response.text
    assert response.status_code == error.status
    assert response.headers["Cache-Control"] == "no-store"
    assert "Go home" in page
    assert escape(error.detail) in page
    assert ("Try again in" in page) == (error.status in {429, 503})
    assert ('href="/sign-in?next=/some/page%3Fx%3D1"' in page) == (error.status == 401)


@pytest.mark.django_db
def test_a_page_that_is_not_there_still_knows_who_is_reading(
    client: Client, alice: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert 'href="/sign-up"' in client.get("/nothing", headers=BROWSER).text
    client.force_login(alice)
    page = client.get("/nothing", headers=BROWSER).text
    assert alice.email in page and 'href="/posts"' in page and "5 of 5 posts left" in page

    def away(user: User) -> None:
        raise OperationalError("the database is away")

    monkeypatch.setattr(quotas, "usage", away)
    reply = client.get("/nothing", headers=BROWSER)
    assert reply.status_code == 404
    assert alice.email not in reply.text and 'href="/help"' in reply.text


@pytest.mark.parametrize("error", ALL_ERRORS, ids=NAMES)
def test_an_error_is_a_fragment_for_htmx(error: errors.BlogAIError) -> None:
    request = RequestFactory().post("/some/page", headers=BROWSER | {"HX-Request": "true"})
    response = views.reply_for(error, request)
    assert (response.status_code, response.headers["HX-Retarget"]) == (error.status, "#toasts")
    assert response.text.startswith('<div class="toast toast-danger" role="alert">')
    assert "<html" not in response.text


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("headers", "kept"),
    [
        ({"Sec-Fetch-Site": "same-origin"}, True),
        ({"Origin": "http://testserver"}, True),
        ({"Sec-Fetch-Site": "cross-site", "Origin": "http://testserver"}, False),
        ({"Origin": "https://evil.example"}, False),
        ({}, False),
    ],
)
def test_a_refused_form_keeps_what_was_typed_when_it_is_ours(
    alice: User, headers: dict[str, str], kept: bool
) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(alice)
    sent = {"form": "of-its-own", "name": "Alice <b>"}
    response = client.post("/settings/profile", sent, headers=BROWSER | headers)
    assert response.status_code == 403
    assert ("Alice &lt;b&gt;" in response.text) == (">Name</label>" in response.text) == kept
    assert ('type="hidden" name="form" value="of-its-own"' in response.text) == kept
    assert ("csrfmiddlewaretoken" in response.text.partition("<main")[2]) == kept
    alice.refresh_from_db()
    assert alice.name == "Alice"


@pytest.mark.django_db
def test_a_refused_password_is_not_shown(alice: User) -> None:
    client = Client(enforce_csrf_checks=True)
    sent = {"login": alice.email, "password": "a password"}
    page = client.post("/sign-in", sent, headers=BROWSER | {"Sec-Fetch-Site": "same-origin"}).text
    assert "a password" not in page
    assert 'href="/sign-in"' in page


def test_stylesheets_are_joined_in_their_layers() -> None:
    found = finders.find("css/site.css")
    assert isinstance(found, str)
    joined = Path(found).read_text()
    assert "@import" not in joined
    assert joined.startswith("@layer reset, tokens, base, components, pages;")
    assert joined.count("{") == joined.count("}")
    assert "!important" not in joined


def test_a_joined_stylesheet_still_finds_its_files(tmp_path: Path) -> None:
    (tmp_path / "parts").mkdir()
    (tmp_path / "parts" / "a.css").write_text('a { background: url("../../vendor/a.woff2"); }\n')
    (tmp_path / "site.css").write_text('@import url("parts/a.css") layer(base);\n')
    expected = '@layer base {\na { background: url("../vendor/a.woff2"); }\n}\n'
    assert stylesheets.joined(tmp_path / "site.css") == expected


def test_an_icon_is_decoration_or_has_a_name() -> None:
    plain = Template('{% load icons %}{% icon "check" %}').render(Context())
    named = Template('{% load icons %}{% icon "check" label=name %}').render(
        Context({"name": "Done & dusted"})
    )
    assert 'aria-hidden="true"' in plain
    assert 'role="img" aria-label="Done &amp; dusted"' in named
    with pytest.raises(TemplateSyntaxError, match="no icon 'unicorn'"):
        Template('{% load icons %}{% icon "unicorn" %}').render(Context())


@pytest.mark.parametrize(
    ("before", "said"),
    [
        (timedelta(seconds=20), "just now"),
        (timedelta(minutes=1), "1 minute ago"),
        (timedelta(hours=5), "5 hours ago"),
        (timedelta(hours=20), "yesterday"),
        (timedelta(days=30), "April 3"),
        (timedelta(days=400), "March 29, 2025"),
    ],
)
def test_times_are_relative_and_then_dates(before: timedelta, said: str) -> None:
    now = datetime(2026, 5, 3, 12, tzinfo=UTC)
    assert ago(now - before, now, ZoneInfo("Europe/Berlin")) == said


def test_the_exact_time_is_in_the_readers_zone() -> None:
    moment = datetime(2026, 1, 2, 23, 30, tzinfo=UTC)
    context = Context({"user": User(time_zone="Europe/Berlin"), "moment": moment})
    assert 'title="January 3, 2026, 12:30 AM (Europe/Berlin)"' in Template(
        "{% load times %}{% when moment %}"
    ).render(context)


@pytest.mark.parametrize(
    ("address", "backend", "options"),
    [
        ("", "Console", {}),
        ("smtp+tls://me:p%40ss@mail.example.org", "smtp", {"port": 587, "password": "p@ss", "use_tls": True}),
        ("smtps://mail.example.org:4650", "smtp", {"port": 4650, "use_ssl": True, "use_tls": False}),
    ],
)
def test_where_mails_go(address: str, backend: str, options: dict[str, object]) -> None:
    made = mailer(address)
    assert backend in made["BACKEND"].split(".")
    assert options.items() <= made.get("OPTIONS", {}).items()


def test_a_mail_in_the_terminal_has_its_links_whole(capsys: pytest.CaptureFixture[str]) -> None:
    link = f"http://127.0.0.1:8000/confirm-email/{'Mg:1x-' * 20}/"
    Console().send_messages([EmailMessage("Hello – you", f"Follow {link} …", to=["a@example.org"])])
    printed = capsys.readouterr().out
    assert f"Follow {link} …" in printed
    assert "To: a@example.org\nSubject: Hello – you\n" in printed


def test_versions_name_packages_and_files() -> None:
    (one, two) = packages("# words\n\none 1.0\n  a.js -> b/a.js\n@two/two 2.0\n  export A B -> c.js\n")
    assert (one.version, one.files, two.name) == ("1.0", {"a.js": "b/a.js"}, "@two/two")
    assert two.bundles == {"c.js": ["A", "B"]}
    (pinned,) = packages("three 3.0\n  export -> c.js\n")
    assert pinned.bundles == {"c.js": []}
    with pytest.raises(CommandError, match="neither"):
        list(packages("one 1.0 2.0\n"))


def test_a_vendored_file_that_differs_in_a_byte_is_named(tmp_path: Path) -> None:
    one, two = tmp_path / "one", tmp_path / "two"
    for folder, files in ((one, {"a": "1", "b": "1", "c": "1"}), (two, {"a": "1", "b": "2", "d": "1"})):
        (folder / "in").mkdir(parents=True)
        for name, text in files.items():
            (folder / "in" / name).write_text(text)
    assert differences(one, two) == ["in/b", "in/c", "in/d"]
