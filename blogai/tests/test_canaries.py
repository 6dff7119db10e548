"""Secrets come out nowhere: not in a log, whatever fails, nor in a reply that is not there to show them."""

import io
import logging
import signal
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import psycopg
import pytest
import sentry_sdk
from django.db import OperationalError
from django.http import HttpRequest, HttpResponse
from django.test import Client, RequestFactory
from django.views.debug import ExceptionReporter

from accounts import webhook_secrets
from accounts.models import User
from billing.tiers import set_tier
from blogai.embedded.postgres import Postgres
from blogai.logs import Formatter
from blogai.tests.canaries import canary, told
from blogai.tests.collector import Collector, collecting
from blogai.tests.fake_sentry import FakeSentry, receiving, reporting
from blogai.tests.folders import open_folder
from blogai.tests.processes import SECONDS, Serve, manage, serving, until
from blogai.tests.test_routes import PAGES, PRIVATE, PUBLIC, a_deleted_post, a_post, a_run, an_api_key
from generation.llm import simulated

PASSWORD = canary("password")
CALLBACK = f"https://hook:{canary('hook')}@hooks.example.com/?token={canary('token')}".replace("+", "%2B")
NAMES = (
    "SECRET_KEY",
    "API_KEY_PEPPER",
    "OPENAI_API_KEY",
    "ANTHROPIC_API_KEY",
    "GEMINI_API_KEY",
)
LISTS = {
    "METRICS_TOKENS": "METRICS_TOKEN",
    "SECRET_KEY_FALLBACKS": "SECRET_KEY_FALLBACKS",
    "API_KEY_PEPPER_PREVIOUS": "API_KEY_PEPPER_PREVIOUS",
}
"""Settings that list secrets, and what their canaries are made of."""
TALKATIVE = (
    *("blogai", "accounts", "billing", "generation", "health"),
    *("django.request", "django.security", "django.server", "django.db.backends", "py.warnings"),
    *(
        "asyncio",
        "channels",
        "daphne",
        "httpcore",
        "httpx",
        "openai",
        "procrastinate",
        "psycopg",
        "redis",
        "uvicorn",
    ),
)
STRIPE_NAMES = ("STRIPE_SECRET_KEY", "STRIPE_WEBHOOK_SECRET")
PROVIDER_NAMES = ("GOOGLE_CLIENT_SECRET", "GITHUB_CLIENT_SECRET", "SUPABASE_SERVICE_ROLE_KEY")
SHOWN = {"settings/api-keys", "settings/webhook-secret"}
"""Pages whose purpose is to show a secret."""


@pytest.fixture
def configured(settings: Any) -> list[str]:
    """The secrets of the deployment."""
    for name in NAMES:
        setattr(settings, name, canary(name))
    for name, source in LISTS.items():
        setattr(settings, name, [canary(source)])
    settings.OPENAI_EXTRA_HEADERS = (("X-Gateway", canary("gateway")),)
    settings.STRIPE_SECRET_KEY = f"sk_test_{canary('STRIPE_SECRET_KEY')}"
    settings.STRIPE_WEBHOOK_SECRETS = [f"whsec_{canary('STRIPE_WEBHOOK_SECRET')}"]
    settings.STRIPE_API_BASE = "http://127.0.0.1:9"
    settings.SIGN_IN_PROVIDERS = {
        "google": ("id", canary("GOOGLE_CLIENT_SECRET")),
        "github": ("id", canary("GITHUB_CLIENT_SECRET")),
    }
    return [*map(canary, (*NAMES, *LISTS.values(), *STRIPE_NAMES, *PROVIDER_NAMES)), canary("gateway")]


@pytest.fixture
def logged() -> Iterator[io.StringIO]:
    """What the product's handler writes, in both formats, with the loggers at their most talkative."""
    written = io.StringIO()
    handlers = [logging.StreamHandler(written), logging.StreamHandler(written)]
    for handler, style in zip(handlers, ("console", "json"), strict=True):
        handler.setFormatter(Formatter(style))
        logging.root.addHandler(handler)
    named = [logging.getLogger(name) for name in TALKATIVE]
    before = {logger: (logger.level, logger.propagate) for logger in named}
    for logger in before:
        logger.setLevel(logging.DEBUG)
        logger.propagate = True
    yield written
    for handler in handlers:
        logging.root.removeHandler(handler)
    for logger, (level, propagate) in before.items():
        logger.setLevel(level)
        logger.propagate = propagate


@pytest.fixture
def reported(settings: Any) -> Iterator[FakeSentry]:
    """What Sentry is sent."""
    with reporting(settings) as sentry:
        yield sentry


def unexpected(request: HttpRequest) -> None:
    held = f"{request.body!r} {request.headers} {request.get_full_path()}"
    if held:  # what a report may show of the stack
        raise RuntimeError("Something went wrong.")


def database_away(request: HttpRequest) -> None:
    try:
        psycopg.connect(f"postgresql://blogai:{canary('database').replace('/', '%2F')}@127.0.0.1:9/blogai")
    except psycopg.OperationalError as error:
        raise OperationalError(str(error)) from error


def trouble(get_response: Any) -> Any:
    """A middleware, so that it happens in every route. `happens` says what."""

    def middleware(request: HttpRequest) -> Any:
        return get_response(request)

    def process_view(request: HttpRequest, *rest: object) -> None:
        if not request.path.startswith("/health"):  # whose views answer for themselves
            happens[0](request)

    middleware.process_view = process_view  # type: ignore[attr-defined]
    return middleware


happens: list[Callable[..., None]] = []


@pytest.mark.worker
@pytest.mark.django_db
@pytest.mark.parametrize("kind", ["none", "maintenance", "unexpected", "database"])
def test_no_route_gives_one_away(
    alice: User,
    key_for: Any,
    configured: list[str],
    logged: io.StringIO,
    reported: FakeSentry,
    settings: Any,
    kind: str,
) -> None:
    alice.set_password(PASSWORD)
    alice.save()
    set_tier(user=alice, tier="starter")  # which may have webhooks
    things = {**a_run(alice), **a_deleted_post(alice), **a_post(alice), **an_api_key(alice)}
    tokens = [canary(name).replace("/", "-") for name in ("sign-in", "reset")]
    things |= {"token": tokens[0], "key": tokens[1], "uidb36": "1"}
    key = key_for(alice)
    hook = webhook_secrets.current(alice)
    settings.MAINTENANCE_MODE = kind == "maintenance"
    if kind in ("unexpected", "database"):
        happens[:] = [unexpected if kind == "unexpected" else database_away]
        settings.MIDDLEWARE = [*settings.MIDDLEWARE, "blogai.tests.test_canaries.trouble"]
    client = Client(raise_request_exception=False)
    everywhere = [*configured, canary("database"), PASSWORD, key, canary("hook"), canary("token")]
    events = 0
    for route in sorted(
        {row.route for row in PRIVATE} | {page.route for page in PAGES} | {route for _, route in PUBLIC}
    ):
        path = "/" + filled(route, things)
        client.force_login(alice)  # the route before may have signed out
        everywhere.append(client.cookies["sessionid"].value)
        for reply in asked(client, path, key):
            text = reply.content.decode() if isinstance(reply, HttpResponse) else ""
            headers = "".join(f"{name}: {value}\n" for name, value in reply.headers.items())
            secrets = [*everywhere, *(() if route in SHOWN else (hook,))]
            assert not told(secrets, text + headers), (reply.request["REQUEST_METHOD"], path)
        lines = logged.getvalue()
        logged.seek(0)
        logged.truncate()
        assert not told([*everywhere, hook, *tokens], lines), path
        sentry_sdk.flush(SECONDS)
        assert not told([*everywhere, hook, *tokens, alice.email], reported.text), path
        events += len(reported.items("event"))
        reported.envelopes.clear()
        assert (
            route != "new-password/<str:uidb36>/<str:key>"
            or "/new-password/1/[token]" in lines
            or kind == "none"
        )

    assert events or kind != "unexpected"


def asked(client: Client, path: str, key: str) -> Iterator[Any]:
    """The replies to what is right, wrong and malformed, by a program and by a browser."""
    program: dict[str, Any] = {
        "headers": {"X-API-Key": key, "Prefer": "respond-async", "Accept": "application/json"}
    }
    brief = {"topic": "Tides", "callback_url": CALLBACK}
    form = {"email": "alice@example.com", "login": "alice@example.com", "api_key": canary("OPENAI_API_KEY")}
    form |= dict.fromkeys(("password", "password1", "oldpassword", "key"), PASSWORD)
    yield client.get(path, **program)
    yield client.get(
        path, headers={"Authorization": f"Bearer {canary('METRICS_TOKEN')}x", "Accept": "text/html"}
    )
    yield client.post(path, brief, "application/json", **program)
    yield client.post(path, f'{{"topic": "{PASSWORD}', "application/json", **program)
    yield client.patch(path, {"title": PASSWORD, "sections": PASSWORD}, "application/json", **program)
    yield client.post(path, form, headers={"Accept": "text/html"})


def filled(route: str, things: dict[str, object]) -> str:
    for name, value in things.items():
        for converter in ("uuid:", "str:", "int:", ""):
            route = route.replace(f"<{converter}{name}>", str(value))
    return route.replace("<", "").replace(">", "")


def test_a_report_of_an_exception_has_none_either(settings: Any) -> None:
    """What would be mailed or sent to a service, beside the log."""
    settings.DATABASES["default"]["PASSWORD"] = canary("database")
    for name in ("DATABASE_URL", "REDIS_URL", "EMAIL_URL"):
        setattr(settings, name, f"smtp://blogai:{canary(name)}@127.0.0.1:9")
    settings.OPENAI_EXTRA_HEADERS = (("X-Gateway", canary("gateway")),)
    request = RequestFactory(
        headers={"X-API-Key": canary("key"), "Authorization": f"Bearer {canary('key')}"}
    ).post("/sign-in", {"login": "alice@example.com", "password": PASSWORD, "callback_url": CALLBACK})
    request.COOKIES["sessionid"] = canary("session")
    try:
        unexpected(request)
    except RuntimeError as error:
        report = ExceptionReporter(request, RuntimeError, error, error.__traceback__).get_traceback_text()
    assert "RuntimeError" in report
    names = (
        "database",
        "DATABASE_URL",
        "REDIS_URL",
        "EMAIL_URL",
        "gateway",
        "key",
        "session",
        "hook",
        "token",
    )
    assert not told([PASSWORD, *map(canary, names)], report)


# A real server ------------------------------------------------------------------------------------


@pytest.mark.worker
@pytest.mark.timeout(240)
def test_a_server_that_everything_fails_around_tells_none() -> None:
    with (
        open_folder() as folder,
        simulated.serve() as model,
        receiving() as sentry,
        collecting() as collector,
    ):
        postgres = Postgres(folder / "database")
        (folder / "database").mkdir(mode=0o755)
        postgres.ensure_running()
        try:
            variables = environment(postgres, model.openai_url, sentry, collector)
            secrets = [PASSWORD, canary("hook"), canary("token"), *map(canary, SECRET_VARIABLES)]
            echo = " ".join(f"bad {canary(name)}" for name in ("OPENAI_API_KEY", "gateway"))
            model.script.add(simulated.Failure(401, body={"error": {"message": echo}}), times=None)
            manage("migrate_sql", data_dir=folder, **variables)
            with serving(folder, **variables) as serve:
                url = serve.url()
                made = manage(
                    "create_api_key",
                    "--email",
                    "a@example.org",
                    "--create-user",
                    data_dir=folder,
                    **variables,
                )
                key = made.stdout.strip()
                manage("set_tier", "--email", "a@example.org", "starter", data_dir=folder, **variables)
                replies = visited(url, key)
                postgres.stop()
                replies += httpx.get(f"{url}/api/v1/posts", headers={"X-API-Key": key}, timeout=SECONDS).text
                assert not told([*secrets, key], arguments_of(serve))
                serve.end(signal.SIGTERM)
            assert "rejected this site’s API key" in replies
            assert "answered 401" in "".join(serve.printed)
            assert not told([*secrets, key], replies)
            assert not told([*secrets, key], "\n".join(serve.printed))
            assert sentry.items("transaction")
            assert collector.spans
            assert not told([*secrets, key], sentry.text + collector.text)
        finally:
            postgres.stop()


SECRET_VARIABLES = (
    *NAMES,
    "database",
    "redis",
    "mail",
    "gateway",
    *STRIPE_NAMES,
    *PROVIDER_NAMES,
)


def environment(
    postgres: Postgres, openai_url: str, sentry: FakeSentry, collector: Collector
) -> dict[str, str]:
    def quoted(name: str) -> str:
        return canary(name).replace("/", "%2F").replace("+", "%2B").replace("=", "%3D")

    return {
        **{name: canary(name) for name in (*NAMES, *PROVIDER_NAMES)},
        **dict.fromkeys(("GOOGLE_CLIENT_ID", "GITHUB_CLIENT_ID"), "id"),
        "STRIPE_SECRET_KEY": f"sk_test_{canary('STRIPE_SECRET_KEY')}",
        "STRIPE_WEBHOOK_SECRET": f"whsec_{canary('STRIPE_WEBHOOK_SECRET')}",
        "STRIPE_API_BASE": "http://127.0.0.1:9",
        "SUPABASE_URL": "http://127.0.0.1:9",
        "DATABASE_URL": f"postgresql://postgres:{quoted('database')}@/blogai?host={postgres.sockets}&port=5432",
        "REDIS_URL": f"redis://:{quoted('redis')}@127.0.0.1:9/0",
        "EMAIL_URL": f"smtp://blogai:{quoted('mail')}@127.0.0.1:9",
        "OPENAI_BASE_URL": openai_url,
        "OPENAI_EXTRA_HEADERS": f"X-Gateway: {canary('gateway')}",
        "LLM_PROVIDER_ORDER": "openai",
        "LOG_LEVEL": "DEBUG",
        "LOG_FORMAT": "json",
        "SENTRY_DSN": sentry.dsn,
        "SENTRY_TRACES_SAMPLE_RATE": "1",
        "OTEL_EXPORTER_OTLP_ENDPOINT": collector.endpoint,
    }


def visited(url: str, key: str) -> str:
    """What a browser and a program are told by a server whose model, mail and Redis fail."""
    told_so_far = ""
    with httpx.Client(base_url=url, timeout=SECONDS) as browser:
        for page in ("/sign-up", "/sign-in"):
            browser.get(page)
            form = {
                "email": "b@example.org",
                "login": "b@example.org",
                "password": PASSWORD,
                "password1": PASSWORD,
            }
            form["csrfmiddlewaretoken"] = browser.cookies["csrftoken"]
            told_so_far += browser.post(page, data=form, headers={"Referer": url}).text
    with httpx.Client(base_url=url, headers={"X-API-Key": key}, timeout=SECONDS) as program:
        brief = {"topic": "Tides", "sections": 1, "email_when_done": True}
        told_so_far += program.post("/generate-blog", json={**brief, "callback_url": CALLBACK}).text
        run = program.post("/generate-blog", json=brief, headers={"Prefer": "respond-async"})
        address = f"/api/v1/runs/{run.json()['run_id']}"
        until(lambda: program.get(address).json()["status"] == "failed", "the end of the run")
        paths = (
            address,
            f"{address}/events",
            f"{address}/receipt",
            "/health",
            "/health/cache",
            "/health/stripe",
            "/metrics",
        )
        return told_so_far + run.text + "".join(program.get(path).text for path in paths)


def arguments_of(serve: Serve) -> str:
    """The command lines of the server and of whatever it started."""
    lines = []
    for process in Path("/proc").glob("[0-9]*"):
        try:
            group = (process / "stat").read_text().rpartition(")")[2].split()[2]
            if group == str(serve.process.pid):
                lines.append((process / "cmdline").read_bytes().decode())
        except OSError:
            continue  # it has ended
    assert lines
    return "\n".join(lines)
