"""The cost of authenticating an API key, in CPU time and SQL statements, against hashing a password."""

import hmac
import time
from collections.abc import Callable

from benchmarks.bench import Bench, require
from benchmarks.results import Figure, Measured, interleaved, percentile


def measure(bench: Bench) -> Measured:
    from django.conf import settings
    from django.contrib.auth.hashers import PBKDF2PasswordHasher
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    from accounts import api_keys

    person = bench.database.people[0]
    stored = api_keys._digest(person.key, settings.API_KEY_PEPPER)
    hasher = PBKDF2PasswordHasher()
    encoded = hasher.encode(person.key, hasher.salt())

    def check() -> None:
        api_keys.check_shape(person.key)
        require(
            hmac.compare_digest(api_keys._digest(person.key, settings.API_KEY_PEPPER), stored),
            "a key does not match",
        )

    def whole() -> None:
        require(api_keys.caller_for(person.key).user.email == person.email, "a key has another owner")

    def password() -> None:
        require(hasher.verify(person.key, encoded), "a password does not match")

    whole()  # warm-up: the use of a key is recorded once a minute
    with CaptureQueriesContext(connection) as statements:
        whole()
    checks, wholes, passwords = interleaved(
        bench.rounds, lambda: _cpu(check, 5_000), lambda: _cpu(whole, 200), lambda: _cpu(password, 1)
    )
    ours, peer = percentile(checks, 0.5), percentile(passwords, 0.5)
    connection.close()
    return Measured(
        "keys: who an API key speaks for",
        [
            Figure(what="shape, checksum and digest", value=ours * 1e6, unit="µs", bar=10, of="CPU time"),
            Figure(what="statements", value=len(statements), unit="", bar=1),
            Figure(what="with the query", value=percentile(wholes, 0.5) * 1e6, unit="µs", of="CPU time"),
            Figure(
                what="PBKDF2, the peer", value=peer / ours, of=f"{hasher.iterations:,} rounds, {peer:.2f} s"
            ),
        ],
    )


def _cpu(work: Callable[[], None], times: int) -> float:
    """The CPU time of a call, in seconds."""
    began = time.process_time()
    for _ in range(times):
        work()
    return (time.process_time() - began) / times
