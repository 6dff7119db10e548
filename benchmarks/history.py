"""A library of 100,000 posts against one of 100: a page should take the same time."""

from functools import partial

import psycopg
from psycopg import sql

from benchmarks.bench import Bench, body_of, require
from benchmarks.floors import seconds
from benchmarks.readers import BRIEF
from benchmarks.results import Figure, Measured, interleaved, percentile
from benchmarks.servers import Server, serve
from generation.llm import simulated

FEW = 100
TIMES = 20
DEEP = 1000
"""How many pages back the old page is, or else the last but one."""
PAGE = 20
SAME = 1.20


def measure(bench: Bench) -> Measured:
    many = 5_000 if bench.quick else 100_000
    with simulated.serve() as model, serve(bench.database, model.openai_url) as server:
        bench.say(f"history: filling two libraries with {FEW} and {many:,} posts …")
        deep = [_fill(server, number, count) for number, count in enumerate((FEW, many))][1]
        figures = []
        for what, path, older in (
            ("the list of posts", "/api/v1/posts", False),
            ("the library", "/posts", True),
        ):
            sides = ((0, path), (1, path), (1, f"{path}?before={deep}"))
            small, large, far = interleaved(
                bench.rounds,
                *(
                    partial(seconds, partial(_page, server, person, address), TIMES)
                    for person, address in sides
                ),
            )
            few = percentile(small, 0.5)
            figures.append(_figure(what, few, percentile(large, 0.5)))
            if older:
                figures.append(_figure(f"{what}, an old page", few, percentile(far, 0.5)))
    return Measured(f"history: {many:,} posts against {FEW}", figures)


def _figure(what: str, few: float, many: float) -> Figure:
    return Figure(
        what=what, value=many / few, bar=SAME, of=f"{many * 1000:.1f} ms against {few * 1000:.1f} ms"
    )


def _page(server: Server, person: int, path: str) -> None:
    """Request one page of the person's posts."""
    if path.startswith("/api/"):
        page = body_of(server.client.get(path, headers={"X-API-Key": server.people[person].key}))
        require(len(page["results"]) == PAGE, "not a page of posts")
    else:
        reply = server.client.get(path, headers={"Cookie": f"sessionid={server.people[person].session}"})
        require(reply.status_code == 200 and reply.text.count('href="/posts/') >= PAGE, "not a page of posts")


def _fill(server: Server, person: int, count: int) -> str:
    """Write a post and copy it, each copy a second older; returns the id of a post on an old page."""
    headers = {"X-API-Key": server.people[person].key}
    brief = {**BRIEF, "words": 150}
    post = body_of(server.client.post("/generate-blog", json=brief, headers=headers), 201)["id"]
    with psycopg.connect(server.database, autocommit=True) as database:
        names = database.execute(
            "SELECT column_name FROM information_schema.columns"
            " WHERE table_name = 'generated_content' AND is_generated = 'NEVER' AND column_name <> 'id'"
        ).fetchall()
        columns = sql.SQL(", ").join(sql.Identifier(name) for (name,) in names)
        database.execute(
            sql.SQL(
                "INSERT INTO generated_content (id, {columns})"
                " SELECT uuidv7(make_interval(secs => -number)), {columns}"
                " FROM generated_content, generate_series(1, %s) AS number WHERE id = %s"
            ).format(columns=columns),
            [count - 1, post],
        )
        database.execute("VACUUM ANALYZE generated_content")
        deep = database.execute(
            "SELECT id FROM generated_content"
            " WHERE owner_id = (SELECT owner_id FROM generated_content WHERE id = %s)"
            " ORDER BY id DESC OFFSET least(%s, %s) LIMIT 1",
            [post, DEEP * PAGE, count - PAGE - 1],
        ).fetchone()
    require(deep, "there are no posts")
    return str(deep[0]) if deep else ""
