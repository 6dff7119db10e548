"""Checkpoints in plain SQL, for frequent writes: one statement each, under the lease.

A statement is all or nothing like a transaction, in one round trip. As a transaction of seven Django queries
a finished step took four milliseconds of processor time, of which Postgres' client had one.
"""

HELD = """
    SELECT id, owner_id, last_seq FROM runs
    WHERE id = %(run)s AND attempt = %(token)s AND finished_at IS NULL FOR NO KEY UPDATE
"""
"""The run, if the lease still holds it. Locked, so that all who write to the run wait for each other here."""

FLUSH = f"""
WITH held AS ({HELD}), flushed AS (
    UPDATE run_steps AS step SET attempt = live.attempt, text = live.text, state = 'writing'
    FROM held, unnest(%(names)s::text[], %(attempts)s::int[], %(texts)s::text[]) AS live (name, attempt, text)
    WHERE step.run_id = held.id AND step.name = live.name
    AND (step.attempt, length(step.text)) < (live.attempt, length(live.text))
)
SELECT 1 FROM held
"""  # noqa: S608 (constants)
"""A delayed flush that arrives after a newer text changes nothing."""

FINISH_STEP = f"""
WITH held AS ({HELD}), made AS (
    SELECT * FROM jsonb_to_recordset(%(calls)s) AS call (
        number int, step text, provider text, model text, input_tokens int, output_tokens int,
        estimated boolean, cost_usd numeric, price_version text, first_token_ms int, duration_ms int,
        finish_reason text, error text
    )
), total AS (
    SELECT
        (array_agg(provider ORDER BY is_new DESC, number DESC) FILTER (WHERE error = ''))[1] AS provider,
        (array_agg(model ORDER BY is_new DESC, number DESC) FILTER (WHERE error = ''))[1] AS model,
        sum(input_tokens) AS input_tokens, sum(output_tokens) AS output_tokens, sum(cost_usd) AS cost_usd
    FROM (
        SELECT false AS is_new, id AS number, provider, model, input_tokens, output_tokens, cost_usd, error
        FROM llm_calls WHERE run_id = %(run)s AND step = %(name)s
        UNION ALL
        SELECT true, number, provider, model, input_tokens, output_tokens, cost_usd, error
        FROM made WHERE step = %(name)s
    ) AS call
), settled AS (
    SELECT * FROM jsonb_to_recordset(%(texts)s) AS part (name text, attempt int, text text)
), accepted AS (
    UPDATE run_steps AS step SET
        state = 'done', output = %(output)s, input_hash = %(input_hash)s, token = %(token)s,
        started_at = statement_timestamp() - %(took)s, finished_at = statement_timestamp(),
        provider = coalesce(total.provider, ''), model = coalesce(total.model, ''),
        input_tokens = coalesce(total.input_tokens, 0), output_tokens = coalesce(total.output_tokens, 0),
        cost_usd = coalesce(total.cost_usd, 0),
        attempt = coalesce(settled.attempt, step.attempt), text = coalesce(settled.text, step.text)
    FROM held CROSS JOIN total LEFT JOIN settled ON settled.name = %(name)s
    WHERE step.run_id = held.id AND step.name = %(name)s
    AND (step.output IS NULL OR step.input_hash <> %(input_hash)s)
    RETURNING held.id AS run_id, held.owner_id, held.last_seq
), calls AS (
    INSERT INTO llm_calls (
        run_id, owner_id, step, provider, model, input_tokens, output_tokens, estimated, cost_usd,
        price_version, first_token_ms, duration_ms, finish_reason, error, created_at
    )
    SELECT
        accepted.run_id, accepted.owner_id, step, provider, model, input_tokens, output_tokens, estimated,
        cost_usd, price_version, first_token_ms, duration_ms, finish_reason, error, statement_timestamp()
    FROM accepted CROSS JOIN made ORDER BY number
), others AS (
    UPDATE run_steps AS step SET state = 'done', attempt = settled.attempt, text = settled.text
    FROM accepted CROSS JOIN settled
    WHERE step.run_id = accepted.run_id AND step.name = settled.name AND step.name <> %(name)s
), begun AS (
    UPDATE run_steps AS step SET attempt = 1 FROM accepted
    WHERE step.run_id = accepted.run_id AND step.name = ANY(%(begun)s::text[]) AND step.attempt = 0
    AND step.name NOT IN (SELECT name FROM settled)  -- one statement may change a row once
), events AS (
    INSERT INTO run_events (run_id, seq, type, data, created_at)
    SELECT accepted.run_id, accepted.last_seq + number, frame ->> 'type', frame, statement_timestamp()
    FROM accepted, jsonb_array_elements(%(milestones)s) WITH ORDINALITY AS milestone (frame, number)
), run AS (
    UPDATE runs SET
        last_seq = accepted.last_seq + jsonb_array_length(%(milestones)s), fruitless = 0,
        outline = coalesce(%(outline)s, runs.outline)
    FROM accepted WHERE runs.id = accepted.run_id
)
SELECT last_seq FROM accepted
"""  # noqa: S608 (constants)
"""Accepts a step's output once; all else that is written depends on it.

Its calls, those before among them, are summed in its row. The texts that it decides finish their parts, even
if a redraft was flushed in the meantime. The row that comes back has the number before its first milestone.
"""
