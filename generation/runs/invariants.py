"""What must be true of runs and posts at any moment, whichever processes were killed."""

from django.db import connection

from generation.kinds.registry import KINDS

# Each query returns a line for each violation.
STATES = """
SELECT format('run %s: it is %s, and %s', id, status, fault)
FROM runs CROSS JOIN LATERAL (VALUES
    ((status IN ('queued', 'running', 'waiting')) <> (finished_at IS NULL), 'its end time says otherwise'),
    (finished_at IS NOT NULL AND lease_until IS NOT NULL, 'a worker still holds it'),
    (status = 'failed' AND error_code = '', 'it has no error code'),
    (status NOT IN ('failed', 'cancelled') AND error_code <> '', 'it has an error')
) AS faults (found, fault)
WHERE found
ORDER BY 1
"""

# The worker that holds a run ends it at its deadline; if it dies, another takes over within 15 seconds.
DEADLINES = """
SELECT format('run %s: open %s after its deadline', id, date_trunc('second', now() - deadline_at))
FROM runs
WHERE finished_at IS NULL AND deadline_at < now() - interval '30 seconds'
ORDER BY 1
"""

EVENTS = """
SELECT format('run %s: its last event is %s, and it has %s from %s to %s', id, last_seq, count, first, last)
FROM runs CROSS JOIN LATERAL (
    SELECT count(*), coalesce(min(seq), 1) AS first, coalesce(max(seq), 0) AS last
    FROM run_events WHERE run_id = runs.id
) AS events
WHERE (count, first, last) <> (last_seq, 1, last_seq)
ORDER BY 1
"""

ENDINGS = """
SELECT format('run %s: it is %s, and its last event is %s', runs.id, status, type)
FROM runs LEFT JOIN run_events ON run_id = runs.id AND seq = last_seq
WHERE finished_at IS NOT NULL AND type IS DISTINCT FROM 'run.' || status
ORDER BY 1
"""

# A step stores only one output; if two were accepted, the milestones show it.
OUTPUTS = """
SELECT format('run %s: %s was accepted %s times', run_id, accepted, count(*))
FROM (
    SELECT run_id,
        concat_ws(' ', type, data ->> 'part', data ->> 'attempt', md5(data ->> 'outline')) AS accepted
    FROM run_events WHERE type IN ('outline.ready', 'part.done')
) AS told
GROUP BY run_id, accepted HAVING count(*) > 1
UNION ALL
SELECT format('run %s: there are %s steps called %s', run_id, count(*), name)
FROM run_steps GROUP BY run_id, name HAVING count(*) > 1
UNION ALL
SELECT format('run %s: %s is %s %s an output', run_id, name, state,
    CASE WHEN output IS NULL THEN 'without' ELSE 'with' END)
FROM run_steps WHERE (state = 'done') <> (output IS NOT NULL)
ORDER BY 1
"""

COMPLETED = """
SELECT format('run %s: completed, and %s is not done', runs.id, name)
FROM runs JOIN run_steps ON run_id = runs.id
WHERE status = 'completed' AND state <> 'done'
ORDER BY 1
"""

# As pipeline.assembly assembles a post. Once a person has edited it, its text is that of a version.
TEXTS = r"""
SELECT format('post %s: its text is not that of its parts', id)
FROM generated_content
WHERE head = 1 AND content_markdown IS DISTINCT FROM '# ' || title || (
    SELECT string_agg(
        E'\n\n' || CASE part ->> 'heading' WHEN '' THEN '' ELSE '## ' || (part ->> 'heading') || E'\n\n' END
            || (part ->> 'text'),
        '' ORDER BY number
    )
    FROM jsonb_array_elements(parts) WITH ORDINALITY AS part (part, number)
)
UNION ALL
SELECT format('post %s: its text is not that of version %s', post.id, head)
FROM generated_content AS post LEFT JOIN content_versions ON post_id = post.id AND number = head
WHERE head > 1 AND content_markdown IS DISTINCT FROM '# ' || post.title || E'\n\n' || body
ORDER BY 1
"""

# A run that was cancelled with something to read has used its unit, and a retry does not charge it again.
# The runs of test keys take none.
UNITS = """
SELECT format('run %s: it is %s, and its unit is %s', runs.id, status, unit)
FROM runs
CROSS JOIN LATERAL (
    SELECT coalesce(max(line.kind) FILTER (WHERE line.kind <> 'reserve'), max(line.kind), 'not taken') AS unit
    FROM usage_records AS line
    WHERE line.run_id = reservation AND line.kind IN ('reserve', 'settle', 'refund')
) AS ledger
CROSS JOIN LATERAL (
    SELECT count(*) > 0 AS once FROM run_events WHERE run_id = runs.id AND type = 'run.cancelled'
) AS cancelled
WHERE NOT CASE
    WHEN test THEN unit = 'not taken'
    WHEN unit = 'settle' AND once THEN true
    WHEN finished_at IS NULL THEN unit = 'reserve'
    WHEN status = 'completed' THEN unit = 'settle'
    ELSE unit = 'refund'
END
UNION ALL
SELECT format('unit %s: reserved for no run', run_id)
FROM usage_records AS taken
WHERE kind IN ('reserve', 'settle', 'refund')
    AND NOT EXISTS (SELECT FROM runs WHERE reservation = taken.run_id)
GROUP BY run_id HAVING count(*) = 1
ORDER BY 1
"""

# What a test key starts reaches no model, and what anybody else starts is no simulation.
MODELS = """
SELECT format('run %s: it is %s test, and %s wrote %s', runs.id, CASE WHEN test THEN 'a' ELSE 'no' END,
    calls.provider, step)
FROM runs JOIN (SELECT DISTINCT run_id, step, provider FROM llm_calls) AS calls ON run_id = runs.id
WHERE test <> (calls.provider = 'simulated')
ORDER BY 1
"""

QUERIES = (
    STATES, DEADLINES, EVENTS, ENDINGS, OUTPUTS, COMPLETED, TEXTS, UNITS, MODELS,
    *(query for kind in KINDS.values() for query in kind.invariants),
)  # fmt: skip


def broken() -> list[str]:
    """The violations, a line each; empty when every run is in order."""
    with connection.cursor() as cursor:
        lines: list[str] = []
        for query in QUERIES:
            cursor.execute(query)
            lines += [line for (line,) in cursor.fetchall()]
    return lines
