"""Whether the time of a reply tells who has an account: sign-up, sign-in and a forgotten password.

Each form is sent in pairs, with an address that has an account and with one that has none, in random order.
What counts is the median of the differences within the pairs, which one slow reply does not move. Its bar
is what chance alone makes of these pairs: with the two of each swapped at random, 99 of 100 are below.

The server hashes with few rounds. A hash that one side leaves out is still milliseconds, and what else is
different is not lost in the noise of a second. Jobs are queued, as in production, and no worker takes them.
"""

import random
import statistics
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from time import perf_counter
from uuid import uuid4

import httpx

from benchmarks.bench import Bench, require
from benchmarks.database import Database
from benchmarks.quick_hasher import QuickHasher
from benchmarks.results import Figure, Measured, percentile
from benchmarks.servers import REPLY_TIMEOUT, environment_for, free_port, process

TRIES, FEW_TRIES, WARM_UP = 200, 30, 3
SWAPS = 2000
CERTAIN = 0.99
PASSWORD = "correct horse battery"  # noqa: S105
WRONG = "wrong horse battery"

type Send = Callable[[str], httpx.Response]


def measure(bench: Bench) -> Measured:
    known, old = (person.email for person in bench.database.people[:2])
    _give_password(known, QuickHasher.iterations)
    _give_password(old, QuickHasher.iterations // 2)
    tries = FEW_TRIES if bench.quick else TRIES
    with _web(bench.database) as client:
        sign_in = _sender(client, "/sign-in", "", _sign_in)
        forgotten = _sender(client, "/forgotten-password", "sent", _forgotten)
        sign_up = _sender(client, "/sign-up", "/confirm-email", _sign_up)
        figures = [
            _compared(bench, tries, "sign up", known, sign_up),
            _compared(bench, tries, "sign in", known, sign_in),
            _compared(bench, tries, "sign in, hashed with half the rounds", old, sign_in),
            _compared(bench, tries, "forgotten password", known, forgotten),
        ]
    return Measured(f"enumeration: known against unknown addresses, {tries} tries each", figures)


def _sign_up(email: str) -> dict[str, str]:
    return {"email": email, "password1": PASSWORD}


def _sign_in(email: str) -> dict[str, str]:
    return {"login": email, "password": WRONG}


def _forgotten(email: str) -> dict[str, str]:
    return {"email": email}


def _sender(client: httpx.Client, path: str, leads_to: str, form: Callable[[str], dict[str, str]]) -> Send:
    """Sends the form as a browser without a session here. Raises WrongReply for other replies."""
    client.get(path)
    token = client.cookies["csrftoken"]
    client.cookies.clear()
    headers = {"Cookie": f"csrftoken={token}", "X-CSRFToken": token}

    def send(email: str) -> httpx.Response:
        reply = client.post(path, data=form(email), headers=headers)
        client.cookies.clear()
        expected = 302 if leads_to else 200
        require(reply.status_code == expected, f"{path}: {reply.status_code} {reply.text[:300]}")
        require(leads_to in reply.headers.get("Location", ""), f"{path} leads elsewhere")
        return reply

    return send


def _compared(bench: Bench, tries: int, what: str, known: str, send: Send) -> Figure:
    pairs = []
    for number in range(-WARM_UP, tries):
        if number % 20 == 0:
            bench.say(f"{what}: {number} of {tries}")
        emails = [known, _nobody()]
        random.shuffle(emails)
        took = {email: _seconds(send, email) for email in emails}
        if number >= 0:
            pairs.append((took.pop(known), *took.values()))
    differences = [(ours - theirs) * 1000 for ours, theirs in pairs]
    ours, theirs = (statistics.median(side) * 1000 for side in zip(*pairs, strict=True))
    return Figure(
        what=f"{what}: difference",
        value=abs(statistics.median(differences)),
        unit="ms",
        bar=chance(differences),
        of=f"known {ours:.2f} ms, unknown {theirs:.2f} ms",
    )


def chance(differences: Sequence[float]) -> float:
    """What the median of the differences stays below in 99 of 100 cases if nothing but chance made them."""
    swap = random.Random(0).choice  # noqa: S311
    medians = (abs(statistics.median(swap((-1, 1)) * each for each in differences)) for _ in range(SWAPS))
    return percentile(medians, CERTAIN)


def _seconds(send: Send, email: str) -> float:
    began = perf_counter()
    send(email)
    return perf_counter() - began


def _nobody() -> str:
    return f"{uuid4().hex[:12]}@example.org"


def _give_password(email: str, rounds: int) -> None:
    from accounts.models import User

    hasher = QuickHasher()
    encoded = hasher.encode(PASSWORD, hasher.salt(), rounds)
    require(User.objects.filter(email=email).update(password=encoded) == 1, f"there is no {email}")


@contextmanager
def _web(database: Database) -> Iterator[httpx.Client]:
    port = free_port()
    environment = environment_for(database, database.copy(), "http://127.0.0.1:9")
    command = [sys.executable, "-m", "benchmarks.web", port]
    ours = {
        "RATE_LIMIT_ENABLED": "false",
        "DJANGO_SETTINGS_MODULE": "benchmarks.enumeration_settings",
        "LOG_LEVEL": "ERROR",  # each wrong password is a warning
    }
    with ExitStack() as stack:
        stack.enter_context(process(command, "serves", environment | ours))
        yield stack.enter_context(httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=REPLY_TIMEOUT))
