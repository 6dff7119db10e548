"""The staff admin over 100,000 runs against 100, with a second factor asked for, as in production."""

from functools import partial

import psycopg
from psycopg import sql

from benchmarks.bench import Bench, body_of, require
from benchmarks.floors import seconds
from benchmarks.readers import BRIEF
from benchmarks.results import Figure, Measured, interleaved, percentile
from benchmarks.servers import Server, serve
from generation.llm import simulated

FEW, DAYS = 100, 180
"""How many runs there are on the one side, and over how many days those of the other are spread."""
OWNERS = 2
"""So few that each has a full page of fifty runs on either side."""
TIMES = 10
SAME = 1.5
PAGES = {
    "runs": "generation/run/",
    "failed runs of a day": "generation/run/?status=failed&when=24h",
    "runs, a later page": "generation/run/?p=2",
    "runs of a customer": "generation/run/?q=bench-1@example.org",
    "model calls": "generation/llmcall/",
    "the ledger": "billing/usagerecord/",
    "posts": "generation/post/",
    "users": "accounts/user/",
    "API keys": "accounts/apikey/",
    "notifications": "generation/notification/",
    "plans": "billing/tierlimit/",
    "Stripe events": "billing/stripeevent/",
    "jobs": "procrastinate/procrastinatejob/",
    "incidents": "health/incident/",
    "what staff did": "staff/staffaction/",
    "a user's screen": "accounts/user/{user}",
    "a run's screen": "generation/run/{run}",
}
COPIES = {
    "runs": (
        "id, post_id, reservation, owner_id, created_at, started_at, finished_at",
        "moment.id, uuidv7(), uuidv7(), person.id, moment.at, moment.at, moment.at + interval '20 seconds'",
        "row.id = %(run)s",
    ),
    "generated_content": (
        "id, owner_id, created_at",
        "uuidv7(), person.id, moment.at",
        "row.id = (SELECT post_id FROM runs WHERE id = %(run)s)",
    ),
    "llm_calls": ("run_id, owner_id, created_at", "moment.id, person.id, moment.at", "row.run_id = %(run)s"),
    "usage_records": (
        "run_id, for_run, user_id, created_at",
        "moment.id, moment.id, person.id, moment.at",
        "row.for_run = %(run)s",
    ),
}
"""By table: which columns of a copy are its own, what is in them, and which rows are copied."""
MOMENTS = """
CREATE TABLE moments AS SELECT number, uuidv7(-number * %(apart)s * interval '1 second') AS id,
    now() - number * %(apart)s * interval '1 second' AS at, number %% %(owners)s AS person
FROM generate_series(1, %(count)s) AS number
"""
COPY = """
INSERT INTO {table} ({own}, {others}) SELECT {values}, {others_of_row}
FROM moments AS moment CROSS JOIN {table} AS row
JOIN users AS person ON person.email = 'bench-' || moment.person || '@example.org' WHERE {which}
"""


def measure(bench: Bench) -> Measured:
    many = 5_000 if bench.quick else 100_000
    figures = []
    with (
        simulated.serve() as model,
        serve(bench.database, model.openai_url, STAFF_SECOND_FACTOR="true") as small,
        serve(bench.database, model.openai_url, STAFF_SECOND_FACTOR="true") as large,
    ):
        bench.say(f"desk: filling two databases with {FEW} and {many:,} runs …")
        sides = [(server, _fill(server, count)) for server, count in ((small, FEW), (large, many))]
        for what, path in {**PAGES, "the dashboard": ""}.items():
            few, lots = (
                percentile(times, 0.5)
                for times in interleaved(
                    bench.rounds,
                    *(
                        partial(seconds, partial(_page, server, path.format(**known)), TIMES)
                        for server, known in sides
                    ),
                )
            )
            of = f"{lots * 1000:.0f} ms against {few * 1000:.0f} ms"
            figures.append(Figure(what=what, value=lots / few, bar=SAME if path else None, of=of))
    return Measured(f"desk: {many:,} runs against {FEW}", figures)


def _page(server: Server, path: str) -> None:
    cookie = {"Cookie": f"sessionid={server.people[0].session}"}
    reply = server.client.get(f"/admin/{path}", headers=cookie)
    require(reply.status_code == 200, f"{path}: {reply.status_code}")
    require("Blog AI staff</title>" in reply.text, f"{path}: not a page of the admin")


def _fill(server: Server, count: int) -> dict[str, str]:
    """Write a post, and copy its run with its call and its lines, spread over people and days."""
    run = body_of(server.client.post("/generate-blog", json={**BRIEF, "words": 150}), 201)["run"]["id"]
    with psycopg.connect(server.database, autocommit=True) as database:
        database.execute(
            "UPDATE users SET is_staff = true, is_superuser = true WHERE email = %s", [server.people[0].email]
        )
        database.execute(
            "INSERT INTO mfa_authenticator (user_id, type, data, created_at)"
            " SELECT id, 'totp', '{}', now() FROM users WHERE email = %s",
            [server.people[0].email],
        )
        database.execute(MOMENTS, {"apart": DAYS * 86_400 / 100_000, "count": count - 1, "owners": OWNERS})
        for table, (own, values, which) in COPIES.items():
            names = [name.strip() for name in own.split(",")]
            others = database.execute(
                "SELECT column_name FROM information_schema.columns WHERE table_name = %s"
                " AND is_generated = 'NEVER' AND is_identity = 'NO' AND column_name <> ALL(%s)",
                [table, [*names, "id"]],
            ).fetchall()
            columns = [sql.Identifier(name) for (name,) in others]
            database.execute(
                sql.SQL(COPY).format(
                    table=sql.Identifier(table),
                    own=sql.SQL(own),
                    others=sql.SQL(", ").join(columns),
                    values=sql.SQL(values),
                    others_of_row=sql.SQL(", ").join(sql.SQL("row.") + column for column in columns),
                    which=sql.SQL(which),
                ),
                {"run": run},
            )
            database.execute(sql.SQL("VACUUM ANALYZE {}").format(sql.Identifier(table)))
        found = database.execute("SELECT owner_id FROM runs WHERE id = %s", [run]).fetchone()
    require(found, "there is no run")
    return {"run": run, "user": str(found[0]) if found else ""}
