"""Searching 100,000 posts for rare and for common words in five languages, against the library as it is."""

from functools import partial

import psycopg
from psycopg import sql

from benchmarks.bench import Bench, body_of, require
from benchmarks.floors import seconds
from benchmarks.readers import BRIEF
from benchmarks.results import Figure, Measured, interleaved, percentile
from benchmarks.servers import Server, serve
from generation.llm import simulated

TIMES = 10
RARE = ("zebra", "Zebrafisch", "зебра", "斑马", "シマウマ")
COMMON = ("tides", "Gezeiten", "приливы", "潮汐", "データ")
"""In half of all posts. In each list: English, German, Russian, Chinese, Japanese."""
LANGUAGES = ("en", "de", "ru", "zh", "ja")
EVERY = 10_000
"""Posts, one of which has the rare words."""
AT_MOST = 3
"""Times the page without a search."""
COPY = """
INSERT INTO generated_content (id, {columns}, language, content_markdown)
SELECT uuidv7(make_interval(secs => -number)), {columns}, (%(languages)s::text[])[1 + number %% 5],
    content_markdown || CASE WHEN number %% 2 = 0 THEN %(common)s ELSE '' END
        || CASE WHEN number %% %(every)s = 0 THEN %(rare)s ELSE '' END
FROM generated_content, generate_series(1, %(count)s) AS number WHERE id = %(post)s
"""


def measure(bench: Bench) -> Measured:
    many = 10_000 if bench.quick else 100_000
    with simulated.serve() as model, serve(bench.database, model.openai_url) as server:
        bench.say(f"search: filling a library with {many:,} posts …")
        _fill(server, many)
        words = ["", *RARE, *COMMON]
        rounds = interleaved(
            bench.rounds, *(partial(seconds, partial(_page, server, word), TIMES) for word in words)
        )
        plain, *found = (percentile(times, 0.5) for times in rounds)
    figures = [
        Figure(
            what=f"{'a rare' if word in RARE else 'a common'} word, {word}",
            value=took / plain,
            bar=AT_MOST,
            of=f"{took * 1000:.1f} ms against {plain * 1000:.1f} ms",
        )
        for word, took in zip(words[1:], found, strict=True)
    ]
    return Measured(f"search: the library of {many:,} posts, searched and not", figures)


def _page(server: Server, word: str) -> None:
    cookie = {"Cookie": f"sessionid={server.people[0].session}"}
    reply = server.client.get("/posts", params={"q": word} if word else {}, headers=cookie)
    require(reply.status_code == 200 and 'id="entry-' in reply.text, f"{word}: nothing found")


def _fill(server: Server, count: int) -> None:
    post = body_of(server.client.post("/generate-blog", json={**BRIEF, "words": 150}), 201)["id"]
    with psycopg.connect(server.database, autocommit=True) as database:
        names = database.execute(
            "SELECT column_name FROM information_schema.columns WHERE table_name = 'generated_content'"
            " AND is_generated = 'NEVER' AND column_name NOT IN ('id', 'language', 'content_markdown')"
        ).fetchall()
        columns = sql.SQL(", ").join(sql.Identifier(name) for (name,) in names)
        database.execute(
            sql.SQL(COPY).format(columns=columns),
            {
                "post": post,
                "count": count,
                "every": min(EVERY, count // 2),
                "languages": list(LANGUAGES),
                "rare": f"\n\n{'. '.join(RARE)}.",
                "common": f"\n\n{'. '.join(COMMON)}.",
            },
        )
        database.execute("VACUUM ANALYZE generated_content")
